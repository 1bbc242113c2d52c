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
import { remembered } from '../runtime/bounded-cache.ts';
import { prometheusLabel, prometheusName } from './prometheus-name.ts';

const TYPES = { counter: 'counter', updown: 'gauge', gauge: 'gauge', histogram: 'histogram' } as const;

/**
 * In parts, for whoever has other things to do in between. They are as large as may be, because what is done in between takes
 * its time as well: a text in hundreds of turns of a busy collector comes too late for who waits for it.
 *
 * @param resource what the metrics are of: the same that they have over OTLP
 */
export function* prometheusParts(snapshot: MetricsSnapshot, resource: Attributes): Generator<string> {
  const labelsOf = rememberedLabels();
  let part = targetInfo(resource);
  let work = 0;
  for (const metric of snapshot.metrics) {
    for (const step of metricSteps(metric, labelsOf)) {
      part += step.text;
      work += step.work;
      if (work < WORK_AT_ONCE) continue;
      yield part;
      part = '';
      work = 0;
    }
  }
  yield part;
}

function targetInfo(resource: Attributes): string {
  return `${head('target_info', 'What the metrics are of.', 'gauge')}target_info${braced(labelsText(resource))} 1\n`;
}

/** Lines and labels that are written in one go: 5 to 10 ms. */
const WORK_AT_ONCE = 3000;

/** Series between two looks at how much was done. */
const SERIES_AT_ONCE = 100;

interface Step {
  readonly text: string;
  /** Lines that were written, or labels that were made for them. */
  readonly work: number;
}

function* metricSteps(
  { definition, points }: MetricData,
  labelsOf: (attributes: Attributes) => string,
): Generator<Step> {
  const name = prometheusName(definition);
  const series: { readonly labels: string; readonly value: MetricPoint['value'] }[] = [];
  for (const some of slicesOf(points)) {
    for (const { attributes, value } of some) series.push({ labels: labelsOf(attributes), value });
    yield { text: '', work: some.length };
  }
  series.sort(byLabels);
  yield { text: head(name, definition.description, TYPES[definition.kind]), work: 1 };
  for (const some of slicesOf(series)) {
    let [text, work] = ['', 0];
    for (const { labels, value } of some) {
      text +=
        typeof value === 'number' ? `${name}${braced(labels)} ${number(value)}\n` : histogramText(name, labels, value);
      work += typeof value === 'number' ? 1 : value.counts.length + 2;
    }
    yield { text, work };
  }
}

function* slicesOf<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += SERIES_AT_ONCE) {
    yield items.slice(start, start + SERIES_AT_ONCE);
  }
}

function head(name: string, help: string, type: string): string {
  return `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n`;
}

interface Labelled {
  readonly labels: string;
}

function byLabels(left: Labelled, right: Labelled): number {
  return left.labels < right.labels ? -1 : Number(left.labels > right.labels);
}

function histogramText(name: string, labels: string, { bounds, counts, sum }: Distribution): string {
  const before = labels === '' ? '' : `${labels},`;
  let count = 0;
  let text = '';
  for (const [index, inBucket] of counts.entries()) {
    count += inBucket;
    text += `${name}_bucket{${before}le="${number(bounds[index] ?? Number.POSITIVE_INFINITY)}"} ${count}\n`;
  }
  return `${text}${name}_sum${braced(labels)} ${number(sum)}\n${name}_count${braced(labels)} ${count}\n`;
}

function braced(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}

/** What several series share is written once: with a thousand owners a text has thirty thousand of them. */
function rememberedLabels(): (attributes: Attributes) => string {
  const known = new WeakMap<Attributes, string>();
  return (attributes) => {
    const before = known.get(attributes);
    if (before !== undefined) return before;
    const text = labelsText(attributes);
    known.set(attributes, text);
    return text;
  };
}

const labelName = remembered(prometheusLabel);

/** Names that become the same share one label, their values in the order of the names. */
function labelsText(attributes: Attributes): string {
  const byLabel = new Map<string, string>();
  for (const name of Object.keys(attributes).sort()) {
    const value = attributes[name];
    if (value === undefined) continue;
    const label = labelName(name);
    const before = byLabel.get(label);
    byLabel.set(label, before === undefined ? textOf(value) : `${before};${textOf(value)}`);
  }
  return [...byLabel].map(([label, value]) => `${label}="${escaped(value)}"`).join(',');
}

function textOf(value: AttributeValue): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A surrogate without its other half cannot be written in UTF-8. */
const NEEDS_ESCAPE = /["\\\n\ud800-\udfff]/;

function escaped(value: string): string {
  if (!NEEDS_ESCAPE.test(value)) return value;
  return value.toWellFormed().replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

/** As Go reads a float. */
function number(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}
