/** What documents tell people to copy is read by the languages that it is written in. */
import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { REGISTRY } from '../../src/mapping/registry.ts';
import { annotationComplaints, queryComplaints } from './logql-rules.ts';
import { promqlComplaints } from './promql-rules.ts';
import { annotationQuery, type Query } from './queries.ts';
import {
  INDEX_LABELS,
  isMap,
  JSON_FILES,
  listAt,
  mapAt,
  ROOT,
  read,
  type Tree,
  treeOf,
  YAML_FILES,
} from './stack-files.ts';

const NAMES = { attributes: Object.keys(REGISTRY), indexLabels: INDEX_LABELS };
const DOCUMENTS = ['README.md', ...globSync('docs/*.md', { cwd: ROOT }).sort()];
const GRAFANA = read('docs/grafana.md');

interface Fence {
  readonly language: string;
  readonly body: string;
}

function fencesOf(text: string): Fence[] {
  return [...text.matchAll(/^ *```(\w*)\n(.*?)^ *```$/gms)].map(([, language = '', body = '']) => ({ language, body }));
}

function fenced(text: string, language: string): string[] {
  return fencesOf(text)
    .filter((fence) => fence.language === language)
    .map(({ body }) => body);
}

/** Every line of such a fence is a query. */
function queriesIn(file: string, language: string): Query[] {
  const lines = fenced(read(file), language).flatMap((body) => body.split('\n'));
  return lines
    .filter((line) => line.trim() !== '')
    .map((line) => ({ panel: file, expression: line.trim(), legend: '' }));
}

/** Code within a sentence that selects a stream. */
function inlineQueriesIn(file: string): Query[] {
  return [...read(file).matchAll(/(?<!`)`([^`\n]*\{service_name=[^`\n]*)`/g)].map(([, expression = '']) => ({
    panel: file,
    expression,
    legend: '',
  }));
}

describe('the documents', () => {
  it('have queries that find something', () => {
    const logql = DOCUMENTS.flatMap((file) => [...queriesIn(file, 'logql'), ...inlineQueriesIn(file)]);
    const promql = DOCUMENTS.flatMap((file) => queriesIn(file, 'promql'));
    assert.ok(logql.length > 8 && promql.length > 3);
    assert.deepEqual([...queryComplaints(logql, NAMES), ...promqlComplaints(promql)], []);
  });

  it('mark every query to Loki as one', () => {
    for (const file of DOCUMENTS) {
      const unmarked = fencesOf(read(file)).filter(
        ({ language, body }) => language !== 'logql' && language !== 'json' && body.includes('{service_name='),
      );
      assert.deepEqual(unmarked, [], file);
    }
  });
});

describe('docs/grafana.md', () => {
  it('has annotations that Grafana takes, about what there is', () => {
    const [json = ''] = fenced(GRAFANA, 'json');
    const tree: Tree = JSON.parse(json);
    const annotations = Array.isArray(tree) ? tree.filter(isMap) : [];
    assert.ok(annotations.length >= 3);
    const complaints = annotations.flatMap((one) => annotationComplaints(one, NAMES));
    assert.deepEqual([...queryComplaints(annotations.map(annotationQuery), NAMES), ...complaints], []);
    for (const annotation of annotations) {
      assert.deepEqual(annotation['datasource'], { type: 'loki', uid: 'loki' });
      assert.equal(typeof annotation['enable'], 'boolean');
      assert.match(String(annotation['iconColor']), /^[a-z]+$/);
    }
  });

  it('names every alert rule of Grafana, and no other', () => {
    const rules = YAML_FILES.filter((file) => file.includes('/provisioning/alerting/'))
      .flatMap((file) => listAt(treeOf(read(file)), 'groups').filter(isMap))
      .flatMap((group) => listAt(group, 'rules').filter(isMap))
      .map(({ title }) => String(title));
    const told = [...GRAFANA.matchAll(/^\| (?:Loki|Prometheus) \| ([^|]+) \|/gm)].flatMap(([, names = '']) =>
      names.trim().split(', '),
    );
    assert.deepEqual(told.toSorted(), rules.toSorted());
  });

  it('names the dashboards by the addresses that they have', () => {
    const uids = JSON_FILES.filter((file) => file.includes('/dashboards/')).map((file) => treeOf(read(file))['uid']);
    const named = [...GRAFANA.matchAll(/`\/d\/([\w-]+)`/g)].map(([, uid]) => uid);
    assert.deepEqual(named.toSorted(), uids.toSorted());
  });

  it('shows whom to tell in a file that Grafana reads', () => {
    const [yaml = ''] = fenced(GRAFANA, 'yaml');
    const tree = treeOf(yaml);
    const [point] = listAt(tree, 'contactPoints').filter(isMap);
    const [policy] = listAt(tree, 'policies').filter(isMap);
    assert.equal(policy?.['receiver'], point?.['name']);
    const [receiver] = listAt(point ?? {}, 'receivers').filter(isMap);
    assert.equal(typeof mapAt(receiver ?? {}, 'settings')['url'], 'string');
  });

  it('tells how far back the states of containers are looked for, as the dashboard has it', () => {
    const dashboard = treeOf(read('otel-config/grafana/dashboards/docker-events.json'));
    const variables = listAt(mapAt(dashboard, 'templating'), 'list').filter(isMap);
    const lookback = variables.find(({ name }) => name === 'lookback') ?? {};
    assert.equal(mapAt(lookback, 'current')['value'], '24h');
    assert.ok(GRAFANA.includes(`*${lookback['label']}* (24 hours`));
  });
});
