/** Times in the engine's answers, which are RFC 3339 with up to nine digits of a second, in whatever zone. */
import type { UnixNanos } from '../model/time.ts';

const FORM = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/**
 * Undefined where it is no time, and where it is one before 1970: an engine gives year 1 for what has not happened.
 */
export function parseTime(text: string): UnixNanos | undefined {
  const [, seconds, fraction = '', zone] = FORM.exec(text) ?? [];
  if (seconds === undefined || zone === undefined) return undefined;
  const millis = Date.parse(`${seconds}${zone}`);
  return millis > 0 ? [millis / 1000, Number(fraction.padEnd(9, '0'))] : undefined;
}
