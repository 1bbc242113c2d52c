/**
 * `getopt(list, "ab:")`: the options of a command line, as getopt(3) reads them. `b:` is an option with a value, which
 * follows it in the same word or is the next word.
 *
 * - It gives each option and, where it has one, its value after it; `?` for an option that is not asked for, and an empty
 *   text for one whose value is missing.
 * - `getopt(list, "ab:")[b]` gives the last value of `b`; of an option without a value its own letter.
 * - It ends at the first word that is no option, and at `--`. `--long` options are passed over.
 */

/** By its letter: whether it has a value. */
export type Options = ReadonlyMap<string, boolean>;

/** `ab:` to a without a value, and b with one. */
export function optionsOf(text: string): Options {
  const options = new Map<string, boolean>();
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charAt(at);
    if (letter !== ':') options.set(letter, text.charAt(at + 1) === ':');
  }
  return options;
}

interface Found {
  /** Undefined: not asked for. */
  readonly letter: string | undefined;
  readonly value: string | undefined;
  /** It should have a value, and there is no word left. */
  readonly isMissing: boolean;
}

export function allOptions(words: readonly string[], options: Options): readonly string[] {
  return [...found(words, options)].flatMap(({ letter, value, isMissing }) => {
    if (letter === undefined) return ['?'];
    if (isMissing) return [''];
    return value === undefined ? [letter] : [letter, value];
  });
}

/** Undefined when the option is not there. */
export function oneOption(words: readonly string[], options: Options, sought: string): string | undefined {
  let last: string | undefined;
  for (const { letter, value, isMissing } of found(words, options)) {
    if (letter === sought) last = isMissing ? '' : (value ?? letter);
  }
  return last;
}

function* found(words: readonly string[], options: Options): Generator<Found> {
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (word === '--' || word === '-' || !word.startsWith('-')) return;
    if (word.startsWith('--')) continue;
    for (let at = 1; at < word.length; at += 1) {
      const letter = word.charAt(at);
      const hasValue = options.get(letter);
      if (hasValue !== true) {
        yield { letter: hasValue === undefined ? undefined : letter, value: undefined, isMissing: false };
        continue;
      }
      const isLast = at + 1 === word.length;
      if (isLast) index += 1;
      const value = isLast ? words[index] : word.slice(at + 1);
      yield { letter, value, isMissing: value === undefined };
      break;
    }
  }
}
