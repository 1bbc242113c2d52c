/** Which parts of a configuration have changed that cannot be changed while a collector runs. */
import type { CollectorConfig } from '../config/collector-config.ts';
import { Secret } from '../runtime/secret.ts';

export function needsRestart(before: CollectorConfig, after: CollectorConfig): boolean {
  return fixedParts(before) !== fixedParts(after);
}

/** All but rules and what a pipeline makes of entries. With secrets in it, and so for comparing only. */
function fixedParts({ receivers, journal, storage, pipelines, metrics, service }: CollectorConfig): string {
  const fixed = pipelines.map(({ filter, redact, mapping, attributes, ...others }) => others);
  return JSON.stringify({ receivers, journal, storage, service, pipelines: fixed, metrics }, revealed);
}

/** A secret would show itself as a word, the same for each. */
function revealed(this: unknown, key: string, shown: unknown): unknown {
  const value: unknown = typeof this === 'object' && this !== null ? Reflect.get(this, key) : undefined;
  return value instanceof Secret ? { secret: value.reveal() } : shown;
}
