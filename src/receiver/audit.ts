/**
 * Whether the stream brings what the engine has to say.
 *
 * An engine drops events for a subscriber that does not take them in time, without a word, and a stream can stand still
 * although it is open. The engine's memory tells: it is read on a second connection and compared with what has come.
 *
 *     memory   a  b  c  d  e  f          b and c: passed by. The stream has brought a later one, and not these.
 *     stream   a  .  .  d  e             f: on its way.
 *
 * What was passed by gets a grace, because concurrent publishers swap events and the stream may be behind; then it is taken
 * from the memory, and told as a gap with what was recovered. Where nothing of the memory has come, it has until the stream
 * is silent or later than the memory. A stream that has brought nothing for a whole interval while the memory has gone on is
 * closed; the next one is judged as ever.
 *
 * - Every interval at rest; while events come after some of them already, but at most once a second. Where more come in a
 *   second than the memory holds, one look cannot reach back to the one before, and so looks are fewer.
 * - At once when the stream turns out to be behind. An engine drops what is new while a thousand older events wait to be
 *   read: just then its memory holds what it has dropped.
 * - Not above `RATE_MAX`, where the memory turns over in less time than it takes to read it.
 * - What none of this finds, the engine's own count does where it is configured, as a number.
 * - Not for an engine that keeps no such memory (Podman): it drops nothing either.
 */
import type { EngineSession, EventStream } from '../model/engine.ts';
import type { Received } from '../model/entry.ts';
import type { Telemetry } from '../model/telemetry.ts';
import { compareTimes, toUnixMillis, type UnixNanos } from '../model/time.ts';
import { type Clock, sleep } from '../runtime/clock.ts';
import type { ReceiverOptions } from './config.ts';
import type { EngineCounter } from './counter.ts';
import { engineNow } from './engine-clock.ts';
import type { GapKeeper } from './gap.ts';
import { auditFailed, stalled } from './happenings.ts';
import type { Memory } from './memory.ts';
import type { Presence } from './presence.ts';
import type { StreamReader } from './reader.ts';
import type { Settler } from './settle.ts';
import { type Patience, readRing } from './snapshot.ts';

/** Half a memory, so that nothing leaves it unseen at rates up to 128 events a second. */
const DUE_AFTER_EVENTS = 128;

const SHORTEST_INTERVAL_MS = 1000;

/** Between looks that cannot reach back to one another. Each takes as long as reading a quarter of a second's events. */
const BUSY_INTERVAL_MS = 4000;

/** A stream whose events come so much later than they ever did is behind. */
const BEHIND_MS = 500;

/**
 * Events are late by the way itself, and seem so by as much as the engine's clock is misjudged over it: half of the time that
 * ssh takes to connect. More than this is not put down to that.
 */
const WAY_MAX_MS = 2000;

/** Events a second. */
const RATE_MAX = 3000;

/** A part of the memory is compared too: where reading it takes longer, it would take the way from the stream. */
const PATIENCE: Patience = { silenceMs: 1000, longestMs: 5000 };

/** How long the stream may take to bring what it has passed by. */
const GRACE_MS = 1000;

export interface AuditParts {
  readonly options: ReceiverOptions;
  readonly session: EngineSession;
  readonly stream: EventStream;
  readonly presence: Presence;
  readonly reader: StreamReader;
  readonly memory: Memory;
  readonly gaps: GapKeeper;
  readonly counter: EngineCounter;
  readonly settler: Settler;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

export class Audit {
  readonly #parts: AuditParts;
  #wakeAt = Number.POSITIVE_INFINITY;
  #wake: () => void = () => {};
  /** How late the most punctual event was. */
  #wayMs = WAY_MAX_MS;
  /** What was heard last had been on its way for long. */
  #isBehind = false;
  /** The last event up to which everything has come. */
  #completeTo: UnixNanos | undefined;

  constructor(parts: AuditParts) {
    this.#parts = parts;
  }

