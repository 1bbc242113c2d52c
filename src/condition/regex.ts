/**
 * The door to re2js: regular expressions in RE2's syntax, over the whole text, in a time that grows with the text and no
 * faster. So a rule's author and whoever names a container cannot together stop the collector.
 *
 * What is not in RE2 is refused, lookaround and backreferences first of all. Falco takes less of RE2, the part that POSIX
 * has: of a text of one line that means the same here, and `\d`, `\b`, `(?i)` and `*?` work here only. `.` does not match
 * a line's end.
 *
 * Loaded with the first expression: 15 ms and some memory that a configuration without one does not pay.
 */
import { createRequire } from 'node:module';
import type * as Re2 from 're2js';
import type { Result } from '../model/engine.ts';

/**
 * Longest expression, in characters, and most instructions it may be compiled to: `(x{90}){10}` is about 900. They bound the
 * time for a character of the text, about 20 µs for the worst there is; one that is not made to be slow takes
 * less than a tenth of one.
 */
export const REGEX_LENGTH_MAX = 1000;
const REGEX_SIZE_MAX = 1000;

let loaded: typeof Re2 | undefined;

function re2(): typeof Re2 {
  loaded ??= createRequire(import.meta.url)('re2js') as typeof Re2;
  return loaded;
}

/** The problem is a sentence. */
export function compileRegex(expression: string): Result<(text: string) => boolean, string> {
  if (expression.length > REGEX_LENGTH_MAX) {
    const problem = `The expression has ${expression.length} characters, and ${REGEX_LENGTH_MAX} are the most.`;
    return { ok: false, problem };
  }
  const { RE2JS, RE2JSException } = re2();
  try {
    const compiled = RE2JS.compile(expression);
    if (compiled.programSize() > REGEX_SIZE_MAX) {
      return { ok: false, problem: 'The expression stands for too many states: repeat fewer times.' };
    }
    return { ok: true, value: (text) => compiled.matches(text) };
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return { ok: false, problem: `The expression is none that RE2 knows: ${reasonOf(error)}.` };
  }
}

function reasonOf(error: Error): string {
  return error.message.replace(/^error parsing regexp: /, '');
}
