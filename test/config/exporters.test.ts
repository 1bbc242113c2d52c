/** What an exporter is for each signal. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { CollectorConfig } from '../../src/config/collector-config.ts';
import { type ExporterConfig, SIGNALS } from '../../src/export/config.ts';
import { Secret } from '../../src/runtime/secret.ts';
import { loaded, problemsOf, shapeOf } from './support.ts';

const ALL = 'OTEL_EXPORTER_OTLP';
const ONE_EACH =
  'service: {pipelines: {logs: {exporters: [otlp_http]}, traces: {exporters: [otlp_http]}, metrics: {exporters: [otlp_http]}}}\n';

/** The first exporter of each signal. */
function exportersOf({ pipelines, metrics }: CollectorConfig): Record<string, ExporterConfig> {
  const found = [...pipelines, ...metrics].flatMap(({ name, exporters: [first] }) => (first ? [[name, first]] : []));
  return Object.fromEntries(found);
}

/** One option of each, with secrets revealed. */
function each(config: CollectorConfig, option: string): unknown[] {
  return Object.values(exportersOf(config)).map(({ options }) => {
    const value: unknown = Reflect.get(options, option);
    if (option !== 'headers') return value;
    return Object.entries(value ?? {}).map(([name, secret]) => [name, secret instanceof Secret && secret.reveal()]);
  });
}

