import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { type AttemptOutcome, DELIVERED, type Exporter, resultOf } from '../../src/export/exporter.ts';
import { createMetricsSender, type MetricsTarget } from '../../src/export/metrics-sender.ts';
import type { ExportResult } from '../../src/export/otel.ts';
import type { MetricsReport } from '../../src/model/metric.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { RecordingTelemetry } from '../support/recording-telemetry.ts';

const BUSY: AttemptOutcome = { kind: 'retry', reason: '503', detail: 'HTTP 503', retryAfterMs: undefined };
const NO_SUCH_PATH: AttemptOutcome = {
  kind: 'misconfigured',
  reason: '404',
  detail: 'HTTP 404',
  advice: 'Check its path',
  retryAfterMs: undefined,
};

/** Answers when a test says so, or at once where it was told how. */
class HeldExporter implements Exporter<MetricsReport> {
  readonly tries: { readonly report: MetricsReport; readonly signal: AbortSignal; done(result: ExportResult): void }[] =
    [];
  always: AttemptOutcome | undefined;
  isShut = false;

  export(reports: MetricsReport[], done: (result: ExportResult) => void, signal: AbortSignal): void {
    const [report] = reports;
    assert.ok(report !== undefined && reports.length === 1);
    this.tries.push({ report, done, signal });
    if (this.always !== undefined) done(resultOf(this.always));
  }

  async answer(index: number, outcome: AttemptOutcome): Promise<void> {
    this.tries[index]?.done(resultOf(outcome));
    await setImmediate();
  }

  async shutdown(): Promise<void> {
    this.isShut = true;
  }
}

function setUp(parts: Partial<MetricsTarget> = {}, others: readonly MetricsTarget[] = []) {
  const clock = new FakeClock();
  const telemetry = new RecordingTelemetry();
  const exporter = new HeldExporter();
  let collected = 0;
  const collect = (): MetricsReport => {
    collected += 1;
    return { snapshot: { startedAt: [0, 0], at: [collected, 0], metrics: [] }, resource: {} };
  };
  const target = {
    name: 'metrics:otlp_http',
    isImplied: false,
    destination: 'there',
    exporter,
    timeoutMs: 10_000,
    ...parts,
  };
  const sender = createMetricsSender({ targets: [target, ...others], intervalMs: 60_000, collect, clock, telemetry });
  const pass = async (millis: number) => {
    clock.advance(millis);
    await setImmediate();
  };
  const reports = () => exporter.tries.map(({ report }) => report.snapshot.at[0]);
  return { sender, exporter, clock, telemetry, pass, reports, never: new AbortController().signal };
}

