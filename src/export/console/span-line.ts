/**
 * One span as one line for a person, in the columns of log records (line.ts):
 *
 *     12:03:14.123  SPAN   container run             shop-web              1 h 3 min  exited with 3
 *
 * The time is that of its beginning, with the date where it ended on another day, or where another day is looked from. What a
 * stranger can write is escaped.
 */
import type { UnixNanos } from '../../model/time.ts';
import { escapeControls } from '../../runtime/mask.ts';
import type { HrTime, ReadableSpan } from '../otel.ts';
import { hrTime } from '../sdk-values.ts';
import { column, EVENT_WIDTH, type LineStyle, NAME_WIDTH, painterOf, timesOf } from './columns.ts';

/**
 * Gives lines without their ends.
 *
 * @param now of whoever looks, where that is not when it ended
 */
export function createSpanLineFormat(style: LineStyle, now?: UnixNanos): (span: ReadableSpan) => string {
  const looked = now === undefined ? undefined : hrTime(now);
  const paint = painterOf(style);
  const times = timesOf(style);
  return ({ name, startTime, endTime, duration, status, resource }) => {
    const service = resource.attributes['service.name'];
    const parts = [
      paint('gray', times(startTime, looked ?? endTime)),
      paint(status.message === undefined ? 'blue' : 'red', 'SPAN '),
      paint('bold', column(escapeControls(name), EVENT_WIDTH)),
      paint('cyan', column(typeof service === 'string' ? escapeControls(service) : '', NAME_WIDTH)),
      durationText(duration),
      escapeControls(status.message ?? ''),
    ];
    return parts.join('  ').trimEnd();
  };
}

const UNITS: readonly (readonly [name: string, seconds: number])[] = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
];

/** In the largest unit that fits and the next smaller one: `2 d 4 h`, `3 min 12 s`; below a minute `4.2 s`, `37 ms`. */
export function durationText([seconds, nanos]: HrTime): string {
  const millis = Math.round(seconds * 1000 + nanos / 1e6);
  if (millis < 1000) return `${millis} ms`;
  const tenths = Math.round(seconds * 10 + nanos / 1e8);
  if (tenths < 600) return `${tenths / 10} s`;
  // What is rounded up to a minute is one.
  const whole = Math.max(60, seconds);
  const at = UNITS.findIndex(([, size]) => whole >= size);
  const [large, small] = [UNITS[at], UNITS[at + 1]];
  if (large === undefined || small === undefined) return '';
  const rest = Math.floor((whole % large[1]) / small[1]);
  const text = `${Math.floor(whole / large[1])} ${large[0]}`;
  return rest === 0 ? text : `${text} ${rest} ${small[0]}`;
}
