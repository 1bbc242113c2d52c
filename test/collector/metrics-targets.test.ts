import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { metricsTargetsOf } from '../../src/collector/metrics-targets.ts';
import { loaded } from '../config/support.ts';
import { FakeClock } from '../support/fake-clock.ts';

async function waysOf(text: string) {
  const terminal = { stdout: new PassThrough(), isTerminal: false, env: {} };
  return metricsTargetsOf((await loaded(text)).config, { clock: new FakeClock(), terminal });
}

describe('where metrics are sent', () => {
  it('is each exporter of each pipeline, by a name that no other has', async () => {
    const ways =
      await waysOf(`exporters: {otlp_http: {endpoint: "http://a:4318", timeout: 3s}, otlp_http/b: {endpoint: "http://b:4318"}}
service: {pipelines: {logs: {exporters: [otlp_http]}, metrics: {exporters: [otlp_http, otlp_http/b]}, metrics/more: {exporters: [otlp_http]}}}
`);
    assert.ok(ways.ok);
    assert.deepEqual(
      ways.value.map(({ name, isImplied, destination, timeoutMs }) => [name, isImplied, destination, timeoutMs]),
      [
        ['metrics:otlp_http', false, 'http://a:4318/v1/metrics (OTLP, http/protobuf)', 3000],
        ['metrics:otlp_http/b', false, 'http://b:4318/v1/metrics (OTLP, http/protobuf)', 10_000],
        ['metrics/more:otlp_http', false, 'http://a:4318/v1/metrics (OTLP, http/protobuf)', 3000],
      ],
    );
    await Promise.all(ways.value.map(({ exporter }) => exporter.shutdown()));
  });

  it('is nowhere, with the reason, where one of them cannot be made', async () => {
    const ways = await waysOf(`exporters: {otlp_http: {endpoint: "https://a:4318", tls: {ca_file: /nowhere/ca.pem}}}
service: {pipelines: {logs: {exporters: [otlp_http]}, metrics: {exporters: [otlp_http]}}}
`);
    assert.equal(ways.ok, false);
    assert.match(ways.ok ? '' : ways.problem.message, /\/nowhere\/ca\.pem/);
  });
});