  /** To be called when the stream has brought something. */
  heard(): void {
    const { reader, memory, session, clock } = this.#parts;
    const { last } = memory;
    if (last !== undefined) {
      const lateMs = Math.max(0, toUnixMillis(engineNow(clock, session)) - toUnixMillis(last));
      this.#wayMs = Math.min(this.#wayMs, lateMs);
      this.#isBehind = lateMs > this.#wayMs + BEHIND_MS;
    }
    if (this.#isBehind || reader.total >= this.#wakeAt) this.#wake();
  }

  /** Looks again and again. Resolves when `ended` aborts, and early where there is nothing to look at. */
  async run(ended: AbortSignal): Promise<void> {
    const { options, session, reader, clock, memory } = this.#parts;
    const { ringSize } = session.dialect;
    if (options.audit_interval === 0 || ringSize === undefined) return;
    ended.addEventListener('abort', () => this.#wake(), { once: true });
    this.#completeTo = memory.last ?? engineNow(clock, session);
    let delayMs = options.audit_interval;
    while (!ended.aborted) {
      const [total, startedMs] = [reader.total, clock.monotonicMs()];
      await this.#untilDue(ringSize, delayMs, ended);
      if (ended.aborted) return;
      const rate = ((reader.total - total) * 1000) / (clock.monotonicMs() - startedMs);
      const isTooMuch = rate > RATE_MAX;
      // A burst is over soon, and what it cost is still to be found.
      delayMs = isTooMuch ? Math.min(BUSY_INTERVAL_MS, options.audit_interval) : options.audit_interval;
      if (!isTooMuch) await this.#look(ringSize, reader.total === total, ended);
      if (!ended.aborted) await this.#crossCheck(ended);
    }
  }

  async #untilDue(ringSize: number, delayMs: number, ended: AbortSignal): Promise<void> {
    const { reader, clock } = this.#parts;
    const [total, startedMs] = [reader.total, clock.monotonicMs()];
    const passedMs = () => clock.monotonicMs() - startedMs;
    await this.#untilWoken(delayMs, total + DUE_AFTER_EVENTS);
    if (passedMs() < SHORTEST_INTERVAL_MS) await sleep(clock, SHORTEST_INTERVAL_MS - passedMs(), ended);
    const isBusy = reader.total - total > (passedMs() / 1000) * ringSize && passedMs() < BUSY_INTERVAL_MS;
    if (isBusy && !this.#isBehind && !ended.aborted) await this.#untilWoken(BUSY_INTERVAL_MS - passedMs());
  }

  /** Also when the stream has brought `total` events, and when it is behind. */
  async #untilWoken(delayMs: number, total = Number.POSITIVE_INFINITY): Promise<void> {
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    this.#wakeAt = total;
    await sleep(this.#parts.clock, delayMs, woken.signal);
    this.#wakeAt = Number.POSITIVE_INFINITY;
    this.#wake = () => {};
  }

  /** @param wasQuiet the stream has brought nothing since the last look */
  async #look(ringSize: number, wasQuiet: boolean, ended: AbortSignal): Promise<void> {
    const { options, session, stream, presence, reader, clock, memory, telemetry } = this.#parts;
    const { seen } = memory;
    const totalBefore = reader.total;
    const read = await readRing(session, ringSize, options.max_line_size, PATIENCE, clock, ended);
    if (ended.aborted) return;
    if (!read.ok) {
      telemetry.report(auditFailed(session.identity.endpoint, read.problem));
      return;
    }
    const { ring } = read.value;
    const lastSeen = ring.findLastIndex(({ uid }) => seen.has(uid));
    const isUnknown = lastSeen < 0 && ring.length > 0;
    const unseen = ring.filter(({ uid }) => !seen.has(uid));
    const passedBy = isUnknown ? ring : ring.filter(({ uid }, index) => index < lastSeen && !seen.has(uid));
    const maybeStalled = wasQuiet && lastSeen < ring.length - 1;
    if (passedBy.length === 0 && !maybeStalled) {
      this.#complete(ring);
      return;
    }
    const awaited = new Set((maybeStalled ? unseen : passedBy).map(({ uid }) => uid));
    reader.lookOutFor(awaited);
    await sleep(clock, GRACE_MS, ended);
    if (isUnknown && !maybeStalled) await this.#untilPassed(ring, awaited, ended);
    reader.lookOutFor(undefined);
    const arrived = reader.total - totalBefore;
    // Nothing can be said any more of what has come when it may have been forgotten again.
    if (ended.aborted || arrived > seen.capacity / 2) return;
    if (maybeStalled && arrived === 0) {
      const happening = stalled(session.identity.endpoint, options.audit_interval, awaited.size);
      telemetry.report(happening);
      presence.failed(happening.message);
      stream.close();
      return;
    }
    const missing = passedBy.filter(({ uid }) => awaited.has(uid) && !seen.has(uid));
    // Some of them came: the stream is a whole memory behind, and brings them one after the other.
    if (missing.length === 0 || (isUnknown && missing.length < passedBy.length)) return;
    await this.#recover(ring, missing, ended);
  }

  /**
   * Nothing of the engine's memory has come: the stream may have left it out, or be far behind on a way that is slow or stands
   * still. Resolves when it has brought some of it, or something later, or nothing for `ping_timeout`.
   */
  async #untilPassed(ring: readonly Received[], awaited: ReadonlySet<string>, ended: AbortSignal): Promise<void> {
    const { options, reader, memory, clock } = this.#parts;
    const [to, count] = [lastTime(ring), awaited.size];
    const isPassed = () => to !== undefined && memory.last !== undefined && compareTimes(memory.last, to) > 0;
    let [total, silentMs] = [reader.total, 0];
    while (silentMs < options.ping_timeout && awaited.size === count && !isPassed() && !ended.aborted) {
      await sleep(clock, GRACE_MS, ended);
      silentMs = reader.total === total ? silentMs + GRACE_MS : 0;
      total = reader.total;
    }
  }

