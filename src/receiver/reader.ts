/**
 * One event stream, from bytes to events that were not seen before.
 *
 * Everything that was read from the socket in one go is handed on in one go: that is what the journal appends at once.
 */
import type { Dialect, EngineIdentity } from '../model/engine.ts';
import type { Received } from '../model/entry.ts';
import type { Telemetry } from '../model/telemetry.ts';
import { compareTimes, type UnixNanos } from '../model/time.ts';
import type { Clock } from '../runtime/clock.ts';
import { decodeFrame } from './decode.ts';
import { Framer, splitObjects } from './framer.ts';
import { refused, tooLong } from './happenings.ts';
import { uidOf } from './identity.ts';
import type { SeenSet } from './seen.ts';

/** What outlives a stream: the identities that were seen, and how far the events have come. */
export interface Position {
  readonly seen: SeenSet;
  /** The time of the newest event so far; swarm events may be older than those before them. */
  newest: UnixNanos | undefined;
}

export interface StreamReaderParts {
  readonly identity: EngineIdentity;
  readonly dialect: Dialect;
  readonly position: Position;
  readonly maxLineLength: number;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Takes new events in the order of the stream. Never waits. */
  readonly deliver: (events: readonly Received[]) => void;
}

export class StreamReader {
  readonly #parts: StreamReaderParts;
  readonly #framer: Framer;
  #fresh: Received[] = [];
  #read = 0;
  #observedAt: UnixNanos = [0, 0];

  constructor(parts: StreamReaderParts) {
    this.#parts = parts;
    this.#framer = new Framer(parts.maxLineLength, {
      frame: (text) => this.#frame(text),
      tooLong: (beginning) => parts.telemetry.report(tooLong(parts.maxLineLength, beginning)),
    });
  }

  /** Takes bytes as they come from the socket. */
  push(bytes: Buffer): void {
    this.#observedAt = this.#parts.clock.now();
    this.#framer.push(bytes);
    this.#handOn();
  }

  /** The stream has ended; returns what was left of an unfinished event, or nothing. */
  end(): string {
    this.#observedAt = this.#parts.clock.now();
    const rest = this.#framer.end();
    const isWhole = rest !== '' && decodeFrame(rest).ok;
    if (isWhole) this.#frame(rest);
    this.#handOn();
    return isWhole ? '' : rest;
  }

  #handOn(): void {
    const { telemetry, deliver } = this.#parts;
    const fresh = this.#fresh;
    const known = this.#read - fresh.length;
    if (this.#read > 0) telemetry.count('events_received', this.#read);
    if (known > 0) telemetry.count('events_deduplicated', known);
    this.#read = 0;
    if (fresh.length === 0) return;
    this.#fresh = [];
    telemetry.count('events_accepted', fresh.length);
    deliver(fresh);
  }

  #frame(text: string): void {
    const decoded = decodeFrame(text);
    if (decoded.ok) {
      this.#event(text, decoded);
      return;
    }
    const pieces = decoded.isJson ? [] : splitObjects(text);
    if (pieces.length > 1) for (const piece of pieces) this.#frame(piece);
    else this.#parts.telemetry.report(refused(decoded.reason, text));
  }

  #event(raw: string, decoded: Extract<ReturnType<typeof decodeFrame>, { ok: true }>): void {
    const { position, dialect, identity } = this.#parts;
    this.#read += 1;
    const uid = uidOf(decoded.event);
    if (!position.seen.add(uid)) return;
    const time = decoded.event.time;
    if (time !== undefined && (position.newest === undefined || compareTimes(time, position.newest) > 0)) {
      position.newest = time;
    }
    const event = dialect.normalise(decoded.event, decoded.line);
    this.#fresh.push({ raw, event, uid, observedAt: this.#observedAt, engine: identity });
  }
}
