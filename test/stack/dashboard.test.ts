/** The dashboard asks only for what records hold, in the language and from the sources that there are. */
import assert from 'node:assert/strict';
import { REGISTRY } from '../../src/mapping/registry.ts';
import {
  barComplaints,
  datasourceComplaints,
  layoutComplaints,
  linkComplaints,
  linksOf,
  variableComplaints,
} from './dashboard-rules.ts';
import { annotationComplaints, countComplaints, namesIn, queryComplaints } from './logql-rules.ts';
import { promqlComplaints } from './promql-rules.ts';
import { queriesOf } from './queries.ts';
import { INDEX_LABELS, isMap, JSON_FILES, listAt, mapAt, mapsIn, read, type TreeMap, treeOf } from './stack-files.ts';

const DASHBOARDS = JSON_FILES.filter((file) => file.includes('/dashboards/'));
const TREES: readonly TreeMap[] = DASHBOARDS.map((file) => JSON.parse(read(file)));
const PROVISIONING = 'otel-config/grafana/provisioning';
const SOURCES = listAt(treeOf(read(`${PROVISIONING}/datasources/datasources.yaml`)), 'datasources').filter(isMap);
const UIDS = SOURCES.map(({ uid }) => String(uid));
const NAMES = { attributes: Object.keys(REGISTRY), indexLabels: INDEX_LABELS };

/** What somebody asks who looks at it. */
const WANTED: Readonly<Record<string, readonly RegExp[]>> = {
  'docker-events': [
    /type and action/,
    /crashes/i,
    /OOM/,
    /health/i,
    /starts/i,
    /exec/i,
    /images/i,
    /latest/i,
    /lost/,
    /gaps/i,
    /deaths by reason/i,
    /restart loops/i,
    /pulls/i,
    /alerts of rules/i,
    /state of containers/i,
    /services/i,
    /runs that ended/i,
  ],
  'docker-events-collector': [
    /engines/i,
    /events in/i,
    /exported/i,
    /waiting/i,
    /dropped.*reason/i,
    /gaps/i,
    /lag/i,
    /duration/i,
    /storage/i,
    /left out/i,
    /add up/i,
  ],
};

function panelsWith(query: string): TreeMap {
  return {
    panels: [
      {
        id: 1,
        title: 'A',
        type: 'bargauge',
        gridPos: { x: 0, y: 0, w: 12, h: 8 },
        datasource: { uid: 'tempo' },
        targets: [{ expr: query }],
      },
      { id: 1, title: 'B', gridPos: { x: 6, y: 7, w: 12, h: 8 }, targets: [] },
    ],
    templating: { list: [{ name: 'host' }] },
    links: [{ url: '/d/nobody' }, { url: '/d/here?var-zone=1&var-host=2' }, { url: LINK }],
  };
}

const LINK = `/explore?panes=${encodeURIComponent(JSON.stringify({ a: { datasource: 'tempo', queries: [] } }))}`;

function complaintsOf(expression: string, legend = ''): string[] {
  return queryComplaints([{ panel: 'P', expression, legend }], NAMES);
}

for (const [index, file] of DASHBOARDS.entries()) {
  describe(file, () => {
    const dashboard = TREES[index] ?? {};
    const of = (source: string) => queriesOf(dashboard).filter((query) => query.source === source);

    it('asks in LogQL for attributes, labels and events that there are', () => {
      assert.ok(queriesOf(dashboard).length > 10);
      assert.deepEqual([...queryComplaints(of('loki'), NAMES), ...countComplaints(of('loki'))], []);
    });

    it('asks in PromQL for metrics and attributes of the catalogue', () => {
      assert.deepEqual(promqlComplaints(of('prometheus')), []);
      assert.equal(of('loki').length + of('prometheus').length, queriesOf(dashboard).length);
    });

    it('puts what logs and spans count into one sum, because there may be exporters of one of them only', () => {
      for (const { panel, expression } of of('prometheus')) {
        if (!/log_exported_total/.test(expression)) continue;
        assert.match(expression, /log_exported_total\{[^}]*\}(?:\[[^\]]*\]\))? or \S*span_exported_total/, panel);
      }
    });

    it('asks data sources that are provisioned, with variables that are defined', () => {
      assert.deepEqual([...datasourceComplaints(dashboard, UIDS), ...variableComplaints(dashboard)], []);
    });

    it('names attributes in its annotations', () => {
      const annotations = listAt(mapAt(dashboard, 'annotations'), 'list').filter(isMap);
      assert.ok(annotations.length > 0);
      assert.deepEqual(
        annotations.flatMap((one) => annotationComplaints(one, NAMES)),
        [],
      );
    });

    it('links to what there is', () => {
      assert.deepEqual(linkComplaints(dashboard, TREES, UIDS), []);
    });

    it('lays each panel beside the others, and shows more than one bar', () => {
      assert.deepEqual([...layoutComplaints(dashboard), ...barComplaints(dashboard)], []);
    });

    it('shows what somebody on call asks for', () => {
      const titles = listAt(dashboard, 'panels')
        .filter(isMap)
        .map(({ title }) => String(title));
      const wanted = WANTED[String(dashboard['uid'])] ?? [];
      assert.ok(wanted.length > 0);
      for (const one of wanted) {
        assert.ok(
          titles.some((title) => one.test(title)),
          `no panel is about ${one}`,
        );
      }
    });
  });
}

