/** Finds the queries in what Grafana is given: dashboards, alert rules, annotations. */
import { isMap, listAt, mapAt, type Tree, type TreeMap } from './stack-files.ts';

export interface Query {
  /** What it belongs to, for complaints. */
  readonly panel: string;
  readonly expression: string;
  readonly legend: string;
  /** The kind of its data source, which says the language; undefined where it is not told. */
  readonly source?: string | undefined;
}

/** With Grafana's variables given a value, as they have by the time that Loki or Prometheus reads a query. */
export function filledIn(expression: string): string {
  return expression
    .replace(/\[\$\w+\]/g, '[1m]')
    .replace(/\$__(auto|range|interval|rate_interval)\b/g, '1m')
    .replace(/\$\{[^}]+\}|\$\w+/g, 'x');
}

/** The names of the variables that a text uses, Grafana's own aside. */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(/\$(?!__)(?:\{(?!__)(\w+)[^}]*\}|(\w+))/g)].map(([, braced, bare]) => braced ?? bare ?? '');
}

function sourceOf(map: TreeMap): string | undefined {
  const { type } = mapAt(map, 'datasource');
  return typeof type === 'string' ? type : undefined;
}

/** Of its panels, its annotations and its variables. */
export function queriesOf(dashboard: TreeMap): Query[] {
  const panels = listAt(dashboard, 'panels').filter(isMap);
  const targets = panels.flatMap((panel) =>
    listAt(panel, 'targets')
      .filter(isMap)
      .map((target) => ({
        panel: String(panel['title']),
        expression: String(target['expr']),
        legend: String(target['legendFormat'] ?? ''),
        source: sourceOf(target) ?? sourceOf(panel),
      })),
  );
  const annotations = listAt(mapAt(dashboard, 'annotations'), 'list').filter(isMap).map(annotationQuery);
  const variables = listAt(mapAt(dashboard, 'templating'), 'list').filter(isMap);
  return [...targets, ...annotations, ...variables.flatMap(variableQueries)];
}

export function annotationQuery(annotation: TreeMap): Query {
  return {
    panel: `annotation ${annotation['name']}`,
    expression: String(annotation['expr']),
    legend: '',
    source: sourceOf(annotation),
  };
}

/**
 * Loki is asked for the values of a label in a stream; Prometheus by `label_values(series, label)`, written here as a query
 * that groups by it, or `query_result(query)`.
 */
function variableQueries(variable: TreeMap): Query[] {
  const { stream, query } = mapAt(variable, 'query');
  const panel = `variable ${variable['name']}`;
  const source = sourceOf(variable);
  if (typeof stream === 'string' && stream !== '') return [{ panel, expression: stream, legend: '', source }];
  if (typeof query !== 'string') return [];
  const [, series, label] = /^label_values\((.+),\s*(\w+)\)$/.exec(query) ?? [];
  if (series !== undefined) return [{ panel, expression: `group by (${label}) (${series})`, legend: '', source }];
  const [, inner] = /^query_result\((.+)\)$/.exec(query) ?? [];
  return [{ panel, expression: inner ?? `no query: ${query}`, legend: '', source }];
}

const KINDS: ReadonlyMap<Tree | undefined, string> = new Map([
  ['loki', 'loki'],
  ['prometheus', 'prometheus'],
]);

/** Of a provisioned alert rule of Grafana; its expressions, which ask no store, aside. */
export function queriesOfRule(rule: TreeMap): Query[] {
  return listAt(rule, 'data')
    .filter(isMap)
    .filter(({ datasourceUid }) => datasourceUid !== '__expr__')
    .map((data) => ({
      panel: `rule ${rule['title']}`,
      expression: String(mapAt(data, 'model')['expr']),
      legend: '',
      source: KINDS.get(data['datasourceUid']),
    }));
}

/** Names in `{{ … }}` of a legend or a format. */
export function namesInFormat(format: string): string[] {
  return [...format.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, name = '']) => name);
}
