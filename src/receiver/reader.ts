/**
 * One event stream, from bytes to events that were not seen before.
 *
 * Everything that was read from the socket in one go is handed on in one go: that is what the journal appends at once.
 */
import type { Dialect, EngineIdentity } from '../model/engine.ts';
import type { Received } from '../model/entry.ts';
import type { StateRows } from '../model/journal.ts';
import type { Mark } from '../model/mark.ts';
import type { Telemetry } from '../model/telemetry.ts';
import type { UnixNanos } from '../model/time.ts';
import type { Clock } from '../runtime/clock.ts';
import { decodeFrame } from './decode.ts';
import { Framer, splitObjects } from './framer.ts';
import { refused, tooLong } from './happenings.ts';
import { uidOf } from './identity.ts';
import type { Memory } from './memory.ts';
import type { SwarmSeen } from './swarm-seen.ts';
import type { Verdict } from './verdict.ts';

export interface StreamReaderParts {
  readonly identity: EngineIdentity;
  readonly dialect: Dialect;
  readonly memory: Memory;
  readonly swarm: SwarmSeen;
  /** Told of each event as long as it is open; undefined where nobody asks. */
  readonly verdict: Verdict | undefined;
  readonly maxLineLength: number;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly mark: Mark | undefined;
  /** Rows of state to be kept with the events that are delivered next. */
  readonly takeRows: () => StateRows | undefined;
  /** Takes new events in the order of the stream. Never waits. */
  readonly deliver: (events: readonly Received[], rows: StateRows | undefined) => void;
}

export class StreamReader {
  readonly #parts: StreamReaderParts;
  readonly #framer: Framer;
  readonly #openedMs: number;
  #verdict: Verdict | undefined;
  #fresh: Received[] = [];
  #read = 0;
  #observedAt: UnixNanos = [0, 0];
  #elapsedMs = 0;
  #total = 0;
  #awaited: Set<string> | undefined;

  constructor(parts: StreamReaderParts) {
    this.#parts = parts;
    this.#verdict = parts.verdict;
    this.#openedMs = parts.clock.monotonicMs();
    this.#framer = new Framer(parts.maxLineLength, {
      frame: (text) => this.#frame(text),
      tooLong: (beginning) => {
        parts.memory.arrived += 1;
        parts.telemetry.report(tooLong(parts.maxLineLength, beginning));
      },
    });
  }

  /** How many events the stream has brought so far, known ones included. */
  get total(): number {
    return this.#total;
  }

  /** From now on events of these identities are taken out of the set when they come. Undefined ends it. */
  lookOutFor(uids: Set<string> | undefined): void {
    this.#awaited = uids;
  }

  /** Takes bytes as they come from the socket. */
  push(bytes: Buffer): void {
    this.#begin();
    this.#framer.push(bytes);
    this.#handOn();
  }

  /** Takes events that the stream has left out, and that were read in another way. */
  recover(events: readonly Received[]): void {
    const { memory, telemetry, mark, deliver, takeRows } = this.#parts;
    const fresh = events.filter(({ uid }) => memory.seen.add(uid));
    memory.arrived += fresh.length;
    for (const counter of ['events_received', 'events_accepted', 'events_recovered'] as const) {
      telemetry.count(counter, fresh.length);
    }
    mark?.('receiver.read');
    deliver(
      fresh.map((received) => (received.event.scope === 'swarm' ? this.#swarmEvent(received) : received)),
      takeRows(),
    );
  }

  /** The stream has ended; returns what was left of an unfinished event, or nothing. */
  end(): string {
    this.#begin();
    const rest = this.#framer.end();
    const isWhole = rest !== '' && decodeFrame(rest).ok;
    if (isWhole) this.#frame(rest);
    this.#handOn();
    return isWhole ? '' : rest;
  }

  #begin(): void {
    const { clock } = this.#parts;
    this.#observedAt = clock.now();
    if (this.#verdict === undefined) return;
    if (this.#verdict.outcome !== undefined) this.#verdict = undefined;
    else this.#elapsedMs = clock.monotonicMs() - this.#openedMs;
  }

  #handOn(): void {
    const { telemetry, deliver, mark, memory, takeRows } = this.#parts;
    const fresh = this.#fresh;
    const known = this.#read - fresh.length;
    if (this.#read > 0) telemetry.count('events_received', this.#read);
    if (known > 0) telemetry.count('events_deduplicated', known);
    this.#total += this.#read;
    this.#read = 0;
    if (fresh.length === 0) return;
    this.#fresh = [];
    memory.arrived += fresh.length;
    telemetry.count('events_accepted', fresh.length);
    mark?.('receiver.read');
    deliver(fresh, takeRows());
  }

  #frame(text: string): void {
    const decoded = decodeFrame(text);
    if (decoded.ok) {
      this.#event(text, decoded);
      return;
    }
    const pieces = decoded.isJson ? [] : splitObjects(text);
    if (pieces.length > 1) for (const piece of pieces) this.#frame(piece);
    else {
      this.#parts.memory.arrived += 1;
      this.#parts.telemetry.report(refused(decoded.reason, text));
    }
  }

  #event(raw: string, decoded: Extract<ReturnType<typeof decodeFrame>, { ok: true }>): void {
    const { memory, dialect, identity: engine } = this.#parts;
    this.#read += 1;
    const uid = uidOf(decoded.event);
    const isNew = memory.seen.add(uid);
    if (this.#verdict !== undefined) this.#verdict.event(uid, isNew, decoded.event, this.#elapsedMs);
    if (this.#awaited !== undefined) this.#awaited.delete(uid);
    if (!isNew) return;
    memory.note(decoded.event);
    const event = dialect.normalise(decoded.event, decoded.line);
    const received = { raw, event, uid, observedAt: this.#observedAt, engine };
    this.#fresh.push(event.scope === 'swarm' ? this.#swarmEvent(received) : received);
  }

  #swarmEvent(received: Received): Received {
    const { swarm, identity, telemetry } = this.#parts;
    if (!swarm.isTwin(identity.receiver, received.event, received.uid)) return received;
    telemetry.count('events_twins');
    return { ...received, isTwin: true };
  }
}
