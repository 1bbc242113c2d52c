/**
 * Prometheus' text format 0.0.4 as a strict reader takes it: stricter than Prometheus, so that what passes here passes there.
 * Throws at the first line that is not as it should be, with its number.
 */
import { prometheusParts } from '../../src/metrics/prometheus.ts';

/** What is written in parts, in one. */
export function prometheusText(...of: Parameters<typeof prometheusParts>): string {
  return [...prometheusParts(...of)].join('');
}

export interface PrometheusSample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

export interface PrometheusFamily {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly samples: readonly PrometheusSample[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*/;
const VALUE = /^(?:[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?|[+-]Inf|NaN)$/;
const SUFFIXES = { counter: [''], gauge: [''], histogram: ['_bucket', '_sum', '_count'] } as const;

export function readPrometheus(text: string): ReadonlyMap<string, PrometheusFamily> {
  if (!text.endsWith('\n')) throw new Error('the text does not end with a line break');
  const families = new Map<string, PrometheusFamily & { readonly samples: PrometheusSample[] }>();
  const seen = new Set<string>();
  const lines = text.slice(0, -1).split('\n');
  let help: { readonly name: string; readonly text: string } | undefined;
  let open: (PrometheusFamily & { readonly samples: PrometheusSample[] }) | undefined;
  for (const [index, line] of lines.entries()) {
    const fail = (why: string): never => {
      throw new Error(`line ${index + 1}: ${why}: ${line}`);
    };
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (kind === 'HELP') {
      if (help !== undefined) fail('the help before this one has no type');
      if (!/^(?:[^\\]|\\[\\n])*$/.test(rest)) fail('an escape that the format does not have');
      help = { name, text: unescaped(rest) };
    } else if (kind === 'TYPE') {
      if (help?.name !== name) fail('a type without its help right before it');
      if (families.has(name)) fail('the metric was there before');
      if (rest !== 'counter' && rest !== 'gauge' && rest !== 'histogram') return fail('a type that is none');
      open = { name, help: help?.text ?? '', type: rest, samples: [] };
      families.set(name, open);
      help = undefined;
    } else {
      if (open === undefined || help !== undefined) return fail('a sample without a type before it');
      const sample = readSample(line, fail);
      const { name: family, type } = open;
      if (!SUFFIXES[type].some((suffix) => sample.name === `${family}${suffix}`)) fail(`a sample that is no ${family}`);
      const key = `${sample.name}${JSON.stringify([...sample.labels].sort())}`;
      if (seen.has(key)) fail('the same series twice');
      seen.add(key);
      if (type === 'counter' && !(sample.value >= 0)) fail('a counter below 0');
      open.samples.push(sample);
    }
  }
  for (const family of families.values()) {
    if (family.samples.length === 0) throw new Error(`${family.name} has no sample`);
    if (family.type === 'counter' && !family.name.endsWith('_total')) throw new Error(`${family.name}: a counter`);
    if (family.type === 'histogram') checkHistogram(family);
  }
  return families;
}

function readSample(line: string, fail: (why: string) => never): PrometheusSample {
  const name = NAME.exec(line)?.[0] ?? fail('no name');
  let rest = line.slice(name.length);
  const labels = new Map<string, string>();
  if (rest.startsWith('{')) {
    rest = rest.slice(1);
    while (!rest.startsWith('}')) {
      const label = LABEL.exec(rest)?.[0] ?? fail('no label');
      const value = /^="((?:[^"\\]|\\[\\"n])*)"/.exec(rest.slice(label.length)) ?? fail(`no value of ${label}`);
      if (labels.has(label)) fail(`the label ${label} twice`);
      labels.set(label, unescaped(value[1] ?? ''));
      rest = rest.slice(label.length + value[0].length);
      if (rest.startsWith(',')) rest = rest.slice(1);
      else if (!rest.startsWith('}')) fail('neither a comma nor the end of the labels');
    }
    rest = rest.slice(1);
    if (labels.size === 0) fail('braces around no labels');
  }
  const value = rest.slice(1);
  if (!rest.startsWith(' ') || !VALUE.test(value)) fail('no value');
  return { name, labels, value: numberOf(value) };
}

function numberOf(text: string): number {
  return text.endsWith('Inf') ? Number(text.replace('Inf', 'Infinity')) : Number(text);
}

function unescaped(text: string): string {
  return text.replace(/\\([\\"n])/g, (_, character: string) => (character === 'n' ? '\n' : character));
}

/** Of each series: buckets that rise up to +Inf, with counts that never fall, of which the last is the count. */
function checkHistogram({ name, samples }: PrometheusFamily): void {
  const series = new Map<string, { buckets: (readonly [le: number, count: number])[]; count?: number; sum?: number }>();
  for (const sample of samples) {
    const { le, ...labels } = Object.fromEntries(sample.labels);
    const key = JSON.stringify(labels);
    const own = series.get(key) ?? { buckets: [] };
    series.set(key, own);
    if (sample.name.endsWith('_bucket')) own.buckets.push([numberOf(le ?? 'NaN'), sample.value]);
    else if (sample.name.endsWith('_sum')) own.sum = sample.value;
    else own.count = sample.value;
  }
  for (const [key, { buckets, count, sum }] of series) {
    const isRising = buckets.every(([le, total], index) => {
      const before = buckets[index - 1];
      return before === undefined || (le > before[0] && total >= before[1]);
    });
    const last = buckets.at(-1);
    if (!isRising || last?.[0] !== Number.POSITIVE_INFINITY)
      throw new Error(`${name}${key}: buckets do not rise to +Inf`);
    if (last[1] !== count || sum === undefined) throw new Error(`${name}${key}: the count is not that of the buckets`);
  }
}
