/** Text put together from several places of files, which knows for each of its characters where that was written. */
import type { Place } from './problem.ts';

interface Origin {
  placeAt(offset: number): Place;
}

interface Part {
  /** Where in the text it begins. */
  readonly start: number;
  readonly origin: Origin;
  /** The offset in its origin of what it begins with. */
  readonly from: number;
}

export class Written {
  readonly text: string;
  readonly #parts: readonly Part[];

  private constructor(text: string, parts: readonly Part[]) {
    this.text = text;
    this.#parts = parts;
  }

  /** What stands in a file as it is. */
  static of(text: string, origin: Origin): Written {
    return new Written(text, [{ start: 0, origin, from: 0 }]);
  }

  /** What stands in no file: all of it is at the place of what it belongs to. */
  static beside(text: string, written: Written, offset = 0): Written {
    return Written.of(text, { placeAt: () => written.placeAt(offset) });
  }

  static at(text: string, place: Place): Written {
    return Written.of(text, { placeAt: () => place });
  }

  static joined(pieces: readonly Written[]): Written {
    const parts: Part[] = [];
    let start = 0;
    for (const piece of pieces) {
      parts.push({ start, origin: piece, from: 0 });
      start += piece.text.length;
    }
    return new Written(pieces.map(({ text }) => text).join(''), parts);
  }

  slice(from: number, to: number): Written {
    return new Written(this.text.slice(from, to), [{ start: 0, origin: this, from }]);
  }

  trimmed(): Written {
    const from = this.text.length - this.text.trimStart().length;
    return this.slice(from, this.text.trimEnd().length);
  }

  placeAt(offset: number): Place {
    let [low, high] = [0, this.#parts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#parts[middle]?.start ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const part = this.#parts[low];
    return part === undefined ? { file: '', line: 1, column: 1 } : part.origin.placeAt(part.from + offset - part.start);
  }
}
