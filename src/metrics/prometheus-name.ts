/**
 * A metric's name as Prometheus has it, by OpenTelemetry's compatibility specification, so that what is scraped has the same
 * name as what a Prometheus takes over OTLP: dots become underscores, the unit and, on counters, `_total` are put at the end.
 */
import type { MetricDefinition } from '../model/metric.ts';

/** UCUM's units in Prometheus' words; those that the catalogue uses. */
const UNIT_WORDS: ReadonlyMap<string, string> = new Map([
  ['s', 'seconds'],
  ['By', 'bytes'],
]);

export function prometheusName({ name, unit, kind }: Pick<MetricDefinition, 'name' | 'unit' | 'kind'>): string {
  const base = name.replace(/[^a-zA-Z0-9:]+/g, '_');
  const word = unitWord(unit);
  const withUnit = word === undefined || base.endsWith(`_${word}`) ? base : `${base}_${word}`;
  return kind === 'counter' && !withUnit.endsWith('_total') ? `${withUnit}_total` : withUnit;
}

/** `{event}` says what is counted, and is no unit. */
function unitWord(unit: string): string | undefined {
  if (unit === '' || /^\{.*\}$/.test(unit)) return undefined;
  const word = UNIT_WORDS.get(unit);
  if (word === undefined) throw new Error(`there is no Prometheus word for the unit ${unit}`);
  return word;
}

/** The name of a label. */
export function prometheusLabel(name: string): string {
  const safe = name.replace(/[^a-zA-Z0-9]+/g, '_');
  return /^\d/.test(safe) ? `key_${safe}` : safe;
}
