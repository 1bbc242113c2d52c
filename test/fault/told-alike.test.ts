/** Whoever asks how a collector is gets the same answer, by whatever way, while everything around it goes wrong. */
import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { Folder, type TestWorld, testWorld } from '../commands/test-world.ts';
import { eventLine } from '../support/events.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { type OtlpSink, startOtlpSink } from '../support/otlp-sink.ts';
import { type ToldStatus, Watcher } from '../support/watcher.ts';

describe('status, /readyz and the metrics', () => {
  let engine: FakeEngine;
  let sink: OtlpSink;
  let folder: Folder;
  let world: TestWorld;
  let code: Promise<number>;
  let watcher: Watcher;
  let events: number;

  beforeEach(async () => {
    engine = await FakeEngine.start();
    engine.serveRing();
    sink = await startOtlpSink({ kind: 'http' });
    folder = await Folder.make();
    events = 0;
  });
  afterEach(async () => {
    world.signal('SIGTERM');
    // A stop waits for answers as long as it may.
    while ((await Promise.race([code, setImmediate()])) === undefined) world.clock.advance(50);
    await engine.stop();
    await sink.stop();
    await folder.remove();
  });

  async function start(env: Readonly<Record<string, string>> = {}): Promise<void> {
    world = testWorld({
      DOCKER_HOST: engine.host,
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.endpoint,
      OTEL_METRICS_EXPORTER: 'none',
      DOCKER_EVENTS_OTEL_LISTEN: '127.0.0.1:0',
      DOCKER_EVENTS_OTEL_STORAGE: folder.path,
      ...env,
    });
    code = world.program('run', '--log-format', 'text');
    await world.stderr.has(/metrics are at/);
    const address = /metrics are at http:\/\/(\S+)\//.exec(world.stderr.text)?.[1] ?? '';
    watcher = new Watcher(address, () => world.clock.advance(50));
  }

  /** A container that runs for a moment: three records and two spans. */
  function publishRun(): void {
    for (const action of ['create', 'start', 'die']) {
      events += 1;
      const timeNano = `1795262400${String(events * 1000).padStart(9, '0')}`;
      const attributes = { image: 'busybox:local', name: 'web', ...(action === 'die' ? { exitCode: '0' } : {}) };
      engine.publish(eventLine({ action, id: `c${Math.ceil(events / 3)}`, attributes, timeNano }));
    }
  }

  const isWell = ({ ready, exporters }: ToldStatus) => ready && exporters.every(({ waiting }) => waiting === 0);
  const isCutOff = ({ receivers }: ToldStatus) => receivers.some(({ connected }) => !connected);
  const isFailing = ({ exporters }: ToldStatus) => exporters.every(({ state }) => state === 'failing');
  /** So many runs have arrived, and nothing else. */
  const arrived = (runs: number) => (told: ToldStatus) =>
    isWell(told) && exportedOf(told).join() === `${3 * runs},${2 * runs}`;

  const exportedOf = ({ exporters }: ToldStatus) => exporters.map(({ exported }) => exported);

  it('agree while metrics cannot be sent, and can again', async () => {
    sink.answerAlways({ status: 401 });
    await start({ OTEL_METRICS_EXPORTER: 'otlp', OTEL_METRIC_EXPORT_INTERVAL: '1000' });
    const refused = await watcher.until('a report is refused', ({ metrics }) => metrics[0]?.state === 'failing');
    assert.match(
      refused.problems.join('\n'),
      /^Exporter metrics:otlp_http has not delivered to http:\S+\/v1\/metrics \(OTLP, http\/protobuf\) since .* Check the credentials/m,
    );
    sink.answerAlways('take');
    await watcher.until('a report is taken', ({ ready, metrics }) => ready && metrics[0]?.state === 'delivering');
  });

  it('agree while the engine is not there yet, is there, goes away and comes back', async () => {
    await engine.refuse();
    await start();
    const before = await watcher.until('it is not connected', isCutOff);
    assert.match(
      before.problems.join('\n'),
      /^Receiver docker_events has not been connected to unix:\S+ since .* There is no socket/,
    );
    await engine.listenAgain();
    publishRun();
    await watcher.until('the run has arrived', arrived(1));
    await engine.refuse();
    const away = await watcher.until('it is cut off', isCutOff);
    assert.equal(away.problems.length, 1);
    await engine.listenAgain();
    publishRun();
    await watcher.until('the second run has arrived', arrived(2));
  });

  it('agree while the backend refuses, is not there, and takes everything again', async () => {
    await start();
    publishRun();
    await watcher.until('the run has arrived', arrived(1));
    sink.answerAlways({ status: 503 });
    publishRun();
    const refused = await watcher.until('both signals are refused', isFailing);
    assert.deepEqual(
      refused.problems.map(
        (problem) => /^Exporter (\S+) has not delivered to http:\S+ .* since .* .*503/.exec(problem)?.[1],
      ),
      ['otlp_http', 'traces:otlp_http'],
    );
    await sink.refuse();
    publishRun();
    const isAway = ({ problems }: ToldStatus) => problems.every((problem) => problem.includes('ECONNREFUSED'));
    await watcher.until('the backend is not there', (told) => isFailing(told) && isAway(told));
    sink.answerAlways('take');
    await sink.listenAgain();
    await watcher.until('all runs have arrived', arrived(3));
  });

  it('agree while the engine and the backend are away together, and when only one of them is back', async () => {
    await start();
    publishRun();
    await watcher.until('the run has arrived', arrived(1));
    sink.answerAlways({ status: 503 });
    publishRun();
    await watcher.until('the backend refuses', isFailing);
    await engine.refuse();
    const both = await watcher.until('the engine is away, too', isCutOff);
    assert.deepEqual(
      both.problems.map((problem) => problem.split(' ', 2).join(' ')),
      ['Receiver docker_events', 'Exporter otlp_http', 'Exporter traces:otlp_http'],
    );
    sink.answerAlways('take');
    const half = await watcher.until('the backend is back', (told) => isCutOff(told) && told.problems.length === 1);
    assert.deepEqual(exportedOf(half), [6, 4]);
    await engine.listenAgain();
    await watcher.until('all is well', arrived(2));
  });

  it('agree that a backend without traces is as it should be', async () => {
    await sink.stop();
    sink = await startOtlpSink({ kind: 'http', signals: ['logs'] });
    await start();
    publishRun();
    const told = await watcher.until('traces are off', (now) => isWell(now) && now.exporters[1]?.state === 'off');
    assert.deepEqual(exportedOf(told), [3, 0]);
    publishRun();
    await watcher.until('logs go on', (now) => isWell(now) && now.exporters[0]?.exported === 6);
    assert.equal(sink.notThere.length, 1);
  });

  it('agree while it stops and the backend does not answer', async () => {
    await start();
    sink.answerAlways('hang');
    publishRun();
    await watcher.until('both signals are on their way', () => sink.requests.length === 2);
    world.signal('SIGTERM');
    const stopping = await watcher.until('it stops', ({ state }) => state === 'stopping');
    assert.deepEqual(stopping.problems, ['The collector is stopping.']);
    for (const { waiting, passed_over: passedOver } of stopping.exporters) assert.equal(waiting + passedOver, 5);
    assert.deepEqual(exportedOf(stopping), [0, 0]);
  });
});
