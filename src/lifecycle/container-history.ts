/**
 * What is remembered of one container.
 *
 * All of it is kept in a row of state and read back after a restart. The events that led to it,
 * or the last of them, may then be folded a second time and must change nothing. So each field is written by its events
 * without a look at what it was, or only where it is not known yet, or it only grows until the container is gone. An exec
 * that has ended comes back with its first event and is gone again with its last; what is looked at to judge it may be
 * known better by then, so that it is given the verdict that was told.
 */
import { compareTimes, type UnixNanos } from '../model/time.ts';
import { digestOfProbe } from './probe.ts';
import { type Exec, RunningExecs } from './running-execs.ts';
import { Runs } from './runs.ts';
import { requestOf, type SentSignal, type StopRequest } from './signals.ts';

/** `exited` is also one that waits for its restart, and one that is being removed. */
export type RunState = 'created' | 'running' | 'paused' | 'exited';

/** The health of a run of which no probe was told yet, or never will be. */
export const NO_HEALTH_YET = 'starting';

const NONE: ReadonlySet<string> = new Set();

export class ContainerHistory {
  name: string | undefined;
  image: string | undefined;
  /** Keys and values in turn, as one JSON text: twenty thousand Maps would take ten times as much. */
  labels: string | undefined;
  /** Undefined where no event told it: of such a container nothing is claimed. */
  state: RunState | undefined;
  /** Time of the event that told the state. */
  stateAt: UnixNanos | undefined;
  /** When it was created, until the start that its creation led to was told. */
  untoldCreation: UnixNanos | undefined;
  /** Time of the last `start`; where that was not seen, when the engine says that the run began. */
  startedAt: UnixNanos | undefined;
  /** That is the word of the engine's list, which may be newer than the events that are still on their way. */
  isStartListed = false;
  /** Runs that ended up to here were told, or are older than what is known. Undefined where that is not known either. */
  endsKnownTo: UnixNanos | undefined;
  /** As the engine told it last in this run; undefined where that is not known. */
  health: string | undefined;
  /** Labels of this container that have the name of a key that the engine writes on other events. */
  shadowingLabels: ReadonlySet<string> = NONE;
  signal: SentSignal | undefined;
  /** The last request that this run should end. */
  stop: StopRequest | undefined;
  readonly runs = new Runs();
  /** True when the kernel killed a process of this run for want of memory, and no signal was sent since. */
  oom = false;
  /** A digest of the command that checks its health (probe.ts); undefined as long as that is not known. */
  probe: string | undefined;
  /** When it was last moved to the end of the list of containers, counted in events. */
  movedAt = 0;
  /** What it is without its execs differs from its row, or has none. */
  isChanged = true;
  /** An event told something of it since the last comparison with the engine began. */
  isTouched = true;
  /** Made for the first exec: most containers never have one. */
  #execs: RunningExecs | undefined;
  #haveExecsChanged = false;
  /** Undefined where there is no row of it. */
  #execsInRow: number | undefined;

  enter(state: RunState, at: UnixNanos | undefined): void {
    this.state = state;
    this.stateAt = at;
    this.#touch();
  }

  /** The container was started: what was done to its last run does not count for this one. */
  beginRun(at: UnixNanos | undefined): void {
    if (this.#isUp && this.#isBeforeStart(at)) {
      // Read late: that run is over, and the one that is known goes on.
      this.#touch();
      return;
    }
    this.enter('running', at);
    this.endsKnownTo ??= at;
    this.startedAt = at;
    this.isStartListed = false;
    this.health = NO_HEALTH_YET;
    this.signal = undefined;
    this.stop = undefined;
    this.oom = false;
    this.#execs = undefined;
  }

  create(at: UnixNanos | undefined): void {
    this.untoldCreation = at;
    this.endsKnownTo ??= at;
    // Read late.
    if (this.#isBeforeStart(at)) this.#touch();
    else this.enter('created', at);
  }

  /** For sure: an event told of a later start. */
  #isBeforeStart(at: UnixNanos | undefined): boolean {
    return !this.isStartListed && isLater(this.startedAt, at);
  }

