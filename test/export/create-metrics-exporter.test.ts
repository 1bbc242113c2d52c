import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { EXPORTER_SCHEMAS, type ExporterConfig } from '../../src/export/config.ts';
import type { ExporterSetup } from '../../src/export/create-exporter.ts';
import { createMetricsExporter } from '../../src/export/create-metrics-exporter.ts';
import { createMetricsSender, type MetricsTarget } from '../../src/export/metrics-sender.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { everyMetric } from '../metrics/every-metric.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { type OtlpSink, startOtlpSink } from '../support/otlp-sink.ts';
import { RecordingTelemetry } from '../support/recording-telemetry.ts';

const REPORT = { snapshot: everyMetric(), resource: { 'service.name': 'docker-events-otel' } };

const WIRES = {
  'http/protobuf': (endpoint: string) => http({ endpoint, compression: 'gzip' }),
  'http/json': (endpoint: string) => http({ endpoint, encoding: 'json' }),
  grpc: (endpoint: string): ExporterConfig => {
    return { name: 'otlp_grpc', type: 'otlp_grpc', options: EXPORTER_SCHEMAS.otlp_grpc.parse({ endpoint }) };
  },
} as const;

function http(written: Readonly<Record<string, unknown>>): ExporterConfig {
  return { name: 'otlp_http', type: 'otlp_http', options: EXPORTER_SCHEMAS.otlp_http.parse(written) };
}

function setupOf(stdout = new PassThrough(), isTerminal = false): ExporterSetup {
  return { clock: systemClock, terminal: { stdout, isTerminal, env: {} } };
}

async function targetOf(config: ExporterConfig, isImplied = false, setup = setupOf()): Promise<MetricsTarget> {
  const created = await createMetricsExporter(config, setup);
  if (!created.ok) throw new Error(created.problem.message);
  return { name: `metrics:${config.name}`, isImplied, ...created.value };
}

/** Sends once, as the collector does at its end. */
async function sendOnce(target: MetricsTarget, telemetry = new RecordingTelemetry()): Promise<RecordingTelemetry> {
  const parts = { targets: [target], intervalMs: 60_000, collect: () => REPORT, clock: new FakeClock(), telemetry };
  const sender = createMetricsSender(parts);
  await sender.start();
  await sender.stop(new AbortController().signal);
  return telemetry;
}

for (const [wire, configOf] of Object.entries(WIRES)) {
  describe(`metrics over ${wire}`, () => {
    let sink: OtlpSink;
    const start = async (options: Partial<Parameters<typeof startOtlpSink>[0]> = {}) => {
      sink = await startOtlpSink({ kind: wire === 'grpc' ? 'grpc' : 'http', ...options });
    };
    afterEach(() => sink.stop());

    it('arrive as they were collected', async () => {
      await start();
      const telemetry = await sendOnce(await targetOf(configOf(sink.endpoint)));
      assert.deepEqual(sink.violations, []);
      assert.deepEqual(
        sink.metrics.map(({ name, points }) => [name, points.length]),
        REPORT.snapshot.metrics.map(({ definition, points }) => [definition.name, points.length]),
      );
      assert.deepEqual(telemetry.happenings, []);
      assert.deepEqual(
        telemetry.measured.map(({ of }) => of),
        [{ part: wire === 'grpc' ? 'metrics:otlp_grpc' : 'metrics:otlp_http' }],
      );
    });

    it('say what the backend rejected of them', async () => {
      await start({ faults: [{ partialSuccess: 2, message: 'too old' }] });
      const telemetry = await sendOnce(await targetOf(configOf(sink.endpoint)));
      assert.match(telemetry.happenings[0]?.message ?? '', /rejected 2 points of the metrics: too old\.$/);
    });

    it('are given up where the backend has none and nobody asked for them', async () => {
      await start({ signals: ['logs'] });
      const telemetry = await sendOnce(await targetOf(configOf(sink.endpoint), true));
      assert.deepEqual(
        telemetry.happenings.map(({ name }) => name),
        ['export.metrics_off'],
      );
      const named = await sendOnce(await targetOf(configOf(sink.endpoint), false));
      assert.deepEqual(
        named.happenings.map(({ name }) => name),
        ['export.metrics_not_sent'],
      );
    });

    it('are told as not sent where nobody listens', async () => {
      await start();
      await sink.refuse();
      const telemetry = await sendOnce(await targetOf(configOf(sink.endpoint)));
      assert.match(telemetry.happenings[0]?.message ?? '', /could not be sent by metrics:otlp_.*Nothing is lost/);
    });

    it('do not hold up an end where the backend hangs', async () => {
      await start({ faults: ['hang'] });
      const target = await targetOf(configOf(sink.endpoint));
      const clock = new FakeClock();
      const telemetry = new RecordingTelemetry();
      const sender = createMetricsSender({
        targets: [target],
        intervalMs: 1000,
        collect: () => REPORT,
        clock,
        telemetry,
      });
      await sender.start();
      const stopped = sender.stop(new AbortController().signal);
      await sink.waitForRequests(1);
      clock.advance(2000);
      await stopped;
      await setImmediate();
      assert.equal(clock.pending, 0);
    });
  });
}

