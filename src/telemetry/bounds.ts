/** The buckets of what is measured. */
import type { Measure } from '../model/telemetry.ts';

/** One attempt takes a millisecond on a loopback, and no longer than a timeout. */
const DURATION_BOUNDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600,
] as const;

/** From the engine's clock to the backend's answer: moments, or as long as a backend was away. A week is the default `max_age`. */
const LAG_BOUNDS = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14_400, 86_400, 604_800,
] as const;

export const BOUNDS: Readonly<Record<Measure, readonly number[]>> = {
  export_duration: DURATION_BOUNDS,
  export_lag: LAG_BOUNDS,
};
