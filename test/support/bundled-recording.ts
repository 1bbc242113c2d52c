/** What the rules that come with the program say of recordings/engine-28.ndjson. */

/** A container unhealthy, one out of memory, one that crashed and crashed again in a loop. */
export const BUNDLED_ALERTS = 4;
