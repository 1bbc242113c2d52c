/**
 * Keeps a flood out of the log without hiding anything of its kind.
 *
 *   12:00:00  told          first of its kind: at once
 *   12:00:01  held back     the same again within the minute
 *      …
 *   12:01:00  "… (58 times in the last minute)"
 *   12:02:00  "… (60 times in the last minute)"      as long as it goes on, one line a minute; then it is forgotten
 *
 * What is the same is decided by the name and
 * - for warn and debug, by the message without its numbers: "next try in 250 ms" and "next try in 1 s" are one kind. Of a
 *   name that keeps finding new words (lines of a stranger that cannot be read) the first few kinds are told, and the
 *   rest are counted together and told with their last.
 * - for error, by the exact message: what was lost or set aside is told each time that it says something else.
 * What is info is told every time: it says that something is well again, and is never many. So is what answers a person.
 *
 * A timer is set only while something is held back.
 */
import type { Happening } from '../model/telemetry.ts';
import type { Clock, Timer } from '../runtime/clock.ts';

const WINDOW_MS = 60_000;
/** Numbers, with the unit of a time. */
const NUMBERS = /\d+(\.\d+)?( m?s\b)?/g;
/** Kinds of one warn or debug name that are told within a minute. */
const KINDS_TOLD = 5;
/** Exact messages of one error name that are remembered; further ones are told without being remembered. */
const EXACT_REMEMBERED = 100;

interface Seen {
  /** How often in this window, those that were told included. */
  times: number;
  held: number;
  last: Happening;
}

/** The last minute of one name. */
interface Window {
  since: number;
  kinds: Map<string, Seen>;
  /** Kinds beyond those that are told. */
  further: Seen | undefined;
  timer: Timer | undefined;
}

export class Repeats {
  readonly #clock: Clock;
  readonly #write: (happening: Happening) => void;
  readonly #windows = new Map<string, Window>();

  constructor(clock: Clock, write: (happening: Happening) => void) {
    this.#clock = clock;
    this.#write = write;
  }

  /** Writes it, or holds it back for the summary. */
  add(happening: Happening): void {
    if (happening.level === 'info' || happening.isAnswer === true) {
      this.#write(happening);
      return;
    }
    const window = this.#windowOf(happening.name);
    const isExact = happening.level === 'error';
    const kind = isExact ? happening.message : happening.message.replace(NUMBERS, '#');
    const seen = window.kinds.get(kind);
    if (seen !== undefined) {
      this.#hold(happening.name, window, seen, happening);
    } else if (window.kinds.size < (isExact ? EXACT_REMEMBERED : KINDS_TOLD)) {
      window.kinds.set(kind, { times: 1, held: 0, last: happening });
      this.#write(happening);
    } else if (isExact) {
      this.#write(happening);
    } else {
      window.further ??= { times: 0, held: 0, last: happening };
      this.#hold(happening.name, window, window.further, happening);
    }
  }

  /** Writes what is held back now, and forgets everything. */
  flush(): void {
    for (const [name, window] of this.#windows) {
      window.timer?.cancel();
      this.#summarise(name, window);
    }
    this.#windows.clear();
  }

  #windowOf(name: string): Window {
    const now = this.#clock.monotonicMs();
    const known = this.#windows.get(name);
    // A window that holds something back is ended by its timer.
    if (known !== undefined && (known.timer !== undefined || now - known.since < WINDOW_MS)) return known;
    const window: Window = { since: now, kinds: new Map(), further: undefined, timer: undefined };
    this.#windows.set(name, window);
    return window;
  }

  #hold(name: string, window: Window, seen: Seen, happening: Happening): void {
    seen.times += 1;
    seen.held += 1;
    seen.last = happening;
    const left = window.since + WINDOW_MS - this.#clock.monotonicMs();
    window.timer ??= this.#clock.after(left, () => this.#end(name, window));
  }

  /** Tells what was held back. Kinds that came again go on being held back, for another minute. */
  #end(name: string, window: Window): void {
    this.#summarise(name, window);
    window.timer = undefined;
    window.since = this.#clock.monotonicMs();
    window.further = undefined;
    for (const [kind, seen] of window.kinds) {
      if (seen.held === 0) window.kinds.delete(kind);
      seen.times = 0;
      seen.held = 0;
    }
  }

  #summarise(name: string, window: Window): void {
    const elapsed = elapsedText(this.#clock.monotonicMs() - window.since);
    for (const { times, held, last } of window.kinds.values()) {
      if (held > 0)
        this.#tell(last, times, `${last.message} (${times === 1 ? 'once' : `${times} times`} in ${elapsed})`);
    }
    if (window.further === undefined) return;
    const { times, last } = window.further;
    this.#tell(last, times, `${times} more of ${name} in ${elapsed}, in other words each; the last: ${last.message}`);
  }

  #tell(last: Happening, times: number, message: string): void {
    this.#write({ ...last, message, fields: { ...last.fields, times } });
  }
}

function elapsedText(millis: number): string {
  return millis >= WINDOW_MS ? 'the last minute' : `the last ${Math.max(1, Math.round(millis / 1000))} s`;
}
