/** Reads a condition from left to right, piece by piece. What cannot be read ends the reading with a {@link Refusal}. */
import type { Result } from '../model/engine.ts';
import { maskText } from '../runtime/mask.ts';
import { BACKSLASH_HINT, ENDS_IN_BACKSLASH, type Quote, unescapeText } from './escape.ts';
import type { ConditionProblem, Offset, Text } from './tree.ts';

/** Parentheses within parentheses. A condition with more of them was written to do harm. */
export const DEPTH_MAX = 100;

/** Longest part of a condition that is shown in a problem, in characters. */
const SHOWN_MAX = 40;

/** Never leaves this folder: {@link attempt} makes a value of it. */
class Refusal extends Error {
  readonly problem: ConditionProblem;

  constructor(problem: ConditionProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Ends the reading. @param at where in the text the problem is */
export function refuse(message: string, at: Offset, near?: string): never {
  throw new Refusal(near === undefined ? { message, at } : { message, at, near });
}

/** What reading gives, or why it was ended. */
export function attempt<Value>(read: () => Value): Result<Value, ConditionProblem> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, problem: error.problem };
    throw error;
  }
}

/** Only what ASCII calls blank: a string without quotes may hold any other. */
const BLANKS = /[ \t\r\n\b]+/y;
const BARE = /[^ \t\n\v\f\r()"'=,]+/y;
const BARE_ARGUMENT = /[^ \t\n\v\f\r[\]"']+/y;
const SEEN = /[^ \t\n\v\f\r()"',]+|["'][^"']*["']?|[\s\S]/uy;

export class Scanner {
  readonly text: string;
  at: Offset;
  #depth = 0;

  constructor(text: string, at: Offset = 0) {
    this.text = text;
    this.at = at;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** How many parentheses are open here. */
  get depth(): number {
    return this.#depth;
  }

  /** Goes over blanks. @returns whether there were any */
  blanks(): boolean {
    return this.take(BLANKS) !== undefined;
  }

  /** What of `pattern` (sticky) stands here, without going over it. */
  peek(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    return pattern.exec(this.text)?.[0];
  }

  /** Goes over what of `pattern` (sticky) stands here. */
  take(pattern: RegExp): string | undefined {
    const found = this.peek(pattern);
    if (found !== undefined) this.at += found.length;
    return found;
  }

  /** Goes over `char` if it stands here. */
  takeChar(char: string): boolean {
    if (this.text.charAt(this.at) !== char) return false;
    this.at += 1;
    return true;
  }

  /** Reads something that may hold itself. */
  nested<Value>(read: () => Value): Value {
    if (this.#depth >= DEPTH_MAX) {
      refuse(`Expected at most ${DEPTH_MAX} parentheses within one another, got more.`, this.at);
    }
    this.#depth += 1;
    const value = read();
    this.#depth -= 1;
    return value;
  }

  /** A string without quotes. */
  bare(): Text | undefined {
    const at = this.at;
    const value = this.take(BARE);
    return value === undefined ? undefined : { kind: 'text', value, at };
  }

  /** A string in quotes. It ends at the first of its quotes that no backslash stands before. */
  quoted(): Text | undefined {
    const at = this.at;
    const quote = this.text.charAt(at);
    if (!isQuote(quote)) return undefined;
    let end = this.text.indexOf(quote, at + 1);
    while (end !== -1 && this.text.charAt(end - 1) === '\\') end = this.text.indexOf(quote, end + 1);
    if (end === -1) {
      const hint = ENDS_IN_BACKSLASH.test(this.text.slice(at)) ? BACKSLASH_HINT : '';
      refuse(`Expected a closing ${quote} for the string that begins here.${hint}`, at);
    }
    this.at = end + 1;
    const value = unescapeText(this.text.slice(at + 1, end), quote);
    if (typeof value !== 'string') refuse(value.message, at + 1 + value.at);
    return { kind: 'text', value, at };
  }

  /** What stands in brackets, if there are any right here. */
  argument(): string | undefined {
    if (!this.takeChar('[')) return undefined;
    const value = this.quoted()?.value ?? this.take(BARE_ARGUMENT);
    if (value === undefined) {
      refuse(`Expected what stands in the brackets: a word without blanks, or a string, got ${this.seen()}.`, this.at);
    }
    if (!this.takeChar(']')) {
      refuse(`Expected "]", got ${this.seen()}. With blanks, brackets or quotes in it, it is a string.`, this.at);
    }
    return value;
  }

  /** What stands here or elsewhere, for a problem. */
  seen(at: Offset = this.at): string {
    SEEN.lastIndex = at;
    return at >= this.text.length ? 'the end' : shown(SEEN.exec(this.text)?.[0] ?? '');
  }
}

/** A piece of a condition in quotes, cut. Blanks that are none here, such as U+00A0, are made visible. */
export function shown(text: string): string {
  const code = (blank: string) => `U+${blank.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  return `"${maskText(text, SHOWN_MAX).replace(/[^\S ]/g, code)}"`;
}

function isQuote(char: string): char is Quote {
  return char === '"' || char === "'";
}
