/**
 * One event stream, from its opening to its end, and everything that goes on beside it.
 *
 *     stream ──► reader ──► new events, with the row of a gap that they show
 *                  │
 *     verdict: does it go on where the last one ended? ──► settle: tell the gap, look what became of the containers
 *                  │                                                   ▼
 *     ping while it is silent                                 audit: has it brought what the engine remembers?
 *     probes: how is the health of what runs checked?
 *
 * Reading waits for none of it.
 */
import type { EngineSession, EventStream, StreamEnd } from '../model/engine.ts';
import type { GapEntry, Received } from '../model/entry.ts';
import type { StateRows } from '../model/journal.ts';
import type { Mark } from '../model/mark.ts';
import type { Telemetry } from '../model/telemetry.ts';
import { compareTimes, type UnixNanos } from '../model/time.ts';
import { type Clock, sleep } from '../runtime/clock.ts';
import { Audit } from './audit.ts';
import type { ReceiverOptions } from './config.ts';
import type { EngineCounter } from './counter.ts';
import { engineNow } from './engine-clock.ts';
import type { GapKeeper } from './gap.ts';
import { connected, cutAtEnd, noAnswer, stalled, streamCut, streamEnded, tornEnd } from './happenings.ts';
import type { Memory } from './memory.ts';
import type { Presence } from './presence.ts';
import type { Probes } from './probes.ts';
import { StreamReader } from './reader.ts';
import type { Settler } from './settle.ts';
import { type Patience, readRing } from './snapshot.ts';
import type { SwarmSeen } from './swarm-seen.ts';
import { type Standpoint, Verdict } from './verdict.ts';

/** A stream that brought nothing for so long, while the engine answered, may have brought the whole replay. */
const SILENCE_MS = 250;

/** After a question that nobody answered, and after an answer that left it open. */
const ASK_AGAIN_MS = 1000;

/** How often the engine is asked for what it remembers, when it answers nothing else than that it is there. */
const LOOKS_MAX = 3;

/** Real engines end what is asked for by themselves. */
const PATIENCE: Patience = { silenceMs: 5000, longestMs: 60_000 };

export interface ConnectionParts {
  readonly options: ReceiverOptions;
  readonly once: boolean;
  readonly presence: Presence;
  readonly memory: Memory;
  readonly swarm: SwarmSeen;
  readonly gaps: GapKeeper;
  readonly counter: EngineCounter;
  readonly settler: Settler;
  /** Undefined where nobody is to be asked. */
  readonly probes: Probes | undefined;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly mark?: Mark;
  readonly deliver: (entries: readonly (Received | GapEntry)[], rows?: StateRows) => void;
}

export class Connection {
  readonly #parts: ConnectionParts;
  readonly #session: EngineSession;
  readonly #stream: EventStream;
  readonly #reader: StreamReader;
  readonly #audit: Audit;
  readonly #at: Standpoint;
  /** Undefined once it is spoken, and where there is nothing to judge. */
  #verdict: Verdict | undefined;
  /** The last event before this stream. */
  readonly #from: UnixNanos | undefined;
  #heardMs: number;