describe('the sender of metrics', () => {
  it('sends what was collected after every interval, and not before', async () => {
    const { sender, exporter, pass, reports } = setUp();
    exporter.always = DELIVERED;
    await sender.start();
    await pass(59_999);
    assert.deepEqual(reports(), []);
    await pass(1);
    await pass(60_000);
    assert.deepEqual(reports(), [1, 2]);
  });

  it('sends the same report to all, and waits for none of them', async () => {
    const other = new HeldExporter();
    const second = {
      name: 'metrics:otlp_grpc',
      isImplied: false,
      destination: 'elsewhere',
      exporter: other,
      timeoutMs: 10_000,
    };
    const { sender, exporter, pass, reports } = setUp({}, [second]);
    other.always = DELIVERED;
    await sender.start();
    await pass(60_000);
    await pass(10_000);
    await pass(50_000);
    assert.equal(exporter.tries[0]?.report, other.tries[0]?.report);
    assert.deepEqual([reports().length, other.tries.length], [2, 2]);
  });

  it('never has two attempts at once', async () => {
    const { sender, exporter, pass, reports } = setUp({ timeoutMs: 150_000 });
    await sender.start();
    await pass(120_000);
    assert.deepEqual(reports(), [1]);
    await exporter.answer(0, DELIVERED);
    await pass(60_000);
    assert.deepEqual(reports(), [1, 3]);
  });

  it('sends before its time where it is told to, unless a report is on its way', async () => {
    const { sender, exporter, pass, reports } = setUp();
    await sender.start();
    sender.sendNow();
    sender.sendNow();
    assert.deepEqual(reports(), [1]);
    await exporter.answer(0, DELIVERED);
    await pass(60_000);
    assert.deepEqual(reports(), [1, 3]);
  });

  it('gives an attempt up at its deadline', async () => {
    const { sender, exporter, pass, telemetry } = setUp();
    await sender.start();
    await pass(69_999);
    assert.equal(exporter.tries[0]?.signal.aborted, false);
    await pass(1);
    assert.equal(exporter.tries[0]?.signal.aborted, true);
    assert.match(telemetry.happenings[0]?.message ?? '', /there was no answer within 10 s/);
    await exporter.answer(0, DELIVERED);
    await pass(50_000);
    assert.equal(telemetry.happenings.length, 1, 'what comes too late says nothing');
    assert.equal(exporter.tries.length, 2);
  });

  it('tries nothing again before the next interval, and tells a trouble once', async () => {
    const { sender, exporter, pass, telemetry, reports } = setUp();
    exporter.always = BUSY;
    await sender.start();
    for (let round = 0; round < 3; round += 1) await pass(60_000);
    assert.deepEqual(reports(), [1, 2, 3]);
    assert.deepEqual(
      telemetry.happenings.map(({ name, level }) => [name, level]),
      [
        ['export.metrics_not_sent', 'warn'],
        ['export.metrics_still_not_sent', 'debug'],
        ['export.metrics_still_not_sent', 'debug'],
      ],
    );
    exporter.always = DELIVERED;
    await pass(60_000);
    await pass(60_000);
    assert.equal(telemetry.happenings.length, 4);
    assert.match(telemetry.happenings[3]?.message ?? '', /sent by metrics:otlp_http again, after 3 failed tries/);
  });

  it('tells another trouble at once, and the same one again after an hour', async () => {
    const { sender, exporter, pass, telemetry } = setUp();
    exporter.always = BUSY;
    await sender.start();
    await pass(60_000);
    exporter.always = NO_SUCH_PATH;
    for (let round = 2; round <= 60; round += 1) await pass(60_000);
    const told = telemetry.named('export.metrics_not_sent').map(({ message }) => message);
    assert.equal(told.length, 3);
    assert.match(
      told[1] ?? '',
      /HTTP 404\. Check that it takes metrics, and its endpoint, its protocol and its path\. Nothing is lost/,
    );
  });

  it('waits for as long as the backend asks it to', async () => {
    const { sender, exporter, pass, reports } = setUp();
    exporter.always = { ...BUSY, retryAfterMs: 100_000 };
    await sender.start();
    await pass(60_000);
    exporter.always = DELIVERED;
    await pass(60_000);
    assert.deepEqual(reports(), [1]);
    await pass(60_000);
    assert.deepEqual(reports(), [1, 3]);
  });

  it('measures how long attempts take, those that failed apart', async () => {
    const { sender, exporter, pass, telemetry } = setUp();
    await sender.start();
    await pass(60_250);
    await exporter.answer(0, DELIVERED);
    await pass(60_000);
    await exporter.answer(1, BUSY);
    assert.deepEqual(telemetry.measured, [
      { measure: 'export_duration', value: 0.25, of: { part: 'metrics:otlp_http' } },
      { measure: 'export_duration', value: 0.25, of: { part: 'metrics:otlp_http', reason: '503' } },
    ]);
  });

  it('stops sending where nobody asked for it and the backend has no metrics, and says so once', async () => {
    const { sender, exporter, pass, telemetry, reports, never } = setUp({ isImplied: true });
    exporter.always = NO_SUCH_PATH;
    await sender.start();
    await pass(60_000);
    await pass(60_000);
    await sender.stop(never);
    assert.deepEqual(reports(), [1]);
    assert.equal(telemetry.happenings.length, 1);
    assert.match(telemetry.happenings[0]?.message ?? '', /does not take metrics: HTTP 404.*OTEL_METRICS_EXPORTER=none/);
    assert.equal(exporter.isShut, true);
  });

  it('goes on where somebody asked for it by name, or the backend was only busy', async () => {
    const named = setUp({ isImplied: false });
    named.exporter.always = NO_SUCH_PATH;
    await named.sender.start();
    const busy = setUp({ isImplied: true });
    busy.exporter.always = BUSY;
    await busy.sender.start();
    for (const { pass, reports } of [named, busy]) {
      await pass(60_000);
      await pass(60_000);
      assert.deepEqual(reports(), [1, 2]);
    }
  });

  it('says of each exporter how it is, since when and why', async () => {
    const { sender, exporter, pass, clock } = setUp();
    const stateAt = () => sender.states()[0];
    const well = { name: 'metrics:otlp_http', destination: 'there', state: 'delivering', trouble: undefined } as const;
    assert.deepEqual(stateAt(), { ...well, lastDelivered: undefined });
    exporter.always = BUSY;
    await sender.start();
    await pass(60_000);
    const since = clock.now();
    await pass(60_000);
    assert.deepEqual(stateAt(), {
      ...well,
      state: 'failing',
      trouble: {
        message: 'Metrics could not be sent: HTTP 503. Nothing is lost by it: the next report holds all counts.',
        since,
      },
      lastDelivered: undefined,
    });
    exporter.always = DELIVERED;
    await pass(60_000);
    assert.deepEqual(stateAt(), { ...well, lastDelivered: clock.now() });
  });

  it('says of an exporter that is off why it is', async () => {
    const { sender, exporter, pass, clock } = setUp({ isImplied: true });
    exporter.always = NO_SUCH_PATH;
    await sender.start();
    await pass(60_000);
    const [state] = sender.states();
    const trouble = { message: 'The backend does not take metrics: HTTP 404.', since: clock.now() };
    assert.deepEqual([state?.state, state?.trouble], ['off', trouble]);
  });

  it('tells what a backend has rejected, and its warnings', async () => {
    const { sender, exporter, pass, telemetry } = setUp();
    exporter.always = { kind: 'delivered', rejected: 2, detail: 'too old' };
    await sender.start();
    await pass(60_000);
    exporter.always = { kind: 'delivered', rejected: 0, detail: 'use less' };
    await pass(60_000);
    const [rejected, warned] = telemetry.named('export.metrics_partly_rejected');
    assert.match(rejected?.message ?? '', /rejected 2 points of the metrics: too old\.$/);
    assert.match(warned?.message ?? '', /took all metrics, with a warning: use less\.$/);
  });

  it('sends in halves what is too large, and tells only of a metric that is too large by itself', async () => {
    const metrics = ['a', 'b', 'c'].map((name) => ({
      definition: { name, kind: 'counter', unit: '{x}', description: 'Some.', attributes: [] } as const,
      points: [],
    }));
    const clock = new FakeClock();
    const telemetry = new RecordingTelemetry();
    const exporter = new HeldExporter();
    const sent: string[] = [];
    exporter.export = ([report], done) => {
      const names = report?.snapshot.metrics.map(({ definition }) => definition.name) ?? [];
      sent.push(names.join(''));
      const isTooLarge = names.length > 1 || names[0] === 'b';
      done(resultOf(isTooLarge ? { kind: 'split', reason: '413', detail: 'HTTP 413' } : DELIVERED));
    };
    const sender = createMetricsSender({
      targets: [{ name: 'metrics:otlp_http', isImplied: false, destination: 'there', exporter, timeoutMs: 10_000 }],
      intervalMs: 60_000,
      collect: () => ({ snapshot: { startedAt: [0, 0], at: [1, 0], metrics }, resource: {} }),
      clock,
      telemetry,
    });
    await sender.start();
    clock.advance(60_000);
    await setImmediate();
    assert.deepEqual(sent, ['abc', 'a', 'bc', 'b', 'c']);
    await sender.stop(new AbortController().signal);
    assert.deepEqual(
      telemetry.happenings.map(({ name }) => name),
      ['export.metrics_not_sent', 'export.metrics_still_not_sent'],
    );
    assert.deepEqual(
      sender.states().map(({ state, lastDelivered }) => [state, lastDelivered]),
      [['delivering', clock.now()]],
    );
  });

  it('is failing where the backend refuses every metric, until it takes one', async () => {
    const { sender, exporter, pass, clock } = setUp();
    exporter.always = { kind: 'split', reason: '400', detail: 'HTTP 400' };
    await sender.start();
    await pass(60_000);
    const since = clock.now();
    await pass(60_000);
    const [state] = sender.states();
    assert.deepEqual([state?.state, state?.trouble?.since, state?.lastDelivered], ['failing', since, undefined]);
    assert.match(state?.trouble?.message ?? '', /^Metrics could not be sent: HTTP 400\./);
    exporter.always = DELIVERED;
    await pass(60_000);
    assert.deepEqual(sender.states()[0]?.state, 'delivering');
    assert.equal(sender.states()[0]?.trouble, undefined);
  });

  it('leaves the second half where the first one failed', async () => {
    const definition = { name: 'a', kind: 'counter', unit: '{x}', description: 'Some.', attributes: [] } as const;
    const { exporter, telemetry, clock } = setUp();
    const outcomes: AttemptOutcome[] = [{ kind: 'split', detail: 'HTTP 413' }, BUSY];
    let tries = 0;
    exporter.export = (_, done) => {
      tries += 1;
      done(resultOf(outcomes.shift() ?? DELIVERED));
    };
    const metrics = [1, 2].map(() => ({ definition, points: [] }));
    const sender = createMetricsSender({
      targets: [{ name: 'metrics:otlp_http', isImplied: false, destination: 'there', exporter, timeoutMs: 10_000 }],
      intervalMs: 60_000,
      collect: () => ({ snapshot: { startedAt: [0, 0], at: [1, 0], metrics }, resource: {} }),
      clock,
      telemetry,
    });
    await sender.start();
    await sender.stop(new AbortController().signal);
    assert.equal(tries, 2);
  });

  it('tells what could not be put together or written, and goes on', async () => {
    const { sender, exporter, pass, telemetry } = setUp();
    exporter.export = () => {
      throw new Error('no words for it');
    };
    await sender.start();
    await pass(60_000);
    assert.match(telemetry.happenings[0]?.message ?? '', /no words for it/);

    const clock = new FakeClock();
    const broken = createMetricsSender({
      targets: [],
      intervalMs: 1000,
      collect: () => {
        throw new Error('no status');
      },
      clock,
      telemetry,
    });
    await broken.start();
    clock.advance(2000);
    assert.equal(telemetry.named('export.metrics_not_collected').length, 2);
    await broken.stop(new AbortController().signal);
    assert.equal(clock.pending, 0);
  });

  describe('when it stops', () => {
    it('sends the final numbers, closes its exporters, and waits for nothing more', async () => {
      const { sender, exporter, clock, reports, never } = setUp();
      exporter.always = DELIVERED;
      await sender.start();
      await sender.stop(never);
      await sender.stop(never);
      assert.deepEqual(reports(), [1]);
      assert.equal(exporter.isShut, true);
      assert.equal(clock.pending, 0);
    });

    it('sends nothing where it was never started', async () => {
      const { sender, exporter, reports, never } = setUp();
      await sender.stop(never);
      assert.deepEqual(reports(), []);
      assert.equal(exporter.isShut, true);
    });

    it('sends them after the attempt that still goes on', async () => {
      const { sender, exporter, pass, reports, never } = setUp();
      await sender.start();
      await pass(60_000);
      const stopped = sender.stop(never);
      await setImmediate();
      assert.deepEqual(reports(), [1]);
      exporter.always = DELIVERED;
      await exporter.answer(0, DELIVERED);
      await stopped;
      assert.deepEqual(reports(), [1, 2]);
    });

    it('waits two seconds for a backend that hangs', async () => {
      const { sender, exporter, pass, clock, never } = setUp();
      await sender.start();
      const stopped = sender.stop(never);
      await pass(1999);
      assert.equal(exporter.tries[0]?.signal.aborted, false);
      await pass(1);
      await stopped;
      assert.equal(exporter.tries[0]?.signal.aborted, true);
      assert.equal(clock.pending, 0);
    });

    it('is over at the deadline, whatever goes on', async () => {
      const { sender, exporter, pass, reports, clock } = setUp();
      await sender.start();
      await pass(60_000);
      const limit = new AbortController();
      const stopped = sender.stop(limit.signal);
      limit.abort();
      await stopped;
      assert.deepEqual(reports(), [1]);
      assert.equal(exporter.tries[0]?.signal.aborted, true);
      assert.equal(clock.pending, 0);

      const late = setUp();
      await late.sender.start();
      await late.sender.stop(AbortSignal.abort());
      assert.deepEqual(late.reports(), []);
    });
  });
});
