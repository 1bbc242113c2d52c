/** The engine's clock, by which its events are stamped. */
import type { EngineSession } from '../model/engine.ts';
import { fromUnixMillis, toUnixMillis, type UnixNanos } from '../model/time.ts';
import type { Clock } from '../runtime/clock.ts';

/** By what `/info` told of it at the connect; by our own clock where it told nothing. */
export function engineNow(clock: Clock, session: Pick<EngineSession, 'clockOffsetMs'>): UnixNanos {
  const { clockOffsetMs } = session;
  return clockOffsetMs === undefined ? clock.now() : fromUnixMillis(toUnixMillis(clock.now()) + clockOffsetMs);
}

/** As `/events` takes it: seconds with nine decimals. */
export function secondsText([seconds, nanos]: UnixNanos): string {
  return `${seconds}.${String(nanos).padStart(9, '0')}`;
}
