/**
 * Whether events are missing between what was read before and what a fresh stream begins with.
 *
 *     the engine's memory, oldest first:  … known known known │ new new new │ new new …
 *                                                             └── replay ──┘ └─ live ─
 *
 * An engine remembers its last 256 events without a hole, and a stream begins with all of them. One event among them that
 * was read before shows that nothing is missing: whatever the engine has forgotten is older. Where none was read before,
 * something may be missing, and how many there are tells why: a full memory has turned over (`ring_overrun`), one that is
 * not full was begun anew with the engine (`engine_restarted`).
 *
 * Nothing marks the end of the replay. It is over when the stream is silent and has brought as many events as the engine
 * remembers by then (connection.ts), or when an event is later than the subscription by the engine's clock and has come a
 * good while after it. On a busy engine live events fill up what the
 * replay left out, so that there are always 256 in the end: then the time of the last of them decides. If it is later than
 * the subscription, the memory was not full.
 *
 * The manager of a swarm tells what the swarm has kept of its past anew after each of its own restarts, word for word. So an
 * event of swarm scope proves something only where it can have been read after the last local one: then that one is not to be
 * expected with it. It proves nothing where more of them are known than were read since, or after a local event that is new.
 *
 * What is not taken for a proof:
 * - an event that the stream itself has brought before: it can be in the replay and live, and two events can be alike;
 * - an event that came with an earlier stream after a gap that may have been one, and was not decided when that ended;
 * - an event without a time, which is like any other of its kind;
 * - an event of swarm scope from an engine that may be another manager of the swarm;
 * - times of events of swarm scope, which carry the clock of the swarm's leader;
 * - times after the engine's clock was set back among the events.
 * A filtered subscription, and an old API version that hides events, make a full memory look like one that is not; Podman
 * keeps no such memory at all. Then it can be told that nothing is missing, and otherwise only that it is not known.
 */
import type { DockerEvent } from '../model/docker-event.ts';
import type { GapReason } from '../model/entry.ts';
import type { UnixNanos } from '../model/time.ts';

/** Where a stream begins. */
export interface Standpoint {
  /** How many events the engine remembers; undefined where it keeps a journal of any length. */
  readonly ringSize: number | undefined;
  /** There are events that were read before. */
  readonly hasMemory: boolean;
  /** A stream of this engine was read before, though it may have brought nothing. */
  readonly wasRead: boolean;
  /** Whether it is the engine that was read before; undefined where that is not known. */
  readonly isSameEngine: boolean | undefined;
  /** Events that were read, and count as new. */
  readonly doubtful: ReadonlySet<string>;
  /** The replay leaves events out, because of filters or for the sake of an old API version. */
  readonly isPartial: boolean;
  /**
   * How many events of swarm scope were read after the last local one, those in doubt left out; undefined where no local one
   * ever was.
   */
  readonly swarmSinceLocal: number | undefined;
  /** When the stream was opened, by the engine's clock. */
  readonly openedAt: UnixNanos;
  /** Whether the engine's clock is known; `openedAt` is by ours where it is not. */
  readonly isClockKnown: boolean;
}

/** `none` when there was nothing to compare with. */
export type Outcome = GapReason | 'no_gap' | 'none';

/** For an engine that keeps a journal: so many new ones without one that is known are enough. */
const JOURNAL_LIMIT = 4096;

/** How much later than the opening of the stream an event may be that was published before it, by a clock that was asked. */
const CLOCK_TOLERANCE_MS = 10;

/** A clock that nobody asked is not believed when it is off by more. */
const UNKNOWN_CLOCK_TOLERANCE_MS = 1000;

/** Concurrent publishers swap events by less than this; a step back by more is one of the engine's clock. */
const STEP_BACK_MS = 100;

/** An event that comes so long after the opening, and is as late by its time, is live. */
const REPLAY_MS = 1000;

/**
 * After so long the replay is over whatever the times say. It takes a few milliseconds on the same machine, and half a minute
 * where 8 KiB come in a second.
 */
const LONGEST_REPLAY_MS = 60_000;

export class Verdict {
  readonly #at: Standpoint;
  readonly #openedMs: number;
  /** Of the events that were not known before this stream, or before the doubt that it goes on with. */
  readonly #fresh: Set<string>;
  /** The times of the local ones among them. */
  readonly #times: number[] = [];
  #count = 0;
  #hasWeakProof = false;
  /** Known events of swarm scope that came before any new local one. */
  readonly #knownOfSwarm = new Set<string>();
  #steppedBack = false;
  #lastMs: number | undefined;
  #firstUid: string | undefined;
  #first: UnixNanos | undefined;
  #firstLocal: UnixNanos | undefined;
  #outcome: Outcome | undefined;

  constructor(at: Standpoint) {
    this.#at = at;
    this.#openedMs = millis(at.openedAt);
    this.#fresh = new Set(at.doubtful);
  }

  /** Undefined as long as it is open. */
  get outcome(): Outcome | undefined {
    return this.#outcome;
  }

  /** New events have come, and none that was read before: as things stand, something is missing. */
  get isDoubtful(): boolean {
    return this.#outcome === undefined && this.#at.hasMemory && this.#count > 0;
  }

