/** Our plain values in the types of the OpenTelemetry SDK, which have nothing readonly, though it only reads. */
import type { Attributes } from '../model/log-record.ts';
import type { UnixNanos } from '../model/time.ts';
import type { HrTime } from './otel.ts';

/** A copy, for what the SDK keeps: its type has no prototype-less objects and no readonly arrays. */
export function forSdk(attributes: Attributes): Record<string, string | number | boolean | string[]> {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [key, typeof value === 'object' ? [...value] : value]),
  );
}

export function hrTime([seconds, nanos]: UnixNanos): HrTime {
  return [seconds, nanos];
}
