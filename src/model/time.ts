/**
 * Time as the engine tells it.
 *
 * An engine's `timeNano` is about 1.8e18, which a JavaScript number cannot hold exactly. Time is therefore a pair of two
 * safe integers everywhere in this project, the same shape that the OpenTelemetry SDK calls HrTime.
 */

/** Whole seconds since the Unix epoch, and the nanoseconds (0 to 999,999,999) within that second. */
export type UnixNanos = readonly [seconds: number, nanos: number];

/** The time as one decimal number of nanoseconds, all digits, as the engine writes `timeNano`. */
export function toDecimalNanos(time: UnixNanos): string {
  const [seconds, nanos] = time;
  if (seconds === 0) return String(nanos);
  return `${seconds}${String(nanos).padStart(9, '0')}`;
}

/** Negative when `left` is earlier than `right`, positive when it is later, 0 when they are equal. */
export function compareTimes(left: UnixNanos, right: UnixNanos): number {
  return left[0] - right[0] || left[1] - right[1];
}

/** `2026-11-21T07:04:14.123456789Z`: RFC 3339 in UTC with all nine digits. */
export function toIsoNanos(time: UnixNanos): string {
  const [seconds, nanos] = time;
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return `${toDecimalNanos(time)}ns`;
  return `${date.toISOString().slice(0, -5)}.${String(nanos).padStart(9, '0')}Z`;
}

/** Milliseconds since the Unix epoch, for arithmetic where the nanoseconds do not matter. */
export function toUnixMillis(time: UnixNanos): number {
  return time[0] * 1000 + Math.floor(time[1] / 1e6);
}

/** The inverse of {@link toUnixMillis}; `millis` may have a fraction, which is rounded to nanoseconds. */
export function fromUnixMillis(millis: number): UnixNanos {
  const seconds = Math.floor(millis / 1000);
  const nanos = Math.round((millis - seconds * 1000) * 1e6);
  return nanos === 1e9 ? [seconds + 1, 0] : [seconds, nanos];
}
