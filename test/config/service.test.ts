import assert from 'node:assert/strict';
import { loaded } from './support.ts';

describe('where health, status and metrics can be read', () => {
  const listening = async (...sources: Parameters<typeof loaded>) => {
    const { config, warnings } = await loaded(...sources);
    return { listen: config.service.listen, warnings };
  };
  const file = (listen: string) => `service: {telemetry: {http: {listen: "${listen}"}}}\n`;

  it('is on this machine alone where nobody says anything', async () => {
    assert.deepEqual(await listening(), { listen: '127.0.0.1:9464', warnings: [] });
  });

  for (const address of ['127.0.0.1:80', '[::1]:9464', 'localhost:0', '127.8.9.1:1']) {
    it(`may be ${address}`, async () =>
      assert.deepEqual(await listening(file(address)), { listen: address, warnings: [] }));
  }

  for (const address of ['0.0.0.0:9464', '[::]:9464', '10.0.0.1:9464', 'node-1:9464']) {
    it(`may be ${address}, which is told`, async () =>
      assert.deepEqual(await listening(file(address)), {
        listen: address,
        warnings: [
          `Health, status and metrics can be read at ${address} by whoever reaches this machine: no password is asked for there.`,
        ],
      }));
  }

  it('is nowhere with none', async () => {
    assert.deepEqual(await listening(file('none')), { listen: undefined, warnings: [] });
  });

  it('is said by the command line before the file, and by that before the environment', async () => {
    const env = { DOCKER_EVENTS_OTEL_LISTEN: '127.0.0.1:1' };
    assert.equal((await listening(undefined, { env })).listen, '127.0.0.1:1');
    assert.equal((await listening(file('127.0.0.1:2'), { env })).listen, '127.0.0.1:2');
    const args = { listen: 'none' };
    assert.equal((await listening(file('127.0.0.1:2'), { env, args })).listen, undefined);
  });
});

describe('how often metrics are sent', () => {
  const interval = async (...sources: Parameters<typeof loaded>) =>
    (await loaded(...sources)).config.service.metricsIntervalMs;

  it('is said by the file before the environment, and else is a minute', async () => {
    assert.equal(await interval(), 60_000);
    const env = { OTEL_METRIC_EXPORT_INTERVAL: '15000' };
    assert.equal(await interval(undefined, { env }), 15_000);
    assert.equal(await interval('service: {telemetry: {metrics: {interval: 5s}}}\n', { env }), 5000);
  });
});

describe('the collector’s own log', () => {
  it('is sent nowhere where nobody asks for it', async () => {
    const { config } = await loaded('exporters: {otlp_http: }\n');
    assert.deepEqual(config.service.logExporters, []);
    assert.deepEqual(config.service.log, { level: 'info', format: 'auto' });
  });

  it('is sent by OTLP exporters of the file, which need be in no pipeline', async () => {
    const { config, warnings } = await loaded(
      'exporters: {console: , otlp_http/a: {endpoint: "http://a"}, otlp_grpc: {endpoint: "http://b"}}\nservice:\n  pipelines: {logs: {exporters: [console]}}\n  telemetry: {logs: {level: warn, exporters: [otlp_grpc, otlp_http/a, otlp_grpc]}}\n',
    );
    assert.deepEqual(
      config.service.logExporters.map(({ name, type }) => [name, type]),
      [
        ['otlp_grpc', 'otlp_grpc'],
        ['otlp_http/a', 'otlp_http'],
      ],
    );
    assert.deepEqual(config.service.log, { level: 'warn', format: 'auto' });
    assert.deepEqual(warnings, []);
  });

  it('is sent by the exporter that records go through where that is the same', async () => {
    const { config } = await loaded(
      'exporters: {otlp_http: }\nservice: {telemetry: {logs: {exporters: [otlp_http]}}}\n',
    );
    assert.equal(config.service.logExporters[0], config.pipelines[0]?.exporters[0]);
  });
});