  /** All events that are new for it. Good as long as it is open. */
  get fresh(): ReadonlySet<string> {
    return this.#fresh;
  }

  get firstUid(): string | undefined {
    return this.#firstUid;
  }

  /** The time of the first new event, of a local one where there is any. */
  get firstNew(): UnixNanos | undefined {
    return this.#firstLocal ?? this.#first;
  }

  /**
   * An event of the stream, in its order.
   * @param isNew it was not read before, in this stream or an earlier one
   * @param elapsedMs since the stream was opened, by a clock that is never set
   */
  event(uid: string, isNew: boolean, event: DockerEvent, elapsedMs: number): void {
    if (this.#outcome !== undefined) return;
    if (!isNew && !this.#fresh.has(uid)) {
      this.#known(uid, event);
      return;
    }
    this.#fresh.add(uid);
    this.#count += 1;
    this.#firstUid ??= uid;
    this.#note(event);
    if (this.#times.length > 0 && this.#swarmProves) this.#outcome = 'no_gap';
    else if (this.#count >= (this.#at.ringSize ?? JOURNAL_LIMIT)) this.#decide(this.#whenFull(elapsedMs));
    else if (this.#isLive(elapsedMs)) this.#decide(this.#whenOver());
  }

  /** The stream brings nothing more, and the engine is there: the replay is over. */
  silence(): void {
    if (this.#outcome === undefined) this.#decide(this.#whenOver());
  }

  #known(uid: string, { time, scope }: DockerEvent): void {
    if (time === undefined) return;
    const { isSameEngine, swarmSinceLocal } = this.#at;
    if (scope !== 'swarm' || (isSameEngine === true && swarmSinceLocal === undefined)) this.#outcome = 'no_gap';
    else if (isSameEngine !== true) this.#hasWeakProof = true;
    else if (this.#times.length === 0) this.#knownOfSwarm.add(uid);
  }

  /** As long as no new local event has come; with the first of them it is decided. */
  get #swarmProves(): boolean {
    const { size } = this.#knownOfSwarm;
    return size > 0 && size <= (this.#at.swarmSinceLocal ?? 0);
  }

  #note({ time, scope }: DockerEvent): void {
    if (time === undefined) return;
    this.#first ??= time;
    if (scope === 'swarm') return;
    this.#firstLocal ??= time;
    const at = millis(time);
    if (this.#lastMs !== undefined && at < this.#lastMs - STEP_BACK_MS) this.#steppedBack = true;
    this.#lastMs = at;
    this.#times.push(at);
  }

  #isLive(elapsedMs: number): boolean {
    if (elapsedMs >= LONGEST_REPLAY_MS) return true;
    return elapsedMs >= REPLAY_MS && this.#lastMs !== undefined && this.#lastMs >= this.#openedMs + REPLAY_MS;
  }

  #decide(reason: GapReason): void {
    const { isSameEngine, hasMemory, wasRead } = this.#at;
    if (this.#swarmProves) this.#outcome = 'no_gap';
    else if (hasMemory) this.#outcome = isSameEngine === false ? 'engine_replaced' : reason;
    // Before the first event of all nothing is known, but that a memory which has turned over meanwhile held more.
    else this.#outcome = wasRead && reason === 'ring_overrun' ? reason : 'none';
  }

  /** The replay is over, and was shorter than a full memory. */
  #whenOver(): GapReason {
    const { ringSize, isPartial } = this.#at;
    return ringSize === undefined || isPartial || this.#hasWeakProof ? 'not_known' : 'engine_restarted';
  }

  /** As many new events as the engine can remember: all of them were replayed, or the last of them are live. */
  #whenFull(elapsedMs: number): GapReason {
    const { ringSize, isPartial, isClockKnown } = this.#at;
    const last = this.#lastMs;
    if (ringSize === undefined || this.#hasWeakProof || last === undefined) return 'not_known';
    if (!isClockKnown && this.#contradictsClock(last, elapsedMs)) return 'not_known';
    if (last <= this.#openedMs + CLOCK_TOLERANCE_MS) return 'ring_overrun';
    return isPartial || this.#steppedBack ? 'not_known' : 'engine_restarted';
  }

  /**
   * Whether what came contradicts that the engine's clock is ours: an event from the future, or a good part of the events
   * that was published no longer ago than the stream is old, and yet, by our clock, before it was opened.
   */
  #contradictsClock(last: number, elapsedMs: number): boolean {
    if (last > this.#openedMs + elapsedMs + UNKNOWN_CLOCK_TOLERANCE_MS) return true;
    if (last > this.#openedMs + CLOCK_TOLERANCE_MS) return false;
    const recent = this.#times.filter((time) => time >= last - elapsedMs).length;
    return elapsedMs >= UNKNOWN_CLOCK_TOLERANCE_MS / 10 && recent > this.#times.length / 4;
  }
}

/** With a fraction: enough to compare what is milliseconds apart. */
function millis([seconds, nanos]: UnixNanos): number {
  return seconds * 1000 + nanos / 1e6;
}