describe('an exporter of several signals', () => {
  it('is one where nothing is said of one signal alone', async () => {
    const env = { [`${ALL}_ENDPOINT`]: 'http://a', [`${ALL}_HEADERS`]: 'k=v', [`${ALL}_TIMEOUT`]: '500' };
    for (const file of [undefined, `exporters: {otlp_http: }\n${ONE_EACH}`]) {
      const { logs, traces, metrics } = exportersOf((await loaded(file, { env })).config);
      assert.ok(logs !== undefined);
      assert.equal(traces, logs);
      assert.equal(metrics, logs);
    }
  });

  it('is one where signals differ in their addresses alone', async () => {
    const addresses = SIGNALS.map((signal) => [`${ALL}_${signal.toUpperCase()}_ENDPOINT`, `http://${signal}/x`]);
    const { config } = await loaded(undefined, { env: Object.fromEntries(addresses) });
    const { logs, traces, metrics } = exportersOf(config);
    assert.equal(traces, logs);
    assert.equal(metrics, logs);
    for (const signal of SIGNALS) {
      assert.deepEqual(each(config, `${signal}_endpoint`), Array(3).fill(`http://${signal}/x`));
    }
  });

  const rows: readonly (readonly [variable: string, all: string, own: string, option: string, values: unknown[]])[] = [
    ['TIMEOUT', '1000', '2000', 'timeout', [1000, 2000, 1000]],
    ['COMPRESSION', 'gzip', 'none', 'compression', ['gzip', 'none', 'gzip']],
    ['HEADERS', 'k=v', 'k=w', 'headers', [[['k', 'v']], [['k', 'w']], [['k', 'v']]]],
    ['PROTOCOL', 'http/protobuf', 'http/json', 'encoding', ['proto', 'json', 'proto']],
    [
      'CERTIFICATE',
      '/all.pem',
      '/own.pem',
      'tls',
      [{ ca_file: '/all.pem' }, { ca_file: '/own.pem' }, { ca_file: '/all.pem' }],
    ],
  ];
  for (const [variable, all, own, option, values] of rows) {
    it(`has each signal's own ${variable}`, async () => {
      const env = {
        [`${ALL}_ENDPOINT`]: 'http://a',
        [`${ALL}_${variable}`]: all,
        [`${ALL}_TRACES_${variable}`]: own,
      };
      for (const file of [undefined, `exporters: {otlp_http: }\n${ONE_EACH}`]) {
        const { config } = await loaded(file, { env });
        assert.deepEqual(each(config, option), values);
        assert.deepEqual(
          Object.values(exportersOf(config)).map(({ name }) => name),
          ['otlp_http', 'otlp_http/traces', 'otlp_http'],
        );
      }
    });
  }

  it('has over gRPC each signal’s own address, and TLS', async () => {
    const env = {
      [`${ALL}_PROTOCOL`]: 'grpc',
      [`${ALL}_ENDPOINT`]: 'http://a:1',
      [`${ALL}_TRACES_ENDPOINT`]: 'b:2',
      [`${ALL}_TRACES_INSECURE`]: 'true',
      [`${ALL}_METRICS_ENDPOINT`]: 'https://c',
    };
    const { config } = await loaded(undefined, { env });
    assert.deepEqual(each(config, 'endpoint'), ['http://a:1', 'b:2', 'https://c']);
    assert.deepEqual(each(config, 'tls'), [{}, { insecure: true }, {}]);
    assert.deepEqual(shapeOf(config), ['logs: otlp_grpc', 'traces: otlp_grpc/traces', 'metrics: otlp_grpc/metrics']);
  });

  it('may speak gRPC of one signal to an address that HTTP could not use', async () => {
    const env = {
      [`${ALL}_ENDPOINT`]: 'http://a:4318',
      [`${ALL}_TRACES_ENDPOINT`]: 'tempo:4317',
      [`${ALL}_TRACES_PROTOCOL`]: 'grpc',
    };
    const { config } = await loaded(undefined, { env });
    assert.deepEqual(each(config, 'endpoint'), ['http://a:4318', 'tempo:4317', 'http://a:4318']);
  });

  it('takes nothing of the environment for a signal that goes over another transport', async () => {
    const env = { [`${ALL}_HEADERS`]: 'k=v', [`${ALL}_TRACES_PROTOCOL`]: 'grpc' };
    const { config } = await loaded(`exporters: {otlp_http: }\n${ONE_EACH}`, { env });
    assert.deepEqual(each(config, 'headers'), [[['k', 'v']], [], [['k', 'v']]]);
  });

  it('takes nothing of the environment where it has an address of its own, for whichever signal', async () => {
    const env = { [`${ALL}_ENDPOINT`]: 'http://a', [`${ALL}_TRACES_HEADERS`]: 'k=v', [`${ALL}_HEADERS`]: 'k=v' };
    for (const address of ['endpoint', ...SIGNALS.map((signal) => `${signal}_endpoint`)]) {
      const { config } = await loaded(`exporters: {otlp_http: {${address}: "http://b"}}\n${ONE_EACH}`, { env });
      assert.deepEqual(each(config, 'headers'), [[], [], []], address);
    }
  });

  it('never has the name of another exporter of the file', async () => {
    const env = { [`${ALL}_TRACES_TIMEOUT`]: '500' };
    const { config } = await loaded(
      'exporters: {otlp_http: , otlp_http/traces: {endpoint: "http://b"}}\nservice: {pipelines: {traces: {exporters: [otlp_http, otlp_http/traces]}}}\n',
      { env },
    );
    assert.deepEqual(shapeOf(config), ['traces: otlp_http/traces/env otlp_http/traces']);
  });

  it('has its names whichever signals it is used for', async () => {
    const env = { [`${ALL}_TRACES_TIMEOUT`]: '500', [`${ALL}_METRICS_TIMEOUT`]: '600' };
    const file = (...signals: string[]) =>
      `exporters: {otlp_http: }\nservice: {pipelines: {${signals.map((signal) => `${signal}: {exporters: [otlp_http]}`).join()}}}`;
    const names = { logs: 'otlp_http', traces: 'otlp_http/traces', metrics: 'otlp_http/metrics' };
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...SIGNALS], { minLength: 1 }), async (signals) => {
        const exporters = exportersOf((await loaded(file(...signals), { env })).config);
        for (const signal of signals) assert.equal(exporters[signal]?.name, names[signal]);
      }),
      { numRuns: 15 },
    );
  });

  it('tells what is wrong with it once', async () => {
    const env = { [`${ALL}_TRACES_TIMEOUT`]: '500', [`${ALL}_METRICS_TIMEOUT`]: '600' };
    assert.deepEqual(await problemsOf(`exporters: {otlp_http: {encoding: xml}}\n${ONE_EACH}`, { env }), [
      'c.yaml:1:35: exporters.otlp_http.encoding: expected proto or json, got "xml".',
    ]);
  });
});
