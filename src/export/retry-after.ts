/** `Retry-After`: RFC 9110 section 10.2.3. */
import { toUnixMillis, type UnixNanos } from '../model/time.ts';

/** A backend that asks for more is asked again after this; an hour is long enough for a mistake in a header. */
export const RETRY_AFTER_MAX_MS = 3_600_000;

/** Milliseconds to wait; undefined where there is no header or none that can be read. A date in the past gives 0. */
export function parseRetryAfter(header: string | undefined, now: UnixNanos): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,12}$/.test(text)) return Math.min(Number(text) * 1000, RETRY_AFTER_MAX_MS);
  if (!/^[A-Z][a-z]{2,8},? /.test(text)) return undefined;
  const date = Date.parse(text);
  if (Number.isNaN(date)) return undefined;
  return Math.min(Math.max(date - toUnixMillis(now), 0), RETRY_AFTER_MAX_MS);
}