  /** Takes from the memory what the stream has left out. */
  async #recover(ring: readonly Received[], missing: readonly Received[], ended: AbortSignal): Promise<void> {
    const { session, reader, gaps, settler } = this.#parts;
    const [first, last] = [missing[0], missing.at(-1)];
    const before = ring.slice(0, first && ring.indexOf(first));
    const after = last === undefined ? [] : ring.slice(ring.indexOf(last) + 1);
    const from = lastTime(before) ?? this.#completeTo;
    const to = lastTime(after.reverse()) ?? lastTime(missing);
    const detail =
      before.length > 0 ? undefined : 'The engine’s memory goes back no further; more may be missing before.';
    gaps.settle({ reason: 'subscriber_dropped', from, to, recovered: missing.length, detail });
    reader.recover(missing);
    this.#complete(ring);
    await settler.settle(session, ended);
  }

  /** The engine's own count knows of what no look has found. */
  async #crossCheck(ended: AbortSignal): Promise<void> {
    const { session, gaps, settler, memory, counter } = this.#parts;
    const from = this.#completeTo;
    const missing = await settler.missing(session, ended);
    if (ended.aborted || missing === undefined) return;
    counter.told(missing);
    gaps.settle({ reason: 'subscriber_dropped', from, to: memory.last, atLeast: missing });
    gaps.flush();
    this.#completeTo = memory.last;
    await settler.settle(session, ended);
  }

  #complete(ring: readonly Received[]): void {
    this.#completeTo = lastTime(ring.filter(({ uid }) => this.#parts.memory.seen.has(uid))) ?? this.#completeTo;
  }
}

/** The time of the last event that carries the engine's own clock. */
function lastTime(events: readonly Received[]): UnixNanos | undefined {
  return events.findLast(({ event }) => event.time !== undefined && event.scope !== 'swarm')?.event.time;
}
