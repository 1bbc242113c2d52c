import assert from 'node:assert/strict';
import { needsRestart } from '../../src/collector/changes.ts';
import type { CollectorConfig } from '../../src/config/collector-config.ts';
import { loaded } from '../config/support.ts';

const FILE = `exporters: {otlp_http: {endpoint: "http://a:4318", headers: {authorization: one}}}
processors: {filter: {exclude: docker.action = top}, batch: {batch_size: 10}}
rules: {bundled: false}
`;

async function config(text = FILE): Promise<CollectorConfig> {
  return (await loaded(text)).config;
}

describe('a configuration that was changed', () => {
  it('needs no restart where nothing has changed, or what can be replaced', async () => {
    const before = await config();
    assert.equal(needsRestart(before, await config()), false);
    for (const [from, to] of [
      ['docker.action = top', 'docker.action = die'],
      ['{bundled: false}', '{bundled: true, matching: first}'],
      ['processors: {', 'processors: {redact: {enabled: false}, mapping: {views: [falco]}, '],
    ] as const) {
      assert.equal(needsRestart(before, await config(FILE.replace(from, to))), false, to);
    }
  });

  it('needs a restart where anything else has, a secret too', async () => {
    const before = await config();
    for (const [from, to] of [
      ['authorization: one', 'authorization: two'],
      ['a:4318', 'b:4318'],
      ['batch_size: 10', 'batch_size: 20'],
      ['rules:', 'receivers: {docker_events: {host: "tcp://a:2375"}}\nrules:'],
      ['rules:', 'service: {shutdown_timeout: 3s}\nrules:'],
      ['rules:', 'service: {telemetry: {logs: {exporters: [otlp_http]}}}\nrules:'],
      ['rules:', 'service: {telemetry: {metrics: {interval: 3s}}}\nrules:'],
      ['rules:', 'service: {telemetry: {http: {listen: none}}}\nrules:'],
    ] as const) {
      assert.equal(needsRestart(before, await config(FILE.replace(from, to))), true, to);
    }
  });

  it('needs a restart where a signal goes elsewhere, or is asked for', async () => {
    const of = (pipelines: string) => config(`${FILE}service: {pipelines: {${pipelines}}}\n`);
    const PIPELINES =
      'logs: {exporters: [otlp_http]}, traces: {exporters: [otlp_http]}, metrics: {exporters: [otlp_http]}';
    const before = await of(PIPELINES);
    assert.equal(needsRestart(before, await of(PIPELINES)), false);
    for (const [from, to] of [
      [', traces: {exporters: [otlp_http]}', ''],
      [', metrics: {exporters: [otlp_http]}', ''],
      ['traces: {', 'traces: {optional: true, '],
      ['metrics: {', 'metrics: {optional: true, '],
      ['metrics: {', 'metrics/b: {'],
    ] as const) {
      assert.equal(needsRestart(before, await of(PIPELINES.replace(from, to))), true, to);
    }
  });
});