describe('the dashboard of events', () => {
  const dashboard = TREES.find(({ uid }) => uid === 'docker-events') ?? {};
  const panels = listAt(dashboard, 'panels').filter(isMap);

  it('has a word for every state that it makes of an event', () => {
    const panel = panels.find(({ type }) => type === 'state-timeline') ?? {};
    const [query] = listAt(panel, 'targets').filter(isMap);
    const template = /label_format state=`(.*?)`/.exec(String(query?.['expr']))?.[1] ?? '';
    const states = [...template.matchAll(/\}\}(\d)/g)].map(([, state = '']) => state);
    const [mapping] = listAt(mapAt(panel, 'fieldConfig', 'defaults'), 'mappings').filter(isMap);
    assert.deepEqual(states.toSorted(), Object.keys(mapAt(mapping ?? {}, 'options')).toSorted());
    const [, events = ''] = /docker\.container\.\(([^)]+)\)/.exec(String(query?.['expr'])) ?? [];
    for (const [, action = ''] of template.matchAll(/eq \.docker_event_action "(\w+)"/g)) {
      assert.ok(events.split('|').includes(action), `${action} is not asked for`);
    }
  });

  it('leads from a service to its events and its traces, and from a run to its trace', () => {
    const linksIn = (title: string) =>
      linksOf(panels.find((panel) => panel['title'] === title) ?? {}).map(decodeURIComponent);
    const [only = '', traces = ''] = linksIn('Services');
    assert.match(only, /^\/d\/docker-events\?.*var-project=.*var-service=/);
    assert.match(traces, /"queryType":"search","service":"\$\{__value\.raw\}"/);
    assert.match(linksIn('Runs that ended').join(), /"uid":"jaeger"\},"query":"\$\{__value\.raw\}"/);
  });

  it('marks crashes, gaps and losses in every panel', () => {
    const annotations = listAt(mapAt(dashboard, 'annotations'), 'list').filter(isMap);
    assert.deepEqual(
      annotations.map(({ name, enable }) => [name, enable]),
      [
        ['Crashes and OOM kills', true],
        ['Starts', false],
        ['Gaps and losses', true],
      ],
    );
  });
});

describe('the provisioning of Grafana', () => {
  it('names the stores by uid, and each link between them leads somewhere', () => {
    assert.deepEqual(UIDS, ['loki', 'jaeger', 'prometheus']);
    const links = mapsIn(SOURCES).flatMap((map) => ('datasourceUid' in map ? [String(map['datasourceUid'])] : []));
    assert.deepEqual(
      links.filter((uid) => !UIDS.includes(uid)),
      [],
    );
  });

  it('asks Loki for the records of a span in LogQL', () => {
    const queries = mapsIn(SOURCES).flatMap((map) => ('customQuery' in map ? [String(map['query'])] : []));
    // Grafana reads one of two dollars as a variable of its environment.
    const expressions = queries.map((query) => query.replaceAll('$$', '$'));
    assert.ok(expressions.length > 0 && expressions.every((one) => one.includes('${__span.traceId}')));
    assert.deepEqual(
      expressions.flatMap((one) => complaintsOf(one)),
      [],
    );
  });

  it('looks for dashboards where compose puts them', () => {
    const [provider] = listAt(treeOf(read(`${PROVISIONING}/dashboards/dashboards.yaml`)), 'providers').filter(isMap);
    const folder = String(mapAt(provider ?? {}, 'options')['path']);
    const grafana = mapAt(treeOf(read('docker-compose.yml')), 'services', 'grafana');
    const volumes = listAt(grafana, 'volumes').map(String);
    assert.ok(volumes.includes(`./otel-config/grafana/dashboards:${folder}:ro`), volumes.join(', '));
    const home = String(mapAt(grafana, 'environment')['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH']);
    assert.ok(DASHBOARDS.includes(home.replace(folder, 'otel-config/grafana/dashboards')), home);
  });
});

