/** What must hold for a query to Prometheus. Each rule gives complaints, and none when all is well. */
import { parser } from '@prometheus-io/lezer-promql';
import { METRICS } from '../../src/metrics/catalogue.ts';
import { prometheusLabel, prometheusName } from '../../src/metrics/prometheus-name.ts';
import { valueComplaints } from './known-values.ts';
import { filledIn, namesInFormat, type Query } from './queries.ts';

interface Series {
  readonly labels: ReadonlySet<string>;
  readonly isCounter: boolean;
}

/** Of every series, by the one who scrapes it. */
const SCRAPED = ['job', 'instance'];

/** What Prometheus has, by name: ours, and what it writes itself. */
const SERIES: ReadonlyMap<string, Series> = new Map([
  ...METRICS.flatMap((metric): [string, Series][] => {
    const name = prometheusName(metric);
    const labels = [...SCRAPED, ...metric.attributes.map(prometheusLabel)];
    const series = (isCounter: boolean, ...more: string[]) => ({ labels: new Set([...labels, ...more]), isCounter });
    if (metric.kind !== 'histogram') return [[name, series(metric.kind === 'counter')]];
    return [
      [`${name}_bucket`, series(true, 'le')],
      [`${name}_count`, series(true)],
      [`${name}_sum`, series(true)],
    ];
  }),
  ['up', { labels: new Set(SCRAPED), isCounter: false }],
]);

interface Selector {
  readonly name: string;
  readonly matchers: readonly { readonly label: string; readonly value: string }[];
  /** It stands in `rate` or `increase`. */
  readonly isRated: boolean;
}

interface Names {
  readonly selectors: readonly Selector[];
  readonly grouped: readonly string[];
  readonly isValid: boolean;
}

export function promqlNamesIn(expression: string): Names {
  const text = filledIn(expression);
  const selectors: Selector[] = [];
  const grouped: string[] = [];
  let isValid = text.trim() !== '';
  parser.parse(text).iterate({
    enter: (node) => {
      if (node.type.isError) isValid = false;
      const own = text.slice(node.from, node.to);
      if (node.name === 'LabelName' && node.node.parent?.name === 'GroupingLabels') grouped.push(own);
      if (node.name !== 'VectorSelector') return;
      const name = node.node.getChild('Identifier');
      const matchers = node.node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
      const call = node.node.parent?.parent?.parent;
      selectors.push({
        name: name === null ? '' : text.slice(name.from, name.to),
        matchers: matchers.map(({ from, to }) => {
          const [, label = '', value = ''] = /^(\w+)\s*(?:=~|!~|!=|=)\s*"(.*)"$/.exec(text.slice(from, to)) ?? [];
          return { label, value };
        }),
        isRated: call?.name === 'FunctionCall' && /^(rate|irate|increase)\(/.test(text.slice(call.from, call.to)),
      });
    },
  });
  return { selectors, grouped, isValid };
}

function selectorComplaints({ name, matchers, isRated }: Selector): string[] {
  const series = SERIES.get(name);
  if (series === undefined) return [`${name} is no metric`];
  return [
    ...(isRated && !series.isCounter ? [`${name} is no counter`] : []),
    ...matchers.flatMap(({ label, value }) =>
      series.labels.has(label) ? valueComplaints(label, value) : [`${name} has no label ${label}`],
    ),
  ];
}

export function promqlComplaints(queries: readonly Query[]): string[] {
  return queries.flatMap(({ panel, expression, legend }) => {
    const { selectors, grouped, isValid } = promqlNamesIn(expression);
    if (!isValid) return [`${panel}: ${expression} is no PromQL`];
    const labels = new Set(selectors.flatMap(({ name }) => [...(SERIES.get(name)?.labels ?? [])]));
    return [
      ...selectors.flatMap(selectorComplaints),
      ...grouped.filter((label) => !labels.has(label)).map((label) => `nothing there has the label ${label}`),
      ...namesInFormat(legend)
        .filter((label) => !grouped.includes(label))
        .map((label) => `the legend has ${label}, the query has not`),
    ].map((text) => `${panel}: ${text}`);
  });
}
