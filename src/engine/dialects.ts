/** The ways in which engines tell their events. */
import type { Dialect } from '../model/engine.ts';
import { dockerDialect } from './docker-dialect.ts';
import { podmanDialect } from './podman-dialect.ts';

/** The dialect of a runtime by its name; Docker's for every other than `podman`. */
export function dialectOf(runtime: string): Dialect {
  return runtime === 'podman' ? podmanDialect : dockerDialect;
}
