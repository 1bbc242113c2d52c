/**
 * Metrics as text for Prometheus to read, format 0.0.4.
 *
 * In the place of OpenTelemetry's exporter for Prometheus, because that one writes names without units, so that what is
 * scraped would be named otherwise than what a Prometheus takes over OTLP, and needs an SDK that collects.
 *
 * - Names and labels by OpenTelemetry's compatibility specification (prometheus-name.ts). The resource is `target_info`.
 * - No `otel_scope_*` labels: there is one scope, and a Prometheus that takes OTLP does not keep them either.
 * - Metrics in the order of the snapshot, labels and series sorted: the same numbers give the same text.
 * - Values that the format has no way of writing do not occur: a label holds any text, its line breaks escaped.
 *
 * Not supported: OpenMetrics, exemplars, native histograms, compression.
 */
import type { Attributes, AttributeValue } from '../model/log-record.ts';
import type { MetricData, MetricPoint, MetricsSnapshot } from '../model/metric.ts';
import type { Distribution } from '../model/telemetry.ts';
import { prometheusLabel, prometheusName } from './prometheus-name.ts';

const TYPES = { counter: 'counter', updown: 'gauge', gauge: 'gauge', histogram: 'histogram' } as const;

/** @param resource what the metrics are of: the same that they have over OTLP */
export function prometheusText(snapshot: MetricsSnapshot, resource: Attributes): string {
  return [targetInfo(resource), ...snapshot.metrics.map(metricText)].join('');
}

function targetInfo(resource: Attributes): string {
  return `${head('target_info', 'What the metrics are of.', 'gauge')}target_info${labels(resource)} 1\n`;
}

function metricText({ definition, points }: MetricData): string {
  const name = prometheusName(definition);
  const series = points.map((one) => seriesText(name, one)).sort(byLabels);
  return head(name, definition.description, TYPES[definition.kind]) + series.map(({ text }) => text).join('');
}

function head(name: string, help: string, type: string): string {
  return `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n`;
}

interface Series {
  readonly labels: string;
  readonly text: string;
}

function byLabels(left: Series, right: Series): number {
  return left.labels < right.labels ? -1 : Number(left.labels > right.labels);
}

function seriesText(name: string, { attributes, value }: MetricPoint): Series {
  const own = labels(attributes);
  if (typeof value === 'number') return { labels: own, text: `${name}${own} ${number(value)}\n` };
  return { labels: own, text: histogramText(name, attributes, own, value) };
}

function histogramText(
  name: string,
  attributes: Attributes,
  own: string,
  { bounds, counts, sum }: Distribution,
): string {
  let count = 0;
  const buckets = counts.map((inBucket, index) => {
    count += inBucket;
    return `${name}_bucket${labels(attributes, number(bounds[index] ?? Number.POSITIVE_INFINITY))} ${count}\n`;
  });
  return `${buckets.join('')}${name}_sum${own} ${number(sum)}\n${name}_count${own} ${count}\n`;
}

/** Names that become the same share one label, their values in the order of the names. */
function labels(attributes: Attributes, le?: string): string {
  const byLabel = new Map<string, string>();
  for (const name of Object.keys(attributes).sort()) {
    const value = attributes[name];
    if (value === undefined) continue;
    const label = prometheusLabel(name);
    const before = byLabel.get(label);
    byLabel.set(label, before === undefined ? textOf(value) : `${before};${textOf(value)}`);
  }
  const pairs = [...byLabel].map(([label, value]) => `${label}="${escaped(value)}"`);
  if (le !== undefined) pairs.push(`le="${le}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function textOf(value: AttributeValue): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function escaped(value: string): string {
  return value.toWellFormed().replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

/** As Go reads a float. */
function number(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}
