/**
 * Bytes to frames: the text of one JSON object each, whatever the chunking.
 *
 * What engines and what stands between them send: one object and LF (every engine), RS before it (json-seq), CRLF,
 * several objects in a chunk, an object cut anywhere (inside a UTF-8 character too), objects back to back with nothing
 * between them, objects longer than any buffer.
 *
 *   chunk ──UTF-8──► text ──LF──► line ───────────────────────────────► frame   (the ordinary way: one indexOf a line)
 *                        └──no LF yet──► depth counting ──object closed──► frame   (nobody waits for an LF to come)
 *
 * - A line feed always ends a frame. JSON strings cannot hold one, and so a broken object never swallows the next.
 *   Not supported, because no engine does it: one object printed over several lines.
 * - A line may hold several objects; whoever finds that a line is not one object asks `splitObjects`.
 * - A frame may be `limit` characters long. A longer one is reported once, by its beginning, and skipped up to the LF or
 *   the closing brace that ends it; what comes after it is read as ever.
 * - Each character is looked at a bounded number of times, so that no stream can make reading slow.
 */
import { StringDecoder } from 'node:string_decoder';

/** Receives what the framer finds, in the order of the stream. */
export interface FrameSink {
  /** The text of a frame: not empty, without line end, RS and surrounding blanks; not yet known to be JSON. */
  frame(text: string): void;
  /** An object longer than the limit was skipped. `beginning` is its first characters. */
  tooLong(beginning: string): void;
}

const BEGINNING_LENGTH = 1024;

export class Framer {
  readonly #sink: FrameSink;
  readonly #limit: number;
  readonly #decoder = new StringDecoder('utf8');
  readonly #scanner = new ObjectScanner();
  /** The beginning of an object that has not ended yet. */
  #held: string[] = [];
  #heldLength = 0;
  /** True while the rest of an object that was too long goes by. */
  #skipping = false;

  /** @param limit the longest frame, in UTF-16 code units */
  constructor(limit: number, sink: FrameSink) {
    this.#limit = limit;
    this.#sink = sink;
  }

  push(bytes: Buffer): void {
    this.#text(this.#decoder.write(bytes));
  }

  /** The stream has ended. Returns what was left of an object that never ended; empty when there was none. */
  end(): string {
    this.#text(this.#decoder.end());
    const rest = this.#skipping ? '' : trimmed(this.#held.join(''));
    this.#clear();
    return rest;
  }

  #text(text: string): void {
    let start = 0;
    for (;;) {
      const end = text.indexOf('\n', start);
      if (end < 0) break;
      this.#line(text.slice(start, end));
      start = end + 1;
    }
    if (start < text.length) this.#rest(start === 0 ? text : text.slice(start));
  }

  /** `text` is the last part of a line. */
  #line(text: string): void {
    if (this.#skipping) {
      const end = this.#scanner.endOfObject(text, 0);
      this.#clear();
      if (end >= 0) this.#deliver(text.slice(end));
      return;
    }
    const whole = this.#held.length === 0 ? text : this.#held.join('') + text;
    this.#clear();
    this.#deliver(whole);
  }

  /** `text` has no LF: objects that end in it are delivered now, the beginning of one that does not is held. */
  #rest(text: string): void {
    let start = 0;
    while (start < text.length) {
      const end = this.#scanner.endOfObject(text, start);
      if (end < 0) break;
      const object = this.#held.join('') + text.slice(start, end);
      const skipped = this.#skipping;
      this.#clear();
      if (!skipped) this.#deliver(object);
      start = end;
    }
    if (start < text.length) this.#hold(start === 0 ? text : text.slice(start));
  }

  #hold(text: string): void {
    if (this.#skipping) return;
    this.#held.push(text);
    this.#heldLength += text.length;
    if (this.#heldLength <= this.#limit) return;
    this.#sink.tooLong(this.#held.join('').slice(0, BEGINNING_LENGTH));
    this.#held = [];
    this.#skipping = true;
  }

  #deliver(text: string): void {
    const frame = trimmed(text);
    if (frame === '') return;
    if (frame.length > this.#limit) this.#sink.tooLong(frame.slice(0, BEGINNING_LENGTH));
    else this.#sink.frame(frame);
  }

  #clear(): void {
    if (this.#held.length > 0) this.#held = [];
    this.#heldLength = 0;
    this.#skipping = false;
    this.#scanner.reset();
  }
}

/**
 * The objects that stand in one line, and what stands between or behind them that is none. Asked only when a line did
 * not parse as a whole.
 */
export function splitObjects(line: string): string[] {
  const scanner = new ObjectScanner();
  const pieces: string[] = [];
  let start = 0;
  while (start < line.length) {
    const end = scanner.endOfObject(line, start);
    if (end < 0) break;
    pieces.push(trimmed(line.slice(start, end)));
    start = end;
  }
  const rest = trimmed(line.slice(start));
  if (rest !== '') pieces.push(rest);
  return pieces;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Finds where an object ends by counting braces outside strings; remembers where it was when text ends before that. */
class ObjectScanner {
  #depth = 0;
  #inString = false;
  #escaped = false;

  reset(): void {
    this.#depth = 0;
    this.#inString = false;
    this.#escaped = false;
  }

  /** The index behind the brace that closes an object, or -1 when `text` ends before. */
  endOfObject(text: string, start: number): number {
    for (let index = start; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (code === BACKSLASH) this.#escaped = true;
        else if (code === QUOTE) this.#inString = false;
      } else if (this.#depth > 0 && code === QUOTE) {
        this.#inString = true;
      } else if (code === OPEN) {
        this.#depth += 1;
      } else if (code === CLOSE && this.#depth > 0) {
        this.#depth -= 1;
        if (this.#depth === 0) return index + 1;
      }
    }
    return -1;
  }
}

/** Without blanks, CR and RS (0x1E, application/json-seq) around it. */
function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isPadding(text.charCodeAt(start))) start += 1;
  while (end > start && isPadding(text.charCodeAt(end - 1))) end -= 1;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

function isPadding(code: number): boolean {
  return code === 0x20 || code === 0x0d || code === 0x1e || code === 0x09 || code === 0x0a || code === 0xfeff;
}
