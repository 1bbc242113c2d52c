/** What the other programs of the stack are told: it loads, and the parts name one another as they are. */
import assert from 'node:assert/strict';
import { definitionOf } from '../../src/mapping/registry.ts';
import { servicesOf } from './compose-rules.ts';
import {
  isMap,
  JSON_FILES,
  listAt,
  mapAt,
  mapsIn,
  read,
  type Tree,
  type TreeMap,
  textsIn,
  treeOf,
  YAML_FILES,
  yamlDocument,
} from './stack-files.ts';

const COLLECTOR = treeOf(read('otel-config/otel-collector.yaml'));
const JAEGER = treeOf(read('otel-config/jaeger.yaml'));
const LOKI = treeOf(read('otel-config/loki.yaml'));
const SERVICES = servicesOf(treeOf(read('docker-compose.yml'))).map(([name]) => name);

/** In the configuration of a Collector (Jaeger 2 is one), what is used must be defined, and what is defined used. */
function componentComplaints(config: TreeMap): string[] {
  const pipelines = Object.values(mapAt(config, 'service', 'pipelines')).filter(isMap);
  const uses = (kind: string) => [
    ...(kind === 'extensions' ? listAt(mapAt(config, 'service'), kind) : []),
    ...pipelines.flatMap((pipeline) => listAt(pipeline, kind)),
  ];
  return ['receivers', 'processors', 'exporters', 'extensions'].flatMap((kind) => {
    const [defined, used] = [Object.keys(mapAt(config, kind)), uses(kind).map(String)];
    return [
      ...used.filter((name) => !defined.includes(name)).map((name) => `${kind}: ${name} is not defined`),
      ...defined.filter((name) => !used.includes(name)).map((name) => `${kind}: ${name} is not used`),
    ];
  });
}

/** Every `http://name:port` and `name:port`, loopback and listening addresses aside. */
function hostComplaints(config: Tree, services: readonly string[]): string[] {
  return textsIn(config)
    .flatMap((text) => /^(?:https?:\/\/)?([a-z][a-z0-9.-]*):\d+/.exec(text)?.[1] ?? [])
    .filter((host) => host !== 'localhost' && !services.includes(host))
    .map((host) => `${host} is no service of the stack`);
}

describe('the configuration of the stack', () => {
  for (const file of YAML_FILES)
    it(`${file} is YAML`, () => assert.ok(mapsIn(yamlDocument(read(file)).toJS()).length > 0));
  for (const file of JSON_FILES) it(`${file} is JSON`, () => assert.notDeepEqual(JSON.parse(read(file)), {}));

  it('defines what it uses, and uses what it defines', () => {
    assert.deepEqual([...componentComplaints(COLLECTOR), ...componentComplaints(JAEGER)], []);
    assert.deepEqual(componentComplaints(treeOf('receivers: {otlp: }\nservice: {extensions: [zpages]}')), [
      'receivers: otlp is not used',
      'extensions: zpages is not defined',
    ]);
  });

  it('speaks to services that there are', () => {
    const sources = treeOf(read('otel-config/grafana/provisioning/datasources/datasources.yaml'));
    const ours = treeOf(read('docker-compose.yml'));
    assert.deepEqual(
      [COLLECTOR, sources, ours].flatMap((config) => hostComplaints(config, SERVICES)),
      [],
    );
    assert.deepEqual(hostComplaints({ url: 'http://tempo:3200' }, SERVICES), ['tempo is no service of the stack']);
  });

  it('lets Loki’s answer through to the one who keeps the records', () => {
    const exporter = mapAt(COLLECTOR, 'exporters', 'otlp_http/loki');
    assert.equal(mapAt(exporter, 'sending_queue')['enabled'], false);
    assert.equal(mapAt(exporter, 'retry_on_failure')['enabled'], false);
    assert.deepEqual(listAt(mapAt(COLLECTOR, 'service', 'pipelines', 'logs'), 'processors'), ['memory_limiter']);
  });

  it('makes no Loki stream for each container', () => {
    const attributes = mapAt(LOKI, 'limits_config', 'otlp_config', 'resource_attributes');
    assert.equal(attributes['ignore_defaults'], true);
    const labels = mapsIn(attributes).flatMap((map) => listAt(map, 'attributes').map(String));
    assert.deepEqual(labels, ['service.name', 'service.namespace', 'deployment.environment.name', 'host.name']);
    assert.ok(definitionOf('host.name') && definitionOf('service.name'));
  });

  it('lets Loki take the events that the engine remembers, however old', () => {
    assert.equal(mapAt(LOKI, 'limits_config')['allow_structured_metadata'], true);
    assert.equal(mapAt(LOKI, 'limits_config')['reject_old_samples'], false);
    assert.equal(mapAt(LOKI, 'ingester')['max_chunk_age'], '720h');
  });
});
