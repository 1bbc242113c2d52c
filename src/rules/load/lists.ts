/**
 * Puts lists into conditions: as text, wherever the name of one stands between blanks, parentheses, commas, `=` or an end;
 * between two words of a string in quotes, too, as in Falco.
 *
 * - Items with a blank are put in quotes, unless they are; an empty item, too.
 * - The name of a list among the items of another stands for its items, at any depth, wherever either is defined. (Falco
 *   looks two lists deep.) A list within itself is text.
 * - An empty list takes a comma beside it away.
 * - Right behind `in` and its like a list may stand without parentheses.
 *
 * Lists double with each list that names another twice, so what they unfold into is bounded.
 */
import { LIST_OPERATORS, MODIFIERS } from '../../condition/tree.ts';
import type { CollectedList } from './collection.ts';
import { Written } from './written.ts';

/** A list, with those that it names. */
const LIST_CHARACTERS_MAX = 1024 * 1024;
/** All conditions together, with lists put in. */
const CONDITIONS_CHARACTERS_MAX = 16 * 1024 * 1024;
/** Lists within lists. */
const DEPTH_MAX = 100;

const WORD = /[^ \t\n\r(),=]+/g;
const EXPECTS_LIST = new RegExp(`(?:^|[\\s)\\]])(?:${[...LIST_OPERATORS, ...MODIFIERS].join('|')})\\s+$`);

const COMMA = /\s*,/y;

/** Longest operator with what stands around it. */
const LOOK_BACK = 32;

export class Lists {
  readonly #lists: ReadonlyMap<string, CollectedList>;
  readonly #unfolded = new Map<string, Written>();
  readonly #used = new Set<string>();
  /** Names that lead to the one that is unfolded at the moment. */
  readonly #path = new Set<string>();
  #charactersLeft = CONDITIONS_CHARACTERS_MAX;

  constructor(lists: ReadonlyMap<string, CollectedList>) {
    this.#lists = lists;
  }

  get names(): Iterable<string> {
    return this.#lists.keys();
  }

  isUsed(name: string): boolean {
    return this.#used.has(name);
  }

  /** The condition with lists put in; or why it is too large. */
  put(condition: Written): Written | string {
    try {
      const put = this.#charactersLeft < 0 ? condition : this.#put(condition);
      this.#charactersLeft -= put.text.length;
      if (this.#charactersLeft >= 0) return put;
      return `Expected conditions that are at most ${CONDITIONS_CHARACTERS_MAX} characters together once lists stand for what they mean; with this one they are more.`;
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error;
      this.#path.clear();
      return error.message;
    }
  }

  #put(condition: Written): Written {
    const { text } = condition;
    const pieces: Written[] = [];
    let done = 0;
    for (const { 0: name, index } of text.matchAll(WORD)) {
      if (!this.#lists.has(name)) continue;
      const items = this.#unfold(name);
      let [from, to] = [index, index + name.length];
      if (items.text === '') {
        const before = /,\s*$/.exec(text.slice(done, from));
        if (before !== null) from = done + before.index;
        else to += commaLength(text, to);
      }
      const isBare = EXPECTS_LIST.test(text.slice(Math.max(0, index - LOOK_BACK), index));
      pieces.push(condition.slice(done, from));
      pieces.push(
        ...(isBare ? [Written.beside('(', condition, index), items, Written.beside(')', condition, index)] : [items]),
      );
      done = to;
    }
    return done === 0 ? condition : Written.joined([...pieces, condition.slice(done, text.length)]);
  }

  #unfold(name: string): Written {
    this.#used.add(name);
    const known = this.#unfolded.get(name);
    if (known !== undefined) return known;
    if (this.#path.size >= DEPTH_MAX) {
      throw new TooLarge(`Expected lists at most ${DEPTH_MAX} deep within one another, got more.`);
    }
    this.#path.add(name);
    const pieces: Written[] = [];
    let length = 0;
    for (const item of this.#lists.get(name)?.items ?? []) {
      const isList = this.#lists.has(item.text) && !this.#path.has(item.text);
      const piece = isList ? this.#unfold(item.text) : quotedItem(item);
      if (piece.text === '') continue;
      if (pieces.length > 0) pieces.push(Written.beside(', ', item));
      pieces.push(piece);
      length += piece.text.length + 2;
      if (length > LIST_CHARACTERS_MAX) {
        const message = `Expected lists of at most ${LIST_CHARACTERS_MAX} characters; "${name}" with the lists in it is longer.`;
        throw new TooLarge(message);
      }
    }
    this.#path.delete(name);
    const unfolded = Written.joined(pieces);
    this.#unfolded.set(name, unfolded);
    return unfolded;
  }
}

class TooLarge extends Error {}

/** Of a comma with blanks before it, if one is there. */
function commaLength(text: string, at: number): number {
  COMMA.lastIndex = at;
  return COMMA.exec(text)?.[0].length ?? 0;
}

/** As it can stand in a condition. */
export function quotedItem(item: Written): Written {
  const { text } = item;
  const isPlain = text !== '' && (!text.includes(' ') || text.startsWith('"') || text.startsWith("'"));
  if (isPlain) return item;
  const quote = Written.beside('"', item);
  return Written.joined([quote, item, quote]);
}
