import assert from 'node:assert/strict';
import { Secret } from '../../src/runtime/secret.ts';
import { loaded } from './support.ts';

const OTLP = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://env:4318', OTEL_EXPORTER_OTLP_HEADERS: 'api-key=env-secret' };

function only<Item>(items: readonly Item[]): Item {
  assert.equal(items.length, 1);
  const [item] = items;
  assert.ok(item !== undefined);
  return item;
}

async function pipelineOf(...sources: Parameters<typeof loaded>) {
  return only((await loaded(...sources)).config.pipelines.filter(({ signal }) => signal === 'logs'));
}

async function exporterOf(...sources: Parameters<typeof loaded>) {
  return only((await pipelineOf(...sources)).exporters);
}

/** The options that are text, with secrets revealed, to be compared with what was written. */
function revealed(exporter: Awaited<ReturnType<typeof exporterOf>>): Record<string, unknown> {
  const { options } = exporter;
  const headers = 'headers' in options ? options.headers : {};
  const shown = Object.entries(headers).map(([name, value]) => [
    name,
    value instanceof Secret ? value.reveal() : value,
  ]);
  return { ...options, headers: Object.fromEntries(shown) };
}

describe('without a file', () => {
  it('reads the engine that is there, and writes to this terminal', async () => {
    const { config, warnings } = await loaded();
    assert.deepEqual(warnings, []);
    assert.equal(config.receivers[0]?.engine.host, undefined);
    assert.equal(config.journal.event_queue_size, 32_768);
    assert.deepEqual(config.service, {
      reloadIntervalMs: 5000,
      shutdownTimeoutMs: 10_000,
      log: { level: 'info', format: 'auto' },
      logExporters: [],
      metricsIntervalMs: 60_000,
      listen: '127.0.0.1:9464',
      resourceAttributes: {},
    });
    const pipeline = only(config.pipelines);
    assert.equal(pipeline.name, 'logs');
    assert.deepEqual(pipeline.mapping.views, ['otel']);
    assert.deepEqual(pipeline.batch, { batch_size: 2048, flush_interval: 1000, max_in_flight: 4 });
    assert.equal(only(pipeline.exporters).type, 'console');
  });

  it('sends to the endpoint of the environment, with its headers', async () => {
    const exporter = await exporterOf(undefined, { env: OTLP });
    assert.equal(exporter.type, 'otlp_http');
    const { endpoint, headers, encoding } = revealed(exporter);
    assert.deepEqual(
      { endpoint, headers, encoding },
      {
        endpoint: 'http://env:4318',
        headers: { 'api-key': 'env-secret' },
        encoding: 'proto',
      },
    );
  });

  it('speaks the protocol of the environment', async () => {
    const grpc = await exporterOf(undefined, { env: { ...OTLP, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' } });
    assert.equal(grpc.type, 'otlp_grpc');
    const json = await exporterOf(undefined, { env: { ...OTLP, OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: 'http/json' } });
    assert.equal(revealed(json)['encoding'], 'json');
  });

  it('does as OTEL_LOGS_EXPORTER says, whether or not an endpoint is set', async () => {
    const { exporters } = await pipelineOf(undefined, { env: { ...OTLP, OTEL_LOGS_EXPORTER: 'console,otlp' } });
    assert.deepEqual(
      exporters.map(({ type }) => type),
      ['console', 'otlp_http'],
    );
    const otlp = await exporterOf(undefined, { env: { OTEL_LOGS_EXPORTER: 'otlp' } });
    assert.equal(otlp.type, 'otlp_http');
  });

  it('takes its own variables, numbers and lists among them', async () => {
    const { config } = await loaded(undefined, {
      env: {
        DOCKER_EVENTS_OTEL_EVENT_QUEUE_SIZE: '10',
        DOCKER_EVENTS_OTEL_HOST_NAME: 'node-1',
        DOCKER_EVENTS_OTEL_VIEWS: 'otel, falco',
        DOCKER_EVENTS_OTEL_FLUSH_INTERVAL: '250',
        DOCKER_EVENTS_OTEL_LOG_LEVEL: 'debug',
        DOCKER_EVENTS_OTEL_LOG_FORMAT: 'json',
        OTEL_SERVICE_NAME: 'events',
        OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=prod,team=a%20b',
      },
    });
    const { mapping, batch } = only(config.pipelines);
    assert.equal(config.journal.event_queue_size, 10);
    assert.equal(config.receivers[0]?.engine.host_name, 'node-1');
    assert.deepEqual(mapping.views, ['otel', 'falco']);
    assert.equal(mapping.service_name, 'events');
    assert.deepEqual({ ...mapping.resource_attributes }, { 'deployment.environment.name': 'prod', team: 'a b' });
    assert.deepEqual(batch, { batch_size: 10, flush_interval: 250, max_in_flight: 4 });
    assert.deepEqual(config.service.log, { level: 'debug', format: 'json' });
  });

  it('tells a variable that is probably a typing mistake, and no other', async () => {
    const env = { DOCKER_EVENTS_OTEL_VIEW: 'falco', DOCKER_EVENTS_OTEL_SOMETHING_ELSE: '1' };
    assert.deepEqual((await loaded(undefined, { env })).warnings, [
      'DOCKER_EVENTS_OTEL_VIEW is not a variable of this program. Did you mean DOCKER_EVENTS_OTEL_VIEWS?',
    ]);
  });

  it('tells an address for one signal that has no path, since none is put after it', async () => {
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:4318',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://b:4318',
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://c/v1/metrics',
    };
    assert.deepEqual((await loaded(undefined, { env })).warnings, [
      'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is used as it is, and has no path. Is http://b:4318/v1/traces meant?',
    ]);
    assert.deepEqual(
      (await loaded(undefined, { env: { ...env, OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'grpc' } })).warnings,
      [],
    );
    const file = 'exporters: {otlp_http: {logs_endpoint: "https://l/"}}\n';
    const pipelines = 'service: {pipelines: {logs/a: {exporters: [otlp_http]}, logs/b: {exporters: [otlp_http]}}}\n';
    assert.deepEqual((await loaded(file + pipelines)).warnings, [
      'exporters.otlp_http.logs_endpoint is used as it is, and has no path. Is https://l/v1/logs meant?',
    ]);
  });

  it('tells a variable of OpenTelemetry that has an S too many or too few', async () => {
    const env = {
      OTEL_TRACE_EXPORTER: 'none',
      OTEL_METRICS_EXPORT_INTERVAL: '5000',
      OTEL_EXPORTER_OTLP_LOG_ENDPOINT: 'http://a',
      OTEL_METRIC_EXPORTER: 'none',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_METRIC_EXPORT_TIMEOUT: '5000',
      OTEL_BLRP_SCHEDULE_DELAY: '5000',
    };
    assert.deepEqual((await loaded(undefined, { env })).warnings, [
      'OTEL_TRACE_EXPORTER is not a variable of OpenTelemetry, and is not read. Did you mean OTEL_TRACES_EXPORTER?',
      'OTEL_METRICS_EXPORT_INTERVAL is not a variable of OpenTelemetry, and is not read. Did you mean OTEL_METRIC_EXPORT_INTERVAL?',
      'OTEL_EXPORTER_OTLP_LOG_ENDPOINT is not a variable of OpenTelemetry, and is not read. Did you mean OTEL_EXPORTER_OTLP_LOGS_ENDPOINT?',
    ]);
  });
});

describe('a file', () => {
  it('wins over the environment, and the command line over both', async () => {
    const file = 'receivers: {docker_events: {event_queue_size: 20}}\nprocessors: {mapping: {views: [falco]}}\n';
    const env = { DOCKER_EVENTS_OTEL_EVENT_QUEUE_SIZE: '10', DOCKER_EVENTS_OTEL_VIEWS: 'logtail' };
    const below = (await loaded(file, { env })).config;
    assert.equal(below.journal.event_queue_size, 20);
    assert.deepEqual(only(below.pipelines).mapping.views, ['falco']);
    const args = { eventQueueSize: '30', views: ['otel', 'logtail'] };
    const above = (await loaded(file, { env, args })).config;
    assert.equal(above.journal.event_queue_size, 30);
    assert.deepEqual(only(above.pipelines).mapping.views, ['otel', 'logtail']);
  });

  it('may name options as other tools do', async () => {
    const { config } = await loaded(
      'receivers: {docker_events: {EventQueueSize: 100}}\nprocessors: {mapping: {IgnoreAttributes: true}, batch: {flushinterval: 30}}\nexporters: {otlphttp/a: , otlp/b: }\n',
    );
    const [logs] = config.pipelines;
    assert.ok(logs !== undefined);
    const { mapping, batch, exporters } = logs;
    assert.equal(config.journal.event_queue_size, 100);
    assert.equal(mapping.ignore_attributes, true);
    assert.equal(batch.flush_interval, 30);
    assert.deepEqual(
      exporters.map(({ name, type }) => [name, type]),
      [
        ['otlphttp/a', 'otlp_http'],
        ['otlp/b', 'otlp_grpc'],
      ],
    );
  });

  it('has one pipeline with all its exporters when it names none', async () => {
    const { exporters } = await pipelineOf('exporters: {console: , file: {path: /tmp/x}}\n', { env: OTLP });
    assert.deepEqual(
      exporters.map(({ name }) => name),
      ['console', 'file'],
    );
    const { warnings } = await loaded('exporters: {console: , file: {path: /tmp/x}}\n');
    assert.deepEqual(warnings, []);
  });

  it('may have pipelines with views and batches of their own', async () => {
    const { config, warnings } = await loaded(`
processors: {mapping/falco: {views: [falco]}, batch/slow: {flush_interval: 1m}, mapping/unused: }
exporters: {console: , file: {path: /tmp/x}, file/y: {path: /tmp/y}}
service:
  pipelines:
    logs: {receivers: [docker_events], exporters: [console, console]}
    logs/falco: {processors: [mapping/falco, batch/slow], exporters: [file, console]}
`);
    assert.deepEqual(
      config.pipelines.map(({ name, mapping, batch, exporters }) => [
        name,
        mapping.views,
        batch.flush_interval,
        exporters.map((exporter) => exporter.name),
      ]),
      [
        ['logs', ['otel'], 1000, ['console']],
        ['logs/falco', ['falco'], 60_000, ['file', 'console']],
      ],
    );
    assert.deepEqual(warnings, [
      'processors.mapping/unused is in no pipeline.',
      'exporters.file/y is in no pipeline, and gets no records.',
    ]);
  });

  it('takes numbers and truths from the environment, and leaves text text', async () => {
    const { config } = await loaded(
      'receivers: {docker_events: {event_queue_size: "${env:SIZE}", host_name: "${env:NAME}", tls: {insecure_skip_verify: "${env:YES}"}}}\n',
      { env: { SIZE: '12', NAME: '0123', YES: 'true' } },
    );
    assert.equal(config.journal.event_queue_size, 12);
    assert.equal(config.receivers[0]?.engine.host_name, '0123');
    assert.equal(config.receivers[0]?.engine.tls?.insecure_skip_verify, true);
  });

  it('makes a batch no larger than the queue, and says so where the batch was written', async () => {
    const { config, warnings } = await loaded('processors: {batch: {batch_size: 40000}}\n');
    assert.equal(only(config.pipelines).batch.batch_size, 32_768);
    assert.deepEqual(warnings, ['batch_size is 32768 rather than 40000: no more can wait in the queue.']);
    const small = await loaded('receivers: {docker_events: {EventQueueSize: 10}}\n');
    assert.equal(only(small.config.pipelines).batch.batch_size, 10);
    assert.deepEqual(small.warnings, []);
  });
});

describe('secrets of the environment', () => {
  it('are not sent to an endpoint of the file', async () => {
    const exporter = await exporterOf('exporters: {otlp_http: {endpoint: "http://file:4318"}}\n', { env: OTLP });
    assert.deepEqual(revealed(exporter)['headers'], {});
  });

  it('go with an exporter that has no endpoint of its own', async () => {
    const exporter = await exporterOf('exporters: {otlp_http: {timeout: 3s, headers: {x: y}}}\n', { env: OTLP });
    const { endpoint, timeout, headers } = revealed(exporter);
    assert.deepEqual(
      { endpoint, timeout, headers },
      {
        endpoint: 'http://env:4318',
        timeout: 3000,
        headers: { 'api-key': 'env-secret', x: 'y' },
      },
    );
  });

  it('do not go to an exporter of another transport', async () => {
    const env = { ...OTLP, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
    const { endpoint, headers } = revealed(await exporterOf('exporters: {otlp_http: }\n', { env }));
    assert.deepEqual({ endpoint, headers }, { endpoint: undefined, headers: {} });
  });
});

describe('the command line', () => {
  const FILE =
    'exporters: {otlp_http/a: {endpoint: "http://a:1"}, console: }\nservice: {pipelines: {logs: {exporters: [otlp_http/a]}}}\n';

  it('chooses among the exporters of the file, and the types', async () => {
    const names = async (...exporters: string[]) =>
      (await pipelineOf(FILE, { args: { exporters } })).exporters.map(({ name }) => name);
    assert.deepEqual(await names('console'), ['console']);
    assert.deepEqual(await names('otlp_http/a', 'console'), ['otlp_http/a', 'console']);
    assert.deepEqual(await names('otlp'), ['otlp_http']);
    assert.deepEqual(await names('otlp_grpc'), ['otlp_grpc']);
  });

  it('sends to an endpoint in the place of the file’s exporters', async () => {
    const args = { endpoint: 'http://here:4317', protocol: 'grpc' };
    const exporter = await exporterOf(FILE, { args });
    assert.equal(exporter.type, 'otlp_grpc');
    assert.equal(revealed(exporter)['endpoint'], 'http://here:4317');
  });

  it('names an endpoint before which the environment’s address for logs steps back', async () => {
    const env = { OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://env:1/logs' };
    const { endpoint, logs_endpoint } = revealed(
      await exporterOf(undefined, { env, args: { endpoint: 'http://here:1' } }),
    );
    assert.deepEqual({ endpoint, logs_endpoint }, { endpoint: 'http://here:1', logs_endpoint: undefined });
  });

  it('names another engine than the file, by either way', async () => {
    const host = (await loaded('receivers: {docker_events: {context: a}}\n', { args: { host: 'tcp://x:1' } })).config
      .receivers[0]?.engine;
    assert.deepEqual([host?.host, host?.context], ['tcp://x:1', undefined]);
    const context = (await loaded('receivers: {docker_events: {host: "tcp://x:1"}}\n', { args: { context: 'b' } }))
      .config;
    assert.deepEqual([context.receivers[0]?.engine.host, context.receivers[0]?.engine.context], [undefined, 'b']);
  });
});
