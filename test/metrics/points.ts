/** Reads a snapshot as a test speaks of it. */
import type { MetricsSnapshot } from '../../src/model/metric.ts';
import type { Distribution } from '../../src/model/telemetry.ts';

/** The series of a metric, each as its attributes in the order of their names: `{"host.name":"node-1"}`. */
export function seriesOf(snapshot: MetricsSnapshot, name: string): ReadonlyMap<string, number | Distribution> {
  const found = snapshot.metrics.find(({ definition }) => definition.name === name);
  const series = new Map<string, number | Distribution>();
  for (const { attributes, value } of found?.points ?? []) {
    const key = keyOf(attributes);
    if (series.has(key)) throw new Error(`${name}${key} is there twice`);
    series.set(key, value);
  }
  return series;
}

/** Undefined where there is no such series. */
export function pointOf(
  snapshot: MetricsSnapshot,
  name: string,
  attributes: Readonly<Record<string, string>> = {},
): number | Distribution | undefined {
  return seriesOf(snapshot, name).get(keyOf(attributes));
}

function keyOf(attributes: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.fromEntries(Object.entries(attributes).sort()));
}
