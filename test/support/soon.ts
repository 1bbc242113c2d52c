import { systemClock } from '../../src/runtime/clock.ts';

/** Far more than anything that is waited for takes, and less than a test may take. */
const LONG_MS = 20_000;

/** The same promise; but when nothing has come of it for long, it rejects with what is known instead of leaving that open. */
export async function soon<Value>(promise: Promise<Value>, why: () => string, longMs = LONG_MS): Promise<Value> {
  const late = Promise.withResolvers<never>();
  const timer = systemClock.after(longMs, () => late.reject(new Error(`waited for ${longMs / 1000} s: ${why()}`)));
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    timer.cancel();
  }
}
