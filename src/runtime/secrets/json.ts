/**
 * Secrets in JSON, by the keys they stand under, as deep as it goes: `{"db": {"password": "x"}}`,
 * `[{"name": "DB_PASSWORD", "value": "x"}]`, `["mysql", "-px"]`.
 *
 * The text is walked once, token by token, and only what is a secret is written anew: numbers keep their digits, blanks and
 * order stay, no key indexes an object, and no depth is too deep. What turns out not to be JSON is left to others.
 */
import { CommandReader, type Nested } from './command.ts';
import { isSecretUnder, verdictOf } from './names.ts';
import type { Replace } from './shapes.ts';

interface Frame {
  readonly isObject: boolean;
  /** Stands under a secret's key: all of it is masked. */
  readonly isSecret: boolean;
  /** The key whose value comes next; undefined where a key is to come. */
  key: string | undefined;
  /** `DB_PASSWORD` of `{"name": "DB_PASSWORD", "value": …}`. */
  name: string | undefined;
  /** Reads a list of texts as the words of a command. */
  command: CommandReader | undefined;
}

const TOKEN = /\s*(?:(")|([{}[\],:])|(-?\d[\d.eE+-]{0,400}|true|false|null))|\s+$/y;

/** Undefined where `text` is no JSON. */
export function replaceInJson(text: string, replace: Replace, nested: Nested): string | undefined {
  const walk = new Walk(replace, nested);
  let result = '';
  let done = 0;
  TOKEN.lastIndex = 0;
  let at = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) return undefined;
    const end = at + match[0].length;
    const [, quote, mark, plain] = match;
    at = end;
    if (mark !== undefined) {
      walk.mark(mark);
      continue;
    }
    const from = quote === undefined ? end - (plain?.length ?? 0) : end - 1;
    let value = plain;
    if (quote !== undefined) {
      const close = endOfText(text, end);
      value = close === undefined ? undefined : decoded(text.slice(from, close));
      if (close === undefined || value === undefined) return undefined;
      at = close;
    }
    if (value === undefined) continue;
    const replaced = walk.value(value, quote !== undefined);
    if (replaced === value) continue;
    result += text.slice(done, from) + JSON.stringify(replaced);
    done = at;
  }
  return done === 0 ? text : result + text.slice(done);
}

/** Behind the quote that closes what begins at `from`. */
function endOfText(text: string, from: number): number | undefined {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 1)) {
    let slash = at;
    while (slash > from && text[slash - 1] === '\\') slash -= 1;
    if ((at - slash) % 2 === 0) return at + 1;
  }
  return undefined;
}

function decoded(token: string): string | undefined {
  try {
    const value: unknown = JSON.parse(token);
    return typeof value === 'string' ? value : undefined;
  } catch {
    // Not JSON is an answer here: the text is read in another way.
    return undefined;
  }
}

class Walk {
  readonly #replace: Replace;
  readonly #nested: Nested;
  readonly #frames: Frame[] = [];

  constructor(replace: Replace, nested: Nested) {
    this.#replace = replace;
    this.#nested = nested;
  }

  mark(mark: string): void {
    const frame = this.#frames.at(-1);
    if (mark === '{' || mark === '[') {
      const isSecret = frame !== undefined && (frame.isSecret || this.#isSecretKey(frame));
      this.#frames.push({ isObject: mark === '{', isSecret, key: undefined, name: undefined, command: undefined });
    } else if (mark === '}' || mark === ']') {
      this.#frames.pop();
    } else if (mark === ',' && frame !== undefined) {
      frame.key = undefined;
    }
  }

  #isSecretKey({ key, name }: Frame): boolean {
    return (
      key !== undefined && (verdictOf(key) === 'secret' || (isValueKey(key) && verdictOf(name ?? '') === 'secret'))
    );
  }

  /** What is to stand in the place of a text, or of anything else that has no parts. */
  value(value: string, isText: boolean): string {
    const frame = this.#frames.at(-1);
    if (frame === undefined) return isText ? this.#nested(value) : value;
    if (frame.isObject && frame.key === undefined) {
      frame.key = value;
      return isText ? this.#nested(value) : value;
    }
    const { key, name } = frame;
    if (frame.isSecret) return isSecretUnder('password', value) ? this.#replace(value) : value;
    if (key !== undefined && isSecretUnder(key, value)) return this.#replace(value);
    if (key !== undefined && isValueKey(key) && name !== undefined && isSecretUnder(name, value)) {
      return this.#replace(value);
    }
    if (!isText) return value;
    if (key !== undefined && /^(?:name|key)$/i.test(key)) frame.name = value;
    if (frame.isObject) return this.#nested(value);
    frame.command ??= new CommandReader(this.#replace, this.#nested);
    const read = frame.command.read(value);
    return read === value ? this.#nested(value) : read;
  }
}

function isValueKey(key: string): boolean {
  return /^val(?:ue)?$/i.test(key);
}
