/** Which rules are switched on or off by the configuration, whatever their files say. */
import type { CollectedRule, Collection } from './collection.ts';
import { namesRule } from './names.ts';
import type { LoadOptions } from './options.ts';
import { quoted } from './problem.ts';
import type { Report } from './report.ts';

/** Tells the names that no rule has. */
export function switched(
  { rules }: Collection,
  { enable = [], disable = [] }: LoadOptions,
  report: Report,
): (rule: CollectedRule) => boolean {
  const names = [...rules.keys()];
  for (const [key, patterns] of [
    ['enable', enable],
    ['disable', disable],
  ] as const) {
    for (const pattern of patterns.filter((one) => !names.some((name) => namesRule(one, name)))) {
      report.unplaced(`There is no rule ${quoted(pattern)} to ${key}.`, report.nearest(pattern, names));
    }
  }
  return ({ name, isEnabled }) => {
    const isNamed = (pattern: string) => namesRule(pattern, name);
    return !disable.some(isNamed) && (isEnabled || enable.some(isNamed));
  };
}
