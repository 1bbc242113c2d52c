/** What must hold for a query to Loki. Each rule gives complaints, and none when all is well. */
import { parser } from '@grafana/lezer-logql';
import { CATALOGUE } from '../../src/mapping/catalogue.ts';
import { alternatives, valueComplaints } from './known-values.ts';
import { filledIn, namesInFormat, type Query } from './queries.ts';
import type { TreeMap } from './stack-files.ts';

/** What Loki makes of an OTLP record beside its attributes. */
const LOKI_OWN = ['event_name', 'severity_text', 'severity_number', 'trace_id', 'span_id', 'detected_level'];

interface Matcher {
  readonly name: string;
  readonly operator: string;
  readonly value: string;
}

interface Names {
  /** Labels of the stream selector: only index labels can stand there. */
  readonly selected: readonly string[];
  readonly others: readonly string[];
  readonly grouped: readonly string[];
  /** Given by `label_format` within the query. */
  readonly made: readonly string[];
  readonly eventNames: readonly string[];
  readonly matchers: readonly Matcher[];
  /** It counts or adds up, rather than shows lines. */
  readonly isMetric: boolean;
  readonly isValid: boolean;
}

function unquoted(text: string): string {
  return text.replace(/^["`]|["`]$/g, '');
}

/** The fields that a template reads: `.a` and `.b` of `{{ or .a .b }}`. */
function fieldsIn(template: string): string[] {
  const actions = [...template.matchAll(/\{\{(.*?)\}\}/gs)].map(([, action = '']) => action.replace(/"[^"]*"/g, ''));
  return actions.flatMap((action) => [...action.matchAll(/(?<![\w)])\.(\w+)/g)].map(([, name = '']) => name));
}

export function namesIn(expression: string): Names {
  const text = filledIn(expression);
  const names = {
    selected: [] as string[],
    others: [] as string[],
    grouped: [] as string[],
    made: [] as string[],
    eventNames: [] as string[],
    matchers: [] as Matcher[],
  };
  let isValid = text.trim() !== '';
  let isMetric = false;
  parser.parse(text).iterate({
    enter: (node) => {
      if (node.type.isError) isValid = false;
      if (node.name === 'MetricExpr') isMetric = true;
      const own = text.slice(node.from, node.to);
      if (node.name === 'Identifier') {
        const ancestors: string[] = [];
        for (let up = node.node.parent; up !== null; up = up.parent) ancestors.push(up.name);
        if (ancestors[0] === 'LabelFormatMatcher' && node.node.prevSibling === null) names.made.push(own);
        else if (ancestors.includes('Grouping')) names.grouped.push(own);
        else if (ancestors.includes('Selector')) names.selected.push(own);
        else names.others.push(own);
      }
      if (node.name === 'Matcher') {
        const [, name = '', operator = '', value = ''] = /^(\w+)\s*(=~|!~|!=|=)\s*(.*)$/s.exec(own) ?? [];
        names.matchers.push({ name, operator, value: unquoted(value) });
        if (name === 'event_name') names.eventNames.push(...alternatives(unquoted(value)));
      }
      if (node.name === 'String') names.others.push(...fieldsIn(own));
    },
  });
  return { ...names, isMetric, isValid };
}

const EVENT_NAMES: ReadonlySet<string> = new Set([
  ...Object.entries(CATALOGUE).flatMap(([type, actions]) =>
    actions.map((action) => `docker.${type}.${action.replaceAll('-', '_')}`),
  ),
  'docker.events.gap',
  'docker.events.dropped',
  'docker.events.rejected',
  'docker.rule.match',
]);

/** An alert has all attributes of the event that it is about: who does not tell them apart counts that event twice. */
export function countComplaints(queries: readonly Query[]): string[] {
  return queries
    .filter(({ expression }) => {
      const { isMetric, eventNames } = namesIn(expression);
      return isMetric && eventNames.length === 0;
    })
    .map(({ panel }) => `${panel}: counts an event again for each rule that it matched`);
}

/** What records have, with dots. */
export interface KnownNames {
  readonly attributes: readonly string[];
  readonly indexLabels: readonly string[];
}

function underscored(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.map((name) => name.replaceAll('.', '_')));
}

/** The names that an annotation shows, its query aside. */
export function annotationComplaints(annotation: TreeMap, { attributes }: KnownNames): string[] {
  const known = new Set([...underscored(attributes), ...LOKI_OWN]);
  const tags = String(annotation['tagKeys'] ?? '').split(',');
  return [...namesInFormat(`${annotation['titleFormat'] ?? ''} ${annotation['textFormat'] ?? ''}`), ...tags]
    .filter((name) => name !== '' && !known.has(name))
    .map((name) => `annotation ${annotation['name']}: ${name} is no attribute`);
}

export function queryComplaints(queries: readonly Query[], { attributes, indexLabels }: KnownNames): string[] {
  const known = new Set([...underscored(attributes), ...LOKI_OWN]);
  const indexed = underscored(indexLabels);
  return queries.flatMap(({ panel, expression, legend }) => {
    const { isValid, selected, others, grouped, made, eventNames, matchers } = namesIn(expression);
    if (!isValid) return [`${panel}: ${expression} is no LogQL`];
    return [
      ...selected.filter((name) => !indexed.has(name)).map((name) => `${name} is no index label`),
      ...[...others, ...grouped]
        .filter((name) => !known.has(name) && !made.includes(name))
        .map((name) => `${name} is no attribute`),
      ...namesInFormat(legend)
        .filter((name) => !grouped.includes(name))
        .map((name) => `the legend has ${name}, the query has not`),
      ...eventNames.filter((name) => !EVENT_NAMES.has(name)).map((name) => `no event is called ${name}`),
      ...matchers.flatMap(({ name, value }) => valueComplaints(name, value)),
    ].map((text) => `${panel}: ${text}`);
  });
}
