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
const PROMETHEUS = treeOf(read('otel-config/prometheus.yaml'));
const COMPOSE = treeOf(read('docker-compose.yml'));
const SERVICES = servicesOf(COMPOSE).map(([name]) => name);
const OURS = mapAt(COMPOSE, 'services', 'docker-events-otel', 'environment');

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

/** Where an exporter, a processor or a port says yes to what has not arrived, on the way of one receiver. */
function heldBackComplaints(config: TreeMap, receiver: string): string[] {
  const pipelines = Object.entries(mapAt(config, 'service', 'pipelines')).flatMap(([name, pipeline]) =>
    isMap(pipeline) && listAt(pipeline, 'receivers').includes(receiver) ? [{ name, pipeline }] : [],
  );
  return pipelines.flatMap(({ name, pipeline }) => [
    ...listAt(pipeline, 'processors')
      .filter((processor) => processor !== 'memory_limiter')
      .map((processor) => `${name}: ${processor} may hold things back`),
    ...listAt(pipeline, 'exporters')
      .map(String)
      .filter((exporter) =>
        ['sending_queue', 'retry_on_failure'].some(
          (kind) => mapAt(config, 'exporters', exporter, kind)['enabled'] !== false,
        ),
      )
      .map((exporter) => `${name}: ${exporter} holds things back`),
  ]);
}

/** The receivers of a Collector that listen on a port. */
function receiversAt(config: TreeMap, port: string): string[] {
  return Object.entries(mapAt(config, 'receivers'))
    .filter(([, receiver]) => textsIn(receiver).some((address) => address.endsWith(`:${port}`)))
    .map(([name]) => name);
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
    assert.deepEqual(
      [COLLECTOR, PROMETHEUS, sources, COMPOSE].flatMap((config) => hostComplaints(config, SERVICES)),
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

  it('lets Jaeger’s answer through as well, and keeps a queue for applications only', () => {
    const port = new URL(String(OURS['OTEL_EXPORTER_OTLP_ENDPOINT'])).port;
    const receivers = receiversAt(COLLECTOR, port);
    assert.deepEqual(receivers, ['otlp/kept']);
    const signals = Object.entries(mapAt(COLLECTOR, 'service', 'pipelines'))
      .filter(([, pipeline]) => isMap(pipeline) && listAt(pipeline, 'receivers').includes('otlp/kept'))
      .map(([name]) => name.split('/')[0]);
    assert.deepEqual(signals, ['logs', 'traces']);
    assert.deepEqual(heldBackComplaints(COLLECTOR, 'otlp/kept'), []);
    assert.deepEqual(heldBackComplaints(COLLECTOR, 'otlp'), ['traces: otlp_grpc/jaeger holds things back']);
    // Jaeger's storage exporter has neither, unless it is told.
    assert.deepEqual(mapAt(JAEGER, 'exporters'), { jaeger_storage_exporter: { trace_storage: 'disk' } });
    assert.equal('processors' in mapAt(JAEGER, 'service', 'pipelines', 'traces'), false);
  });

  it('publishes no port behind which things are kept, and none of this collector', () => {
    const published = SERVICES.flatMap((name) => listAt(mapAt(COMPOSE, 'services', name), 'ports').map(String));
    assert.deepEqual(
      published.filter((port) => /:(4320|9464)$/.test(port)),
      [],
    );
  });

  it('has Prometheus ask where this collector listens, with the rules that are mounted', () => {
    const { port } = new URL(`http://${OURS['DOCKER_EVENTS_OTEL_LISTEN']}`);
    const [job] = listAt(PROMETHEUS, 'scrape_configs').filter(isMap);
    assert.deepEqual(
      listAt(job ?? {}, 'static_configs')
        .filter(isMap)
        .flatMap((config) => listAt(config, 'targets')),
      [`docker-events-otel:${port}`],
    );
    const mounts = listAt(mapAt(COMPOSE, 'services', 'prometheus'), 'volumes').map(String);
    for (const file of ['prometheus.yaml', ...listAt(PROMETHEUS, 'rule_files').map(String)]) {
      assert.ok(mounts.includes(`./otel-config/${file}:/etc/prometheus/${file}:ro`), `${file} is not mounted`);
    }
    assert.equal(OURS['OTEL_METRICS_EXPORTER'], 'none');
  });

  it('keeps logs, traces and metrics for as long, so that what is linked is there', () => {
    const hours = (text: unknown) => Number(/(\d+)h/.exec(String(text))?.[1]);
    const days = /retention\.time=(\d+)d/.exec(String(mapAt(COMPOSE, 'services', 'prometheus')['command']))?.[1];
    const [badger] = mapsIn(JAEGER).flatMap((map) => ('ttl' in map ? [mapAt(map, 'ttl')['spans']] : []));
    const kept = [mapAt(LOKI, 'limits_config')['retention_period'], badger].map(hours);
    assert.deepEqual([...kept, Number(days) * 24], [744, 744, 744]);
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