describe('metrics on this terminal', () => {
  const terminal: ExporterConfig = { name: 'console', type: 'console', options: EXPORTER_SCHEMAS.console.parse({}) };
  /** One report, as it is written. */
  const written = async (isTerminal: boolean) => {
    const stdout = new PassThrough();
    const target = await targetOf(terminal, false, setupOf(stdout, isTerminal));
    const telemetry = await sendOnce(target);
    assert.deepEqual(telemetry.happenings, []);
    return { destination: target.destination, lines: String(stdout.read()).split('\n') };
  };

  it('are lines for a person', async () => {
    const { destination, lines } = await written(true);
    assert.equal(destination, 'this output (lines)');
    assert.equal(lines.pop(), '');
    assert.ok(lines.length > 20);
    for (const line of lines)
      assert.match(stripVTControlCharacters(line), / {2}(COUNT|GAUGE|HIST ) {2}\w+(\.\w+)+ +\d/);
  });

  it('are an object for each metric where nobody looks on', async () => {
    const { destination, lines } = await written(false);
    assert.equal(destination, 'this output (JSON lines)');
    assert.equal(lines.pop(), '');
    assert.deepEqual(
      lines.map((line) => Reflect.get(JSON.parse(line), 'metric')),
      REPORT.snapshot.metrics.map(({ definition }) => definition.name),
    );
  });
});

describe('createMetricsExporter', () => {
  it('says where they go, by the address of their own where there is one', async () => {
    const destination = async (config: ExporterConfig) => {
      const created = await createMetricsExporter(config, setupOf());
      assert.ok(created.ok);
      await created.value.exporter.shutdown();
      return created.value.destination;
    };
    const endpoint = 'http://localhost:4318/otlp';
    assert.equal(await destination(http({ endpoint })), `${endpoint}/v1/metrics (OTLP, http/protobuf)`);
    const own = 'http://localhost:9090/api/v1/otlp/v1/metrics';
    assert.equal(await destination(http({ endpoint, metrics_endpoint: own })), `${own} (OTLP, http/protobuf)`);
  });

  it('calls back where a report cannot be put into words', async () => {
    const created = await createMetricsExporter(http({}), setupOf());
    assert.ok(created.ok);
    const { exporter } = created.value;
    const snapshot = {
      ...REPORT.snapshot,
      get metrics(): never {
        throw new Error('no words for it');
      },
    };
    const report = { ...REPORT, snapshot };
    const result = await new Promise<unknown>((resolve) => exporter.export([report], resolve));
    assert.match(JSON.stringify(result), /exporter_threw/);
    await exporter.shutdown();
  });

  it('refuses what cannot send metrics, and says what can', async () => {
    const config: ExporterConfig = { name: 'file', type: 'file', options: EXPORTER_SCHEMAS.file.parse({ path: '/x' }) };
    const created = await createMetricsExporter(config, setupOf());
    assert.ok(!created.ok);
    assert.match(
      created.problem.message,
      /^exporters\.file cannot send metrics: only otlp_http, otlp_grpc and console can\./,
    );
  });
});
