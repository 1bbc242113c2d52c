import assert from 'node:assert/strict';
import { printConfig } from '../../src/config/effective.ts';
import { propertiesOf, schemaOf } from '../../src/config/json-schema.ts';
import { receiverSchema } from '../../src/config/schemas.ts';
import { batchSchema, EXPORTER_SCHEMAS } from '../../src/export/config.ts';
import { storageSchema } from '../../src/journal/config.ts';
import { loaded, problemsOf, type Sources } from './support.ts';

const FILE = `
receivers: {docker_events: {host: "tcp://engine:2375"}}
processors: {mapping: {resource_attributes: {timeout: 10000}}, mapping/b: {views: [falco]}}
exporters:
  otlp_http: {endpoint: "http://backend:4318", headers: {authorization: Bearer s3cret}, logs_endpoint: "http://backend:4318/in?key=hunter2", traces_endpoint: "http://t/?key=hunter2"}
  console:
service:
  pipelines:
    logs: {exporters: [otlp_http]}
    logs/b: {processors: [mapping/b], exporters: [otlp_http, console]}
`;

describe('the configuration in effect', () => {
  it('shows no secret', async () => {
    const { config } = await loaded(FILE);
    const text = await printConfig(config);
    assert.doesNotMatch(text, /s3cret|hunter2/);
    assert.match(text, /authorization: "\[REDACTED\]"/);
    assert.match(text, /logs_endpoint: http:\/\/backend:4318\/in\?\[masked\]\n/);
    assert.match(text, /traces_endpoint: http:\/\/t\/\?\[masked\]\n/);
  });

  it('writes durations and sizes as people do, and what people named as it is', async () => {
    const text = await printConfig((await loaded(FILE)).config);
    assert.match(text, /ping_interval: 30s\n/);
    assert.match(text, /reconnect_initial: 250ms\n/);
    assert.match(text, /max_line_size: 16MiB\n/);
    assert.match(text, /flush_interval: 1s\n/);
    assert.match(text, / {4}timeout: 10s\n/);
    assert.match(text, /retry:\n {6}initial_interval: 1s\n {6}max_interval: 30s\n/);
    assert.match(text, /shutdown_timeout: 10s\n/);
    assert.match(text, /resource_attributes:\n {6}timeout: 10000\n/);
  });

  it('is a file that comes down to the same', async () => {
    const { config } = await loaded('exporters: {console: , file: {path: /x}}\n');
    const again = await loaded(await printConfig(config));
    assert.deepEqual(again.config, config);
    assert.deepEqual(again.warnings, []);
  });

  it('is a file that comes down to the same with several receivers and a storage', async () => {
    const { config } = await loaded(
      'receivers: {docker_events: {EventQueueSize: 20}, docker_events/b: {host: "tcp://b:1", event_queue_size: 30, ping_interval: 5s}}\nexporters: {console: }\nstorage: {directory: /state, max_age: 90m, history: 0}\nservice:\n  pipelines:\n    logs: {exporters: [console]}\n    logs/b: {receivers: [docker_events/b], exporters: [console]}\n',
    );
    const text = await printConfig(config);
    const again = await loaded(text);
    assert.deepEqual(again.config, config);
    assert.deepEqual(again.warnings, []);
    assert.match(text, / {2}docker_events\/b:\n {4}host: tcp:\/\/b:1\n/);
    assert.match(text, /\nstorage:\n {2}max_size: 1GiB\n {2}max_age: 90m\n {2}history: 0\n {2}directory: \/state\n/);
  });

  const SAME: readonly (readonly [what: string, file: string | undefined, sources: Sources])[] = [
    ['pipelines that nobody wrote', 'exporters: {otlp_http: {endpoint: "http://a"}, console: }\n', {}],
    [
      'pipelines of all signals, some optional',
      'processors: {mapping/b: {views: [falco]}}\nexporters: {otlp_http: {endpoint: "http://a", metrics_endpoint: "http://m/in"}, otlp_grpc/b: {endpoint: "b:1"}, file: {path: x}}\nservice:\n  pipelines:\n    logs/traces: {processors: [mapping/b], exporters: [file]}\n    traces: {exporters: [otlp_http, file]}\n    traces/b: {processors: [mapping/b], exporters: [otlp_grpc/b], optional: true}\n    metrics: {exporters: [otlp_http]}\n    metrics/b: {exporters: [otlp_grpc/b], optional: true}\n',
      {},
    ],
    [
      'what the collector tells of itself',
      'exporters: {otlp_http: {endpoint: "http://a"}, otlp_http/own: {endpoint: "http://b"}}\nservice:\n  pipelines: {metrics: {exporters: [otlp_http]}}\n  telemetry: {logs: {exporters: [otlp_http/own]}, metrics: {interval: 90s}, http: {listen: "[::1]:0"}}\n',
      {},
    ],
    ['an address that nobody listens at', 'exporters: {console: }\n', { args: { listen: 'none' } }],
    [
      'exporters that the environment has for each signal',
      undefined,
      {
        env: {
          OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a',
          OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://m',
          OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '500',
          OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'grpc',
        },
      },
    ],
  ];
  for (const [what, file, sources] of SAME) {
    it(`is a file that comes down to the same with ${what}`, async () => {
      const { config } = await loaded(file, sources);
      const again = await loaded(await printConfig(config));
      assert.deepEqual(again.config, config);
      assert.deepEqual(again.warnings, []);
    });
  }

  it('shows the pipelines that nobody wrote, and what is told of the collector', async () => {
    const text = await printConfig((await loaded('exporters: {otlp_http: , console: }\n')).config);
    const traces =
      ' {4}traces:\\n {6}receivers:\\n {8}- docker_events\\n {6}processors:\\n {8}- filter\\n {8}- redact\\n {8}- mapping\\n {8}- attributes\\n {8}- batch\\n';
    const end = ' {6}exporters:\\n {8}- otlp_http\\n {6}optional: true\\n';
    assert.match(text, new RegExp(`${traces}${end} {4}metrics:\\n${end}`));
    assert.match(
      text,
      / {2}telemetry:\n {4}logs:\n {6}level: info\n {6}format: auto\n {6}exporters: \[\]\n {4}metrics:\n {6}interval: 1m\n {4}http:\n {6}listen: 127\.0\.0\.1:9464\n/,
    );
  });

  it('shows every default as it is documented', async () => {
    const text = await printConfig(
      (await loaded('exporters: {otlp_http: , otlp_grpc: , console: }\n', { args: { storage: '/x' } })).config,
    );
    for (const schema of [receiverSchema, batchSchema, storageSchema, EXPORTER_SCHEMAS.otlp_http]) {
      for (const [name, { default: usual }] of Object.entries(propertiesOf(schemaOf(schema)))) {
        if (typeof usual === 'string') assert.ok(text.includes(` ${name}: ${usual}\n`), `${name}: ${usual}\n${text}`);
      }
    }
  });

  it('shows each exporter and each processor once, and each pipeline with what is in it', async () => {
    const { config } = await loaded(FILE);
    const text = await printConfig(config);
    assert.equal(text.match(/^ {2}otlp_http:$/gm)?.length, 1);
    assert.match(
      text,
      / {4}logs\/b:\n {6}receivers:\n {8}- docker_events\n {6}processors:\n {8}- filter\n {8}- redact\n {8}- mapping\/logs\/b\n {8}- attributes\n {8}- batch\n {6}exporters:\n {8}- otlp_http\n {8}- console\n/,
    );
  });

  it('is no file with secrets, and says so where it is used as one', async () => {
    const { config } = await loaded(FILE);
    const problems = await problemsOf(await printConfig(config));
    assert.equal(problems.length, 1);
    assert.match(
      problems[0] ?? '',
      /exporters\.otlp_http\.headers\.authorization: expected the value itself; the command "config" shows "\[REDACTED\]" in its place, got a value that is not shown\.$/,
    );
  });
});
