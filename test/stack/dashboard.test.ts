/** The dashboard asks only for what records hold, in the language and from the sources that there are. */
import assert from 'node:assert/strict';
import { REGISTRY } from '../../src/mapping/registry.ts';
import {
  datasourceComplaints,
  layoutComplaints,
  namesIn,
  queriesOf,
  queryComplaints,
  variableComplaints,
} from './dashboard-rules.ts';
import { isMap, JSON_FILES, listAt, mapAt, mapsIn, read, type TreeMap, treeOf } from './stack-files.ts';

const DASHBOARDS = JSON_FILES.filter((file) => file.includes('/dashboards/'));
const PROVISIONING = 'otel-config/grafana/provisioning';
const SOURCES = listAt(treeOf(read(`${PROVISIONING}/datasources/datasources.yaml`)), 'datasources').filter(isMap);
const UIDS = SOURCES.map(({ uid }) => String(uid));
const NAMES = {
  attributes: Object.keys(REGISTRY),
  indexLabels: mapsIn(mapAt(treeOf(read('otel-config/loki.yaml')), 'limits_config', 'otlp_config')).flatMap((map) =>
    listAt(map, 'attributes').map(String),
  ),
};

function panelsWith(query: string): TreeMap {
  return {
    panels: [
      {
        id: 1,
        title: 'A',
        gridPos: { x: 0, y: 0, w: 12, h: 8 },
        datasource: { uid: 'tempo' },
        targets: [{ expr: query }],
      },
      { id: 1, title: 'B', gridPos: { x: 6, y: 7, w: 12, h: 8 }, targets: [] },
    ],
    templating: { list: [{ name: 'host' }] },
  };
}

function complaintsOf(expression: string, legend = ''): string[] {
  return queryComplaints([{ panel: 'P', expression, legend }], NAMES);
}

for (const file of DASHBOARDS) {
  describe(file, () => {
    const dashboard: TreeMap = JSON.parse(read(file));

    it('asks in LogQL for attributes, labels and events that there are', () => {
      assert.ok(queriesOf(dashboard).length > 10);
      assert.deepEqual(queryComplaints(queriesOf(dashboard), NAMES), []);
    });

    it('asks data sources that are provisioned, with variables that are defined', () => {
      assert.deepEqual([...datasourceComplaints(dashboard, UIDS), ...variableComplaints(dashboard)], []);
    });

    it('lays each panel beside the others', () => {
      assert.deepEqual(layoutComplaints(dashboard), []);
    });

    it('shows what somebody on call asks for', () => {
      const titles = listAt(dashboard, 'panels')
        .filter(isMap)
        .map(({ title }) => String(title));
      for (const wanted of [
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
      ]) {
        assert.ok(
          titles.some((title) => wanted.test(title)),
          `no panel is about ${wanted}`,
        );
      }
    });
  });
}

describe('the provisioning of Grafana', () => {
  it('names the stores by uid, and each link between them leads somewhere', () => {
    assert.deepEqual(UIDS, ['loki', 'jaeger', 'prometheus']);
    const links = mapsIn(SOURCES).flatMap((map) => ('datasourceUid' in map ? [String(map['datasourceUid'])] : []));
    assert.deepEqual(
      links.filter((uid) => !UIDS.includes(uid)),
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

  const WRONG: readonly (readonly [query: string, legend: string, complaint: string])[] = [
    ['{service_name="x"', '', 'P: {service_name="x" is no LogQL'],
    ['', '', 'P:  is no LogQL'],
    ['{container_name="x"}', '', 'P: container_name is no index label'],
    ['{service_name="x"} | docker_event_kind="x"', '', 'P: docker_event_kind is no attribute'],
    ['{service_name="x"} | line_format `{{.nobody}}`', '', 'P: nobody is no attribute'],
    ['sum by (nobody) (rate({service_name="x"}[1m]))', '', 'P: nobody is no attribute'],
    ['sum(rate({service_name="x"}[1m]))', '{{host_name}}', 'P: the legend has host_name, the query has not'],
    ['{service_name="x"} | event_name="docker.container.died"', '', 'P: no event is called docker.container.died'],
  ];
  for (const [query, legend, complaint] of WRONG) {
    it(`find: ${complaint}`, () => assert.deepEqual(complaintsOf(query, legend), [complaint]));
  }

  it('find sources, variables and places that are wrong', () => {
    const dashboard = panelsWith('{service_name="$service"}');
    assert.deepEqual(datasourceComplaints(dashboard, UIDS), ['no data source has the uid tempo']);
    assert.deepEqual(variableComplaints(dashboard), ['$service is not defined', '$host is not used']);
    assert.deepEqual(layoutComplaints(dashboard), ['A lies over B', 'A and B have one id']);
  });
});