describe('the rules for a dashboard', () => {
  it('read the names in a query', () => {
    const { isValid, selected, others, grouped, eventNames } = namesIn(
      'sum by (container_name) (count_over_time({service_name="$x"} | event_name=~"docker.image.(pull|load)" | line_format `{{.a_b}}` [$__auto]))',
    );
    assert.ok(isValid);
    assert.deepEqual([selected, others, grouped], [['service_name'], ['event_name', 'a_b'], ['container_name']]);
    assert.deepEqual(eventNames, ['docker.image.pull', 'docker.image.load']);
  });

  it('tell the names that a query makes from those that it reads', () => {
    const { made, others } = namesIn(
      '{service_name="x"} | label_format unit=`{{ if eq .a_b "c.d" }}1{{ else }}{{ or .e .f }}{{ end }}` | unit=~"y"',
    );
    assert.deepEqual([made, others], [['unit'], ['a_b', 'e', 'f', 'unit']]);
    assert.deepEqual(complaintsOf('{service_name="x"} | label_format unit=`{{.container_name}}` | unit="y"'), []);
  });

  it('find what an annotation shows and no record has', () => {
    const annotation = { name: 'A', titleFormat: '{{nobody}} {{container_name}}', tagKeys: 'host_name,noone' };
    assert.deepEqual(annotationComplaints(annotation, NAMES), [
      'annotation A: nobody is no attribute',
      'annotation A: noone is no attribute',
    ]);
  });

  it('find a count that takes an alert for one more event', () => {
    const counted = (filter: string) =>
      countComplaints([{ panel: 'P', expression: `sum(rate({service_name="x"} ${filter} [1m]))`, legend: '' }]);
    assert.deepEqual(counted('| docker_event_type="container"'), [
      'P: counts an event again for each rule that it matched',
    ]);
    assert.deepEqual(counted('| event_name!="docker.rule.match"'), []);
    assert.deepEqual(countComplaints([{ panel: 'P', expression: '{service_name="x"}', legend: '' }]), []);
  });

  const WRONG: readonly (readonly [query: string, legend: string, complaint: string])[] = [
    ['{service_name="x"', '', 'P: {service_name="x" is no LogQL'],
    ['', '', 'P:  is no LogQL'],
    ['{container_name="x"}', '', 'P: container_name is no index label'],
    ['{service_name="x"} | docker_event_kind="x"', '', 'P: docker_event_kind is no attribute'],
    ['{service_name="x"} | line_format `{{.nobody}}`', '', 'P: nobody is no attribute'],
    ['sum by (nobody) (rate({service_name="x"}[1m]))', '', 'P: nobody is no attribute'],
    ['sum(rate({service_name="x"}[1m]))', '{{host_name}}', 'P: the legend has host_name, the query has not'],
    ['{service_name="x"} | event_name="docker.container.died"', '', 'P: no event is called docker.container.died'],
    ['{service_name="x"} | severity_text="ERR"', '', 'P: severity_text is never ERR'],
    [
      '{service_name="x"} | docker_container_exit_reason=~"failed|oom"',
      '',
      'P: docker_container_exit_reason is never oom',
    ],
  ];
  for (const [query, legend, complaint] of WRONG) {
    it(`find: ${complaint}`, () => assert.deepEqual(complaintsOf(query, legend), [complaint]));
  }

  it('find sources, variables and places that are wrong', () => {
    const dashboard = panelsWith('{service_name="$service"}');
    assert.deepEqual(datasourceComplaints(dashboard, UIDS), ['no data source has the uid tempo']);
    assert.deepEqual(variableComplaints(dashboard), ['$service is not defined', '$host is not used']);
    assert.deepEqual(layoutComplaints(dashboard), ['A lies over B', 'A and B have one id']);
    assert.deepEqual(barComplaints(dashboard), ['A shows one bar only']);
    const here: TreeMap = { uid: 'here', templating: { list: [{ name: 'host' }] } };
    assert.deepEqual(linkComplaints(dashboard, [here], UIDS), [
      '/d/nobody leads nowhere',
      '/d/here has no variable for var-zone',
      'no data source has the uid tempo',
    ]);
  });
});