  /** Of a stream that was just opened. */
  constructor(parts: ConnectionParts, session: EngineSession, stream: EventStream) {
    this.#parts = parts;
    this.#session = session;
    this.#stream = stream;
    const { memory, gaps, clock, once } = parts;
    this.#heardMs = clock.monotonicMs();
    this.#at = standpoint(memory, session, clock);
    // What is in doubt of another engine stays so.
    if (this.#at.isSameEngine === false || gaps.open?.reason === 'engine_replaced') gaps.settleDoubt();
    this.#from = gaps.open === undefined ? memory.last : gaps.open.from;
    this.#verdict = once ? undefined : new Verdict(this.#at);
    memory.meet(session.identity);
    this.#reader = new StreamReader({
      ...parts,
      identity: session.identity,
      dialect: session.dialect,
      verdict: this.#verdict,
      maxLineLength: parts.options.max_line_size,
      mark: parts.mark,
      takeRows: () => this.#takeRows(),
      deliver: (events, rows) => {
        parts.deliver(events, rows);
        parts.probes?.heard(events);
      },
    });
    this.#audit = new Audit({ ...parts, session, stream, reader: this.#reader });
  }

  /** Ends the stream; `read` then resolves. */
  close(): void {
    this.#stream.close();
  }

  /** Reads it to its end. */
  async read(): Promise<StreamEnd> {
    const { clock, telemetry, once, memory, presence } = this.#parts;
    const { endpoint } = this.#session.identity;
    telemetry.report(connected(this.#session.identity));
    presence.connected();
    const ended = new AbortController();
    const asking = this.#parts.probes?.run(this.#session, ended.signal);
    const beside = [this.#watch(ended.signal), this.#attend(ended.signal), asking];
    const end = await this.#stream.read((bytes) => {
      this.#heardMs = clock.monotonicMs();
      this.#reader.push(bytes);
      this.#audit.heard();
      if (this.#verdict !== undefined) this.#judge(this.#verdict);
    });
    ended.abort();
    await Promise.all(beside);
    const torn = this.#reader.end();
    if (torn !== '') telemetry.report(once ? cutAtEnd(endpoint, torn) : tornEnd(endpoint, torn.length));
    if (this.#verdict !== undefined) {
      this.#judge(this.#verdict);
      if (this.#verdict?.isDoubtful) memory.doubt(this.#verdict.fresh, this.#at);
    }
    if (end.kind === 'ended') telemetry.report(streamEnded(endpoint));
    if (end.kind === 'cut') {
      telemetry.report(streamCut(endpoint, end.problem));
      presence.failed(end.problem.message);
    }
    return end;
  }

  #takeRows(): StateRows | undefined {
    if (this.#verdict !== undefined) this.#speak(this.#verdict);
    return this.#parts.gaps.takeRows();
  }

  #judge(verdict: Verdict): void {
    this.#speak(verdict);
    this.#parts.gaps.flush();
  }

  /** Takes note of what the verdict is by now. */
  #speak(verdict: Verdict): void {
    const { gaps, memory } = this.#parts;
    const { outcome, firstUid } = verdict;
    const from = this.#from;
    const to = gaps.open?.to ?? laterThan(from, verdict.firstNew);
    if (outcome === undefined) {
      const reason = this.#at.isSameEngine === false ? 'engine_replaced' : 'not_known';
      const first = gaps.open?.first ?? firstUid;
      if (verdict.isDoubtful && first !== undefined) gaps.doubt({ reason, from, to, first });
      return;
    }
    this.#verdict = undefined;
    memory.noteVerdict();
    if (outcome === 'no_gap' || outcome === 'none') gaps.withdraw();
    else gaps.settle({ reason: outcome, from, to, detail: outcome === 'not_known' ? this.#whyNotKnown() : undefined });
  }

  #whyNotKnown(): string | undefined {
    const { isFiltered, hidesEvents, dialect } = this.#session;
    if (isFiltered) return 'The engine sends only the events that were asked for, by which it cannot be told.';
    if (hidesEvents) return 'The engine hides events from this API version, so that it cannot be told.';
    return dialect.ringSize === undefined ? 'The last event that was read is not in the engine’s journal.' : undefined;
  }

  /** What is done beside the reading, one after the other. */
  async #attend(ended: AbortSignal): Promise<void> {
    if (this.#parts.once) return;
    await this.#untilReplayed(ended);
    if (ended.aborted) return;
    const { counter, settler, probes } = this.#parts;
    await settler.settle(this.#session, ended);
    probes?.askForRunning();
    await counter.begin(this.#session, ended);
    await this.#audit.run(ended);
  }

  /** Resolves when there is a verdict. */
  async #untilReplayed(ended: AbortSignal): Promise<void> {
    const { clock, options } = this.#parts;
    let looks = 0;
    while (this.#verdict !== undefined && !ended.aborted) {
      const heardMs = this.#heardMs;
      const restMs = heardMs + SILENCE_MS - clock.monotonicMs();
      if (restMs > 0) {
        await sleep(clock, restMs, ended);
        continue;
      }
      const answer = await this.#session.ping(options.ping_timeout, ended);
      if (ended.aborted || this.#verdict === undefined) return;
      // A proxy that refuses pings has answered as well.
      const isThere = answer.ok || answer.problem.code === 'forbidden';
      if (isThere && this.#heardMs !== heardMs) continue;
      const isOnItsWay = isThere && looks < LOOKS_MAX ? await this.#isOnItsWay(ended) : !isThere;
      if (ended.aborted || this.#heardMs !== heardMs) continue;
      if (isOnItsWay === false) {
        this.#verdict.silence();
        this.#judge(this.#verdict);
        return;
      }
      if (isOnItsWay === undefined) looks += 1;
      else if (isThere && clock.monotonicMs() - heardMs >= options.ping_timeout) return this.#giveUp(heardMs);
      await sleep(clock, ASK_AGAIN_MS, ended);
    }
  }

  /**
   * Whether the silent stream has more of the replay to bring: a ping may go where this one connection stands still. The
   * engine’s memory has only grown since the subscription, and a stream brings it before anything else. So there is more to
   * come only if the memory holds more events than came. Asked where silence would tell something: a gap, or at a first start
   * what is there. Undefined when it is not known.
   */
  async #isOnItsWay(ended: AbortSignal): Promise<boolean | undefined> {
    const { hasMemory, ringSize } = this.#at;
    const { options, clock } = this.#parts;
    if (ringSize === undefined || !(hasMemory || options.emit_inventory)) return false;
    const { total } = this.#reader;
    const read = await readRing(this.#session, total + 1, options.max_line_size, PATIENCE, clock, ended);
    if (!read.ok) return read.problem.code === 'forbidden' ? false : undefined;
    const { ring, isWhole } = read.value;
    return ring.length > total || (isWhole ? false : undefined);
  }

  /** The next stream, on a connection of its own, is judged as ever. */
  #giveUp(heardMs: number): void {
    const { clock, telemetry, presence } = this.#parts;
    const happening = stalled(this.#session.identity.endpoint, clock.monotonicMs() - heardMs);
    telemetry.report(happening);
    presence.failed(happening.message);
    this.#stream.close();
  }

  /** Pings while the stream is silent; closes the stream when no answer comes. Resolves when `ended` aborts. */
  async #watch(ended: AbortSignal): Promise<void> {
    const { clock, telemetry, options, presence } = this.#parts;
    const { ping_interval: intervalMs, ping_timeout: timeoutMs } = options;
    const silentMs = () => clock.monotonicMs() - this.#heardMs;
    while (!ended.aborted) {
      const waited = await sleep(clock, silentMs() >= intervalMs ? intervalMs : intervalMs - silentMs(), ended);
      if (!waited || silentMs() < intervalMs) continue;
      const answer = await this.#session.ping(timeoutMs, ended);
      if (answer.ok || ended.aborted || silentMs() < intervalMs) continue;
      telemetry.report(noAnswer(this.#session.identity.endpoint, answer.problem));
      presence.failed(answer.problem.message);
      this.#stream.close();
      return;
    }
  }
}

/** What the manager of a swarm tells again after its restart may be older than all that was read. */
function laterThan(from: UnixNanos | undefined, to: UnixNanos | undefined): UnixNanos | undefined {
  return from !== undefined && to !== undefined && compareTimes(to, from) < 0 ? undefined : to;
}

function standpoint(memory: Memory, session: EngineSession, clock: Clock): Standpoint {
  const isSameEngine = memory.isSameEngine(session.identity);
  return {
    ringSize: session.dialect.ringSize,
    hasMemory: !memory.isEmpty,
    wasRead: memory.wasRead && isSameEngine !== false,
    isSameEngine,
    doubtful: isSameEngine === false ? new Set() : memory.doubtful,
    isPartial: session.isFiltered || session.hidesEvents,
    swarmSinceLocal: memory.swarmSinceLocal,
    openedAt: engineNow(clock, session),
    isClockKnown: session.clockOffsetMs !== undefined,
  };
}
