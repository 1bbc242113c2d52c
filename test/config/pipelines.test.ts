import assert from 'node:assert/strict';
import fc from 'fast-check';
import { laneName } from '../../src/config/collector-config.ts';
import { loaded, shapeOf } from './support.ts';

const EXPORTERS =
  'exporters: {otlp_http: {endpoint: "http://a"}, otlp_grpc: {endpoint: "http://b"}, console: , file: {path: x}}\n';

async function shapeOfPipelines(pipelines: string, args: Parameters<typeof loaded>[1] = {}) {
  return shapeOf((await loaded(`${EXPORTERS}service: {pipelines: {${pipelines}}}\n`, args)).config);
}

describe('the pipelines of a file', () => {
  it('are of all signals, each as often as one likes', async () => {
    const { config } = await loaded(`
receivers: {docker_events: , docker_events/b: {host: "tcp://b:1"}}
processors: {filter/t: {exclude: [docker.type = image]}, mapping: {service_name: x}, batch/t: {batch_size: 5}}
${EXPORTERS}
service:
  pipelines:
    traces/a: {receivers: [docker_events/b], processors: [filter/t, batch/t], exporters: [otlp_grpc, console, file]}
    logs: {exporters: [console]}
    metrics: {exporters: [otlp_http]}
    traces: {exporters: [otlp_http], optional: true}
    metrics/b: {exporters: [otlp_grpc, otlp_http], optional: true}
`);
    assert.deepEqual(shapeOf(config), [
      'traces/a: otlp_grpc console file',
      'logs: console',
      'traces?: otlp_http',
      'metrics: otlp_http',
      'metrics/b?: otlp_grpc otlp_http',
    ]);
    const [traces, logs] = config.pipelines;
    assert.equal(traces?.signal, 'traces');
    assert.equal(logs?.signal, 'logs');
    assert.deepEqual(traces.receivers, ['docker_events/b']);
    assert.deepEqual(traces.filter.exclude, ['docker.type = image']);
    assert.equal(traces.mapping.service_name, 'x');
    assert.equal(traces.batch.batch_size, 5);
    assert.equal(logs.batch.batch_size, 2048);
  });

  it('are all there are: signals that they do not name are not sent', async () => {
    assert.deepEqual(await shapeOfPipelines('logs: {exporters: [otlp_http]}'), ['logs: otlp_http']);
    assert.deepEqual(await shapeOfPipelines('traces: {exporters: [otlp_http]}'), ['traces: otlp_http']);
    assert.deepEqual(await shapeOfPipelines('metrics/x: {exporters: [otlp_http]}'), ['metrics/x: otlp_http']);
  });

  it('are not asked for by what the environment says', async () => {
    const env = { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x', OTEL_LOGS_EXPORTER: 'none' };
    assert.deepEqual(await shapeOfPipelines('logs: {exporters: [console]}', { env }), ['logs: console']);
  });

  it('for metrics alone read every receiver', async () => {
    const { config, warnings } = await loaded(
      `receivers: {docker_events: , docker_events/b: {host: "tcp://b:1"}}\nexporters: {otlp_http: }\nservice: {pipelines: {metrics: {exporters: [otlp_http]}}}\n`,
    );
    assert.equal(config.receivers.length, 2);
    assert.deepEqual(config.pipelines, []);
    assert.deepEqual(warnings, []);
  });

  it("say what the collector's own telemetry has on its resource, though nothing but metrics is sent", async () => {
    const file = 'exporters: {otlp_http: }\nservice: {pipelines: {metrics: {exporters: [otlp_http]}}}\n';
    const env = { OTEL_RESOURCE_ATTRIBUTES: 'service.instance.id=a' };
    const mapping = 'processors: {mapping: {resource_attributes: {service.instance.id: b}}}\n';
    const attributesOf = async (text: string) => {
      const { config, warnings } = await loaded(text, { env });
      assert.deepEqual(warnings, []);
      return { ...config.service.resourceAttributes };
    };
    assert.deepEqual(await attributesOf(file), { 'service.instance.id': 'a' });
    assert.deepEqual(await attributesOf(mapping + file), { 'service.instance.id': 'b' });
  });

  it('go where the command line says, each as far as that takes it', async () => {
    const all = 'logs: {exporters: [file]}, traces: {exporters: [otlp_grpc]}, metrics: {exporters: [otlp_grpc]}';
    assert.deepEqual(await shapeOfPipelines(all, { args: { endpoint: 'http://x' } }), [
      'logs: otlp_http',
      'traces: otlp_http',
      'metrics: otlp_http',
    ]);
    assert.deepEqual(await shapeOfPipelines(all, { args: { exporters: ['console'] } }), [
      'logs: console',
      'traces: console',
      'metrics: console',
    ]);
    const env = { OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://x' };
    assert.deepEqual(await shapeOfPipelines(all, { env, args: { exporters: ['otlp'] } }), ['logs: otlp_http']);
  });

  it('tell of an exporter that has addresses, but none for their signal', async () => {
    const file = (options: string, type = 'otlp_http') =>
      `exporters: {${type}: {${options}}}\nservice: {pipelines: {logs: {exporters: [${type}]}, traces: {exporters: [${type}]}}}\n`;
    const warnings = async (...sources: Parameters<typeof loaded>) => (await loaded(...sources)).warnings;
    assert.deepEqual(await warnings(file('logs_endpoint: "http://a/x"')), [
      'exporters.otlp_http has no address for traces, and sends them to http://localhost:4318.',
    ]);
    assert.deepEqual(await warnings(file('traces_endpoint: "http://a/x"')), [
      'exporters.otlp_http has no address for logs, and sends them to http://localhost:4318.',
    ]);
    const env = { OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://a', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
    assert.deepEqual(await warnings(file('', 'otlp_grpc'), { env }), [
      'exporters.otlp_grpc has no address for traces, and sends them to http://localhost:4317.',
    ]);
    assert.deepEqual(await warnings(file('logs_endpoint: "http://a/x"'), { args: { endpoint: 'http://b' } }), []);
    for (const right of ['', 'endpoint: "http://a"', 'logs_endpoint: "http://a/x", traces_endpoint: "http://b/x"']) {
      assert.deepEqual(await warnings(file(right)), [], right);
    }
  });

  it('share the processors that they have in common', async () => {
    const { config, warnings } = await loaded(
      `processors: {batch: {batch_size: 40000}}\n${EXPORTERS}service: {pipelines: {logs: {exporters: [console]}, traces: {exporters: [console]}}}\n`,
    );
    const [logs, traces] = config.pipelines;
    assert.equal(traces?.batch, logs?.batch);
    assert.equal(warnings.filter((warning) => warning.startsWith('batch_size')).length, 1, 'told once');
  });
});

describe('the name of a way out', () => {
  it('is the exporter’s in the pipeline for logs, and begins with the pipeline’s in others', () => {
    assert.equal(laneName('logs', 'otlp_http'), 'otlp_http');
    assert.equal(laneName('logs/b', 'otlp_http'), 'logs/b:otlp_http');
    assert.equal(laneName('traces', 'otlp_http'), 'traces:otlp_http');
    assert.equal(laneName('traces/b', 'otlp_http'), 'traces/b:otlp_http');
  });

  it('is one of its own', () => {
    const name = fc.constantFrom('', '/a', '/b', '/logs', '/traces', '/a/b');
    const pipeline = fc.tuple(fc.constantFrom('logs', 'traces'), name).map((parts) => parts.join(''));
    const exporter = fc.tuple(fc.constantFrom('otlp_http', 'console'), name).map((parts) => parts.join(''));
    fc.assert(
      fc.property(pipeline, exporter, pipeline, exporter, (p1, e1, p2, e2) => {
        assert.equal(laneName(p1, e1) === laneName(p2, e2), p1 === p2 && e1 === e2);
      }),
    );
  });
});
