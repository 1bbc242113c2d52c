/** Grafana's alert rules ask for what there is, fire on what they return, and lead to a panel that shows more. */
import assert from 'node:assert/strict';
import { REGISTRY } from '../../src/mapping/registry.ts';
import { countComplaints, namesIn, queryComplaints } from './logql-rules.ts';
import { promqlComplaints, promqlNamesIn } from './promql-rules.ts';
import { queriesOfRule } from './queries.ts';
import {
  INDEX_LABELS,
  isMap,
  JSON_FILES,
  listAt,
  mapAt,
  read,
  type TreeMap,
  textsIn,
  treeOf,
  YAML_FILES,
} from './stack-files.ts';

const FILES = YAML_FILES.filter((file) => file.includes('/provisioning/alerting/'));
const GROUPS = FILES.flatMap((file) => listAt(treeOf(read(file)), 'groups').filter(isMap));
const RULES = GROUPS.flatMap((group) => listAt(group, 'rules').filter(isMap));
const DASHBOARDS: readonly TreeMap[] = JSON_FILES.filter((file) => file.includes('/dashboards/')).map((file) =>
  JSON.parse(read(file)),
);
const OURS = listAt(treeOf(read('otel-config/prometheus-rules.yaml')), 'groups').filter(isMap);

function titleOf(rule: TreeMap): string {
  return String(rule['title']);
}

describe('the alert rules of Grafana', () => {
  it('ask Loki and Prometheus in their own languages, for what they have', () => {
    const queries = RULES.flatMap(queriesOfRule);
    const loki = queries.filter(({ source }) => source === 'loki');
    const prometheus = queries.filter(({ source }) => source === 'prometheus');
    assert.ok(loki.length >= 5 && prometheus.length >= 5);
    assert.equal(loki.length + prometheus.length, RULES.length);
    const names = { attributes: Object.keys(REGISTRY), indexLabels: INDEX_LABELS };
    assert.deepEqual([...queryComplaints(loki, names), ...countComplaints(loki), ...promqlComplaints(prometheus)], []);
  });

  it('are told apart by uid and by title', () => {
    for (const names of [RULES.map(({ uid }) => String(uid)), RULES.map(titleOf)]) {
      assert.deepEqual(names, [...new Set(names)]);
    }
    // Grafana takes no longer ones.
    for (const { uid } of RULES) assert.match(String(uid), /^[a-z][a-z-]{0,39}$/);
  });

  for (const rule of RULES) {
    it(`fire where the query returns something: ${titleOf(rule)}`, () => {
      const [query, last, ...more] = listAt(rule, 'data').filter(isMap);
      assert.equal(more.length, 0);
      assert.deepEqual([rule['noDataState'], rule['execErrState']], ['OK', 'Error']);
      const [model, threshold] = [mapAt(query ?? {}, 'model'), mapAt(last ?? {}, 'model')];
      assert.equal(last?.['datasourceUid'], '__expr__');
      assert.deepEqual([rule['condition'], threshold['expression']], [last?.['refId'], query?.['refId']]);
      assert.deepEqual([threshold['refId'], model['refId']], [last?.['refId'], query?.['refId']]);
      // No count and no gauge is below 0.
      assert.deepEqual(threshold['conditions'], [{ evaluator: { type: 'gt', params: [-1] } }]);
      assert.ok(model['queryType'] === 'instant' || model['instant'] === true);
      assert.match(String(model['expr']), /(?:==|>=?) [\d.]+$| unless /);
    });

    it(`say what is wrong in labels that they have: ${titleOf(rule)}`, () => {
      const [query] = queriesOfRule(rule);
      const expression = query?.expression ?? '';
      const grouped = query?.source === 'loki' ? namesIn(expression).grouped : promqlNamesIn(expression).grouped;
      const named = textsIn(mapAt(rule, 'annotations')).flatMap((text) =>
        [...text.matchAll(/\$labels\.(\w+)/g)].map(([, label = '']) => label),
      );
      assert.ok(named.length > 0);
      // Where a query to Prometheus groups nothing, prometheus-rules.test.ts sees to the labels.
      if (grouped.length > 0)
        assert.deepEqual(
          named.filter((label) => !grouped.includes(label)),
          [],
        );
    });
  }

  it('lead to the panel that is named beside its number', () => {
    const titles = new Map(
      DASHBOARDS.flatMap((dashboard) =>
        listAt(dashboard, 'panels')
          .filter(isMap)
          .map(({ id, title }) => [`${dashboard['uid']} ${id}`, String(title)] as const),
      ),
    );
    const text = FILES.map(read).join('\n');
    const named = [...text.matchAll(/dashboardUid: (\S+)\s+panelId: (\d+) # (.+)/g)];
    assert.equal(named.length, RULES.length);
    for (const [, dashboard, id, title] of named) assert.equal(titles.get(`${dashboard} ${id}`), title);
  });

  it('say of the collector what Prometheus says, gaps aside', () => {
    const collector = OURS.find(({ name }) => name === 'docker-events-otel') ?? {};
    const group = GROUPS.find(({ name }) => name === 'docker-events-otel') ?? {};
    const theirs = listAt(group, 'rules')
      .filter(isMap)
      .map((rule) => ({
        alert: rule['title'],
        expr: queriesOfRule(rule)[0]?.expression,
        for: rule['for'],
        labels: rule['labels'],
        annotations: rule['annotations'],
      }));
    const wanted = listAt(collector, 'rules')
      .filter(isMap)
      .filter(({ alert }) => alert !== 'DockerEventsGap')
      .map(({ alert, expr, for: lasting, labels, annotations }) => ({
        alert,
        expr,
        for: lasting ?? '0s',
        labels,
        annotations,
      }));
    // Grafana has the value under the name of its query.
    const asHere = (rules: unknown) => JSON.parse(JSON.stringify(rules).replaceAll('$values.A.Value', '$value'));
    assert.deepEqual(asHere(theirs), wanted);
  });
});
