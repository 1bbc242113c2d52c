/**
 * What outlives a stream: which events were read, of which engine, and how far they have come. Rebuilt at the start from the
 * last events that the journal holds.
 */
import type { DockerEvent } from '../model/docker-event.ts';
import type { EngineIdentity } from '../model/engine.ts';
import type { EventEntry } from '../model/entry.ts';
import { compareTimes, type UnixNanos } from '../model/time.ts';
import { SeenSet } from './seen.ts';
import type { Standpoint } from './verdict.ts';

/** Some two megabytes. At 3,000 events/s, the most that is audited, five seconds and more. */
export const SEEN_CAPACITY = 16_384;

export class Memory {
  #seen = new SeenSet(SEEN_CAPACITY);
  #lastLocal: UnixNanos | undefined;
  #lastSwarm: UnixNanos | undefined;
  #swarmSinceLocal = 0;
  #swarmBeforeDoubt: number | undefined;
  #engineId: string | undefined;
  #isEmpty = true;
  /** The replay of a stream was read to its end, though nothing may have been in it. */
  wasRead = false;
  /** The events since a doubt that no stream has decided: read, and yet no proof that nothing is missing before them. */
  #doubtful: ReadonlySet<string> = new Set();
  /** How many different events were read since the process began, lines that are none included. */
  arrived = 0;

  /**
   * Takes over what an earlier process read, oldest first.
   * @param doubtfulSince the first event of a doubt
   */
  recover(lastEvents: readonly EventEntry[], doubtfulSince: string | undefined): void {
    for (const { uid, event, engine } of lastEvents) {
      if (uid === doubtfulSince) this.#swarmBeforeDoubt = this.swarmSinceLocal;
      if (engine.id !== undefined && this.#engineId !== undefined && engine.id !== this.#engineId) this.#forget();
      this.#engineId = engine.id ?? this.#engineId;
      this.#seen.add(uid);
      this.note(event);
    }
    const first = lastEvents.findIndex(({ uid }) => uid === doubtfulSince);
    if (first >= 0) this.#doubtful = new Set(lastEvents.slice(first).map(({ uid }) => uid));
  }

  get doubtful(): ReadonlySet<string> {
    return this.#doubtful;
  }

  /** A stream has ended before it was known whether something is missing before these. @param at what it began with */
  doubt(events: ReadonlySet<string>, at: Pick<Standpoint, 'swarmSinceLocal'>): void {
    this.#doubtful = events;
    this.#swarmBeforeDoubt = at.swarmSinceLocal;
  }

  /** A stream has decided what was in doubt. */
  noteVerdict(): void {
    this.wasRead = true;
    this.#doubtful = new Set();
  }

  get seen(): SeenSet {
    return this.#seen;
  }

  /** True when nothing was read of this engine. */
  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  /**
   * The time of the event that was read last. Of a local one where there was any: those of swarm scope carry another
   * machine's clock. Not the latest of all times, which a clock that was set back would leave behind in the future.
   */
  get last(): UnixNanos | undefined {
    return this.#lastLocal ?? this.#lastSwarm;
  }

  /** The later of the last local and the last swarm event: for a person, and not to be compared with. */
  get newest(): UnixNanos | undefined {
    const [local, swarm] = [this.#lastLocal, this.#lastSwarm];
    if (local === undefined || swarm === undefined) return local ?? swarm;
    return compareTimes(local, swarm) > 0 ? local : swarm;
  }

  /** See `Standpoint`. */
  get swarmSinceLocal(): number | undefined {
    if (this.#doubtful.size > 0) return this.#swarmBeforeDoubt;
    return this.#lastLocal === undefined ? undefined : this.#swarmSinceLocal;
  }

  /** Whether this is the engine that was read before. Undefined where one of them did not say who it is. */
  isSameEngine({ id }: EngineIdentity): boolean | undefined {
    return id === undefined || this.#engineId === undefined ? undefined : id === this.#engineId;
  }

  /** From now on it is this engine that is read; what was read of another is forgotten. */
  meet(identity: EngineIdentity): void {
    if (this.isSameEngine(identity) === false) this.#forget();
    this.#engineId = identity.id ?? this.#engineId;
  }

  /** A new event was read. */
  note(event: DockerEvent): void {
    this.#isEmpty = false;
    if (event.time === undefined) return;
    if (event.scope === 'swarm') {
      this.#lastSwarm = event.time;
      this.#swarmSinceLocal += 1;
    } else {
      this.#lastLocal = event.time;
      this.#swarmSinceLocal = 0;
    }
  }

  #forget(): void {
    this.#seen = new SeenSet(SEEN_CAPACITY);
    this.#lastLocal = undefined;
    this.#lastSwarm = undefined;
    this.#swarmSinceLocal = 0;
    this.#isEmpty = true;
    this.wasRead = false;
  }
}
