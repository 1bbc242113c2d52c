import assert from 'node:assert/strict';
import { join } from 'node:path';
import { eventLine, eventLines } from '../support/events.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { type OtlpSink, startOtlpSink } from '../support/otlp-sink.ts';
import { Folder, testWorld } from './test-world.ts';

describe('run', () => {
  let engine: FakeEngine;
  let sink: OtlpSink;
  beforeEach(async () => {
    engine = await FakeEngine.start();
    sink = await startOtlpSink({ kind: 'http' });
  });
  afterEach(async () => {
    await engine.stop();
    await sink.stop();
  });

  it('says where events come from and where records go, and on a signal delivers what it has', async () => {
    const world = testWorld({ DOCKER_HOST: engine.host, OTEL_EXPORTER_OTLP_ENDPOINT: sink.endpoint });
    const code = world.program('run', '--log-format', 'text', '--flush-interval', '1h');
    const stream = await engine.stream();
    stream.send(`${eventLines(3).join('\n')}\n`);
    // It has read the others when it has delivered one that may not wait.
    stream.send({
      Type: 'container',
      Action: 'oom',
      Actor: { ID: 'c1', Attributes: { name: 'web' } },
      time: 1795262500,
      timeNano: 1795262500000000000,
    });
    await sink.waitForRecords(1);
    world.signal('SIGTERM');
    assert.equal(await code, 0);
    // The alert that the container is out of memory, too.
    assert.equal(sink.records.length, 5);
    assert.deepEqual(sink.violations, []);
    const said = world.stderr.lines.map((line) => line.slice('12:00:00.000 '.length));
    assert.match(said[0] ?? '', /^INFO {2}Using unix:.* from DOCKER_HOST\.$/);
    assert.match(
      said[1] ?? '',
      /^INFO {2}docker-events-otel \d+\.\d+\.\d+ reads unix:.* and sends to http:.*\/v1\/logs \(OTLP, http\/protobuf\), http:.*\/v1\/traces \(OTLP, http\/protobuf\), http:.*\/v1\/metrics \(OTLP, http\/protobuf\)\.$/,
    );
    assert.match(said[2] ?? '', /^INFO {2}Reading events of docker 28\.5\.2 at unix:/);
    assert.deepEqual(said.slice(-2), [
      'INFO  Stopping because of SIGTERM: delivering what waits, for at most 10 s (shutdown_timeout). A second signal ends at once.',
      'INFO  Stopped. 4 events and 2 spans were delivered in all.',
    ]);
    assert.equal(world.stdout.text, '');
    assert.equal(world.clock.pending, 0);
  });

  it('says that nothing is sent where metrics are only to be read', async () => {
    const env = { OTEL_LOGS_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'prometheus' };
    const listening = { DOCKER_HOST: engine.host, DOCKER_EVENTS_OTEL_LISTEN: '127.0.0.1:0', ...env };
    const world = testWorld(listening);
    const code = world.program('run', '--log-format', 'text');
    await world.stderr.has(/reads unix:\S+ and sends nothing\.\n/);
    world.signal('SIGTERM');
    assert.equal(await code, 0);
    const checked = testWorld(listening);
    assert.equal(await checked.program('check'), 0);
    assert.match(checked.stdout.text, /^environment: OK, reads unix:\S+ and sends nothing\n$/);
    const tried = testWorld(listening);
    const trial = tried.program('try');
    await tried.stderr.has(/Records go nowhere\./);
    tried.signal('SIGTERM');
    assert.equal(await trial, 0);
  });

  it('writes metrics to the terminal each time, and the last ones at its end', async () => {
    const env = { OTEL_LOGS_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'console' };
    const world = testWorld({ DOCKER_HOST: engine.host, ...env });
    const code = world.program('run', '--log-format', 'text');
    await engine.stream();
    await world.stderr.has(/Reading events/);
    world.clock.advance(60_000);
    await world.stdout.has(
      /"metric":"process\.uptime","kind":"gauge","unit":"s","points":\[\{"attributes":\{\},"value":60/,
    );
    world.signal('SIGTERM');
    assert.equal(await code, 0);
    assert.equal(world.stdout.lines.filter((line) => line.includes('"process.uptime"')).length, 2);
    assert.equal(world.clock.pending, 0);
  });

  it('ends when nobody reads its metrics any more, unless they go elsewhere too', async () => {
    const gone = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    const env = { OTEL_LOGS_EXPORTER: 'none', OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${sink.endpoint}/v1/metrics` };
    for (const words of ['console', 'console,otlp']) {
      const world = testWorld({ DOCKER_HOST: engine.host, ...env, OTEL_METRICS_EXPORTER: words });
      const code = world.program('run', '--log-format', 'text');
      await world.stderr.has(/Reading events/);
      world.stdout.emit('error', gone);
      if (words !== 'console') world.signal('SIGTERM');
      assert.equal(await code, 0);
      assert.match(world.stderr.text, words === 'console' ? /Nobody reads the output/ : /Stopping because of SIGTERM/);
    }
    assert.deepEqual(sink.violations, []);
  });

  it('ends when its terminal was closed, which the output or the log tells', async () => {
    for (const output of ['stdout', 'stderr'] as const) {
      const world = testWorld({ DOCKER_HOST: engine.host });
      Object.assign(world.stdout, { isTTY: true });
      const code = world.program('run', '--log-format', 'text');
      await world.stderr.has(/Reading events/);
      world[output].emit('error', Object.assign(new Error('write EIO'), { code: 'EIO' }));
      assert.equal(await code, 0);
      // A log that nobody can read is not written.
      if (output === 'stdout') assert.match(world.stderr.text, /Nobody reads the output any more/);
    }
  });

  it('waits for an engine that is not there, and says so', async () => {
    await engine.refuse();
    const world = testWorld({ DOCKER_HOST: engine.host });
    const code = world.program('run', '--log-format', 'text', '--exporter', 'console');
    await world.stderr.has(/No events for now/);
    await engine.listenAgain();
    world.clock.advance(1000);
    const stream = await engine.stream();
    stream.send(`${eventLines(1).join('\n')}\n`);
    await world.stderr.has(/Reading events of docker/);
    world.signal('SIGINT');
    assert.equal(await code, 0);
    assert.match(world.stderr.text, /Stopping because of SIGINT/);
  });

  it('gives up at shutdown_timeout what a backend did not take, tells it, and ends with 1', async () => {
    sink.answerAlways({ status: 503 });
    const world = testWorld({ DOCKER_HOST: engine.host, OTEL_EXPORTER_OTLP_ENDPOINT: sink.endpoint });
    const code = world.program('run', '--log-format', 'text', '--flush-interval', '10ms');
    const stream = await engine.stream();
    stream.send(`${eventLines(2).join('\n')}\n`);
    await world.stderr.has(/Reading events/);
    while (sink.requests.length === 0) {
      world.clock.advance(1);
      await new Promise((resolve) => setImmediate(resolve));
    }
    world.signal('SIGTERM');
    await world.stderr.has(/Stopping because/);
    world.clock.advance(10_000);
    assert.equal(await code, 1);
    assert.match(world.stderr.text, /ERROR Stopped with 2 records that exporter otlp_http had not delivered/);
    assert.match(world.stderr.text, /ERROR Stopped at the end of shutdown_timeout \(10 s\) with work left\.\n$/);
  });

  it('keeps what a backend did not take, and a later start delivers it, once', async () => {
    const folder = await Folder.make();
    sink.answerAlways({ status: 503 });
    const env = {
      DOCKER_HOST: engine.host,
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.endpoint,
      DOCKER_EVENTS_OTEL_STORAGE: join(folder.path, 'state'),
    };
    const oom = eventLine({ action: 'oom', timeNano: '1795262500000000000' });
    const told = [...eventLines(2), oom];
    const first = testWorld(env);
    const ended = first.program('run', '--log-format', 'text', '--flush-interval', '1h');
    (await engine.stream()).send(`${told.join('\n')}\n`);
    // It has read the others when it tries to deliver one that may not wait.
    await sink.waitForRequests(1);
    first.signal('SIGTERM');
    assert.equal(await ended, 0, first.stderr.text);
    assert.match(
      first.stderr.text,
      /Stopped with 4 entries of the journal that exporter otlp_http has not come to\. What waits is kept/,
    );
    assert.equal(sink.records.length, 0);

    sink.answerAlways('take');
    const second = testWorld(env);
    const again = second.program('run', '--log-format', 'text', '--flush-interval', '1h');
    const later = eventLine({ action: 'oom', timeNano: '1795262501000000000' });
    await sink.waitForRecords(3);
    // What is urgent goes four times a second at most.
    second.clock.advance(250);
    (await engine.stream()).send(`${[...told, later].join('\n')}\n`);
    await sink.waitForRecords(4);
    second.signal('SIGTERM');
    assert.equal(await again, 0, second.stderr.text);
    assert.deepEqual(sink.violations, []);
    assert.equal(sink.records.length, 4);
    await folder.remove();
  });

  it('refuses a storage that another collector has, by its name, and ends with 1', async () => {
    const folder = await Folder.make();
    const env = { DOCKER_HOST: engine.host, DOCKER_EVENTS_OTEL_STORAGE: join(folder.path, 'state') };
    const first = testWorld(env);
    const ended = first.program('run', '--exporter', 'console', '--log-format', 'text');
    await first.stderr.has(/Reading events/);
    const second = testWorld(env);
    assert.equal(await second.program('run', '--exporter', 'console', '--log-format', 'text'), 1);
    assert.match(
      second.stderr.text,
      /^The storage \S+state is in use by docker-events-otel \d\S+ \(process \d+\), which reads unix:\S+ on .+--storage DIR\.\n$/m,
    );
    assert.equal(second.clock.pending, 0);
    first.signal('SIGTERM');
    assert.equal(await ended, 0);
    await folder.remove();
  });

  it('refuses a configuration that is wrong before it does anything, and ends with 2', async () => {
    const world = testWorld({ DOCKER_HOST: engine.host });
    assert.equal(await world.program('run', '--exporter', 'otpl'), 2);
    assert.match(world.stderr.text, /^--exporter: expected .*, got "otpl"\. Did you mean "otlp"\?\n$/);
    assert.equal(engine.requests.length, 0);
  });

  it('refuses an engine that cannot be meant, and ends with 2', async () => {
    const world = testWorld({ DOCKER_HOST: 'fd://' });
    assert.equal(await world.program('run', '--exporter', 'console'), 2);
    assert.match(world.stderr.text, /^DOCKER_HOST has the scheme "fd", which is not known\. Write it as unix:/);
  });
});
