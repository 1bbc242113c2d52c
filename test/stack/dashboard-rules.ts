/** What must hold for a dashboard over Loki. Each rule gives complaints, and none when all is well. */
import { parser } from '@grafana/lezer-logql';
import { CATALOGUE } from '../../src/mapping/catalogue.ts';
import { isMap, listAt, mapAt, mapsIn, type TreeMap } from './stack-files.ts';

/** What Loki makes of an OTLP record beside its attributes. */
const LOKI_OWN = ['event_name', 'severity_text', 'severity_number', 'trace_id', 'span_id', 'detected_level'];

export interface Query {
  readonly panel: string;
  readonly expression: string;
  readonly legend: string;
}

export function queriesOf(dashboard: TreeMap): Query[] {
  const panels = listAt(dashboard, 'panels').filter(isMap);
  const targets = panels.flatMap((panel) =>
    listAt(panel, 'targets')
      .filter(isMap)
      .map((target) => ({
        panel: String(panel['title']),
        expression: String(target['expr']),
        legend: String(target['legendFormat'] ?? ''),
      })),
  );
  const variables = listAt(mapAt(dashboard, 'templating'), 'list').filter(isMap);
  const streams = variables.flatMap((variable) => {
    const { stream } = mapAt(variable, 'query');
    return typeof stream === 'string' && stream !== ''
      ? [{ panel: `variable ${variable['name']}`, expression: stream, legend: '' }]
      : [];
  });
  return [...targets, ...streams];
}

/** With Grafana's variables given a value, as they have by the time that Loki reads a query. */
function filledIn(expression: string): string {
  return expression.replace(/\$__(auto|range|interval)\b/g, '1m').replace(/\$\w+|\$\{\w+\}/g, 'x');
}

interface Names {
  /** Labels of the stream selector: only index labels can stand there. */
  readonly selected: readonly string[];
  readonly others: readonly string[];
  readonly grouped: readonly string[];
  readonly eventNames: readonly string[];
  readonly isValid: boolean;
}

function unquoted(text: string): string {
  return text.replace(/^["`]|["`]$/g, '');
}

export function namesIn(expression: string): Names {
  const text = filledIn(expression);
  const names = {
    selected: [] as string[],
    others: [] as string[],
    grouped: [] as string[],
    eventNames: [] as string[],
  };
  let isValid = text.trim() !== '';
  parser.parse(text).iterate({
    enter: (node) => {
      if (node.type.isError) isValid = false;
      const own = text.slice(node.from, node.to);
      if (node.name === 'Identifier') {
        const ancestors: string[] = [];
        for (let up = node.node.parent; up !== null; up = up.parent) ancestors.push(up.name);
        if (ancestors.includes('Grouping')) names.grouped.push(own);
        else if (ancestors.includes('Selector')) names.selected.push(own);
        else names.others.push(own);
      }
      if (node.name === 'Matcher' && own.startsWith('event_name')) {
        const value = unquoted(own.replace(/^event_name\s*(?:=~|!~|!=|=)\s*/, ''));
        names.eventNames.push(...alternatives(value));
      }
      if (node.name === 'String') {
        names.others.push(...[...own.matchAll(/\{\{\s*\.(\w+)\s*\}\}/g)].map(([, name = '']) => name));
      }
    },
  });
  return { ...names, isValid };
}

/** `a.(b|c)` stands for `a.b` and `a.c`. */
function alternatives(pattern: string): string[] {
  const [, before, inner, after] = /^(.*)\(([^()]+)\)(.*)$/.exec(pattern) ?? [];
  if (inner === undefined) return pattern.split('|');
  return inner.split('|').map((one) => `${before}${one}${after}`);
}

const EVENT_NAMES: ReadonlySet<string> = new Set([
  ...Object.entries(CATALOGUE).flatMap(([type, actions]) =>
    actions.map((action) => `docker.${type}.${action.replaceAll('-', '_')}`),
  ),
  'docker.events.gap',
  'docker.events.dropped',
  'docker.events.rejected',
]);

export function queryComplaints(
  queries: readonly Query[],
  { attributes, indexLabels }: { attributes: readonly string[]; indexLabels: readonly string[] },
): string[] {
  const underscored = (names: readonly string[]) => new Set(names.map((name) => name.replaceAll('.', '_')));
  const known = new Set([...underscored(attributes), ...LOKI_OWN]);
  const indexed = underscored(indexLabels);
  return queries.flatMap(({ panel, expression, legend }) => {
    const { isValid, selected, others, grouped, eventNames } = namesIn(expression);
    if (!isValid) return [`${panel}: ${expression} is no LogQL`];
    const inLegend = [...legend.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, name = '']) => name);
    return [
      ...selected.filter((name) => !indexed.has(name)).map((name) => `${name} is no index label`),
      ...[...others, ...grouped].filter((name) => !known.has(name)).map((name) => `${name} is no attribute`),
      ...inLegend.filter((name) => !grouped.includes(name)).map((name) => `the legend has ${name}, the query has not`),
      ...eventNames.filter((name) => !EVENT_NAMES.has(name)).map((name) => `no event is called ${name}`),
    ].map((text) => `${panel}: ${text}`);
  });
}

export function datasourceComplaints(dashboard: TreeMap, provisioned: readonly string[]): string[] {
  return mapsIn(dashboard)
    .flatMap((map) => ('datasource' in map ? [String(mapAt(map, 'datasource')['uid'])] : []))
    .filter((uid) => !provisioned.includes(uid))
    .map((uid) => `no data source has the uid ${uid}`);
}

export function variableComplaints(dashboard: TreeMap): string[] {
  const defined = listAt(mapAt(dashboard, 'templating'), 'list')
    .filter(isMap)
    .map((variable) => String(variable['name']));
  const used = queriesOf(dashboard).flatMap(({ expression }) =>
    [...expression.matchAll(/\$(?!__)\{?(\w+)/g)].map(([, name = '']) => name),
  );
  return [
    ...used.filter((name) => !defined.includes(name)).map((name) => `$${name} is not defined`),
    ...defined.filter((name) => !used.includes(name)).map((name) => `$${name} is not used`),
  ];
}

/** Panels that lie over one another, or share an id, are shown in an order that nobody chose. */
export function layoutComplaints(dashboard: TreeMap): string[] {
  const boxes = listAt(dashboard, 'panels')
    .filter(isMap)
    .map((panel) => {
      const { x, y, w, h } = mapAt(panel, 'gridPos');
      return { title: String(panel['title']), id: panel['id'], x: Number(x), y: Number(y), w: Number(w), h: Number(h) };
    });
  return boxes.flatMap((one, index) =>
    boxes.slice(index + 1).flatMap((other) => {
      const isApart =
        one.x + one.w <= other.x ||
        other.x + other.w <= one.x ||
        one.y + one.h <= other.y ||
        other.y + other.h <= one.y;
      return [
        ...(isApart ? [] : [`${one.title} lies over ${other.title}`]),
        ...(one.id === other.id ? [`${one.title} and ${other.title} have one id`] : []),
      ];
    }),
  );
}