  get #isUp(): boolean {
    return this.state === 'running' || this.state === 'paused';
  }

  /**
   * A run ended: the last one, unless it ended before that one began; then it was read late from the engine's memory, or
   * worked out after a gap.
   *
   * @param isLast it was the last one for sure: its end may seem to be a little earlier than the event of its start
   */
  endRun(at: UnixNanos | undefined, isLast: boolean): void {
    if (!isLater(this.endsKnownTo, at)) this.endsKnownTo = at ?? this.endsKnownTo;
    if (!isLast && this.#isBeforeStart(at)) this.#touch();
    else this.enter('exited', at);
  }

  /** Something happened that happens in a running container only. */
  noteAlive(at: UnixNanos | undefined): void {
    if (this.state === undefined) this.enter('running', at);
  }

  noteHealth(health: string | undefined, at: UnixNanos | undefined): void {
    this.noteAlive(at);
    if (health === undefined || health === this.health) return;
    this.health = health;
    this.#touch();
  }

  noteNames(name: string, image: string | undefined): void {
    this.name = name;
    this.image = image;
    this.#touch();
  }

  /** @param text the number in decimal, as the engine writes it; anything else tells only that there was a signal */
  noteSignal(text: string | undefined, at: UnixNanos | undefined): void {
    this.oom = false;
    if (text !== undefined && /^\d{1,3}$/.test(text)) this.signal = { number: Number(text), at };
    this.#touch();
  }

  /** @param rollout when the rollout of its service began that is under way */
  noteStopRequest(at: UnixNanos, rollout: UnixNanos | undefined): void {
    this.stop = requestOf(this.stop, at, rollout);
  }

  noteOom(): void {
    this.oom = true;
    this.#touch();
  }

  noteShadowingLabel(key: string): void {
    if (this.shadowingLabels.has(key)) return;
    this.shadowingLabels = new Set([...this.shadowingLabels, key]);
    // It was the label's word, taken for the engine's.
    if (key === 'signal') {
      this.signal = undefined;
      this.stop = undefined;
    }
    if (key === 'execID') this.#execs = undefined;
    this.#touch();
  }

  /** Undefined: nothing checks it. The first word counts: the check cannot be changed while the container lives. */
  learnProbe(command: string | undefined): void {
    if (this.probe !== undefined) return;
    this.probe = digestOfProbe(command);
    this.isChanged = true;
  }

  noteExec(id: string | undefined, exec: Exec): void {
    if (id === undefined) return;
    this.#execs ??= new RunningExecs();
    if (this.#execs.note(id, exec)) this.#haveExecsChanged = true;
  }

  /** Events are missing from here on: the end of any of its execs may be among them. */
  doubtExecs(): void {
    if (this.execs === undefined) return;
    this.execs.doubt();
    this.#haveExecsChanged = true;
  }

  exec(id: string | undefined): Exec | undefined {
    return id === undefined ? undefined : this.#execs?.get(id);
  }

  forgetExec(id: string | undefined): void {
    if (id !== undefined && this.#execs?.forget(id)) this.#haveExecsChanged = true;
  }

  /** Those that run, undefined where there are none. */
  get execs(): RunningExecs | undefined {
    return this.#execs?.size === 0 ? undefined : this.#execs;
  }

  /**
   * Differs from its row, or has none. Execs that came and went since it was written do not count: of a health check every
   * few seconds nothing is written.
   */
  get needsRow(): boolean {
    if (this.isChanged) return true;
    return this.#haveExecsChanged && (this.execs !== undefined || this.#execsInRow !== 0);
  }

  get hasRow(): boolean {
    return this.#execsInRow !== undefined;
  }

  /** When something was done that is done to a running container only, and after the last end that was told. */
  signsOfLife(): readonly UnixNanos[] {
    const execs = [...(this.execs ?? [])].map(([, { startedAt }]) => startedAt);
    const signs = [this.#isUp ? this.stateAt : undefined, this.stop?.first, this.signal?.at, ...execs];
    return signs.filter((at) => at !== undefined).filter((at) => !isLater(this.endsKnownTo, at));
  }

  /** There is a row of it as it is now. */
  noteRow(): void {
    this.isChanged = false;
    this.#haveExecsChanged = false;
    this.#execsInRow = this.#execs?.size ?? 0;
  }

  #touch(): void {
    this.isChanged = true;
    this.isTouched = true;
  }
}

/** False where one of them is not known. */
export function isLater(time: UnixNanos | undefined, than: UnixNanos | undefined): boolean {
  return time !== undefined && than !== undefined && compareTimes(time, than) > 0;
}

/** Removes the first key of a map or set, which is the one that was put in first. */
export function forgetOldest(from: Map<string, unknown> | Set<string>): string | undefined {
  for (const oldest of from.keys()) {
    from.delete(oldest);
    return oldest;
  }
  return undefined;
}
