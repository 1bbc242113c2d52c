import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUNDLED_ALERTS } from '../support/bundled-recording.ts';
import { eventLines } from '../support/events.ts';
import { type OtlpSink, startOtlpSink } from '../support/otlp-sink.ts';
import { Folder, testWorld } from './test-world.ts';

const BUNDLED = join(import.meta.dirname, '../../recordings/engine-28.ndjson');

describe('replay', () => {
  let folder: Folder;
  let sink: OtlpSink;
  beforeEach(async () => {
    folder = await Folder.make();
    sink = await startOtlpSink({ kind: 'http' });
  });
  afterEach(async () => {
    await folder.remove();
    await sink.stop();
  });

  it('sends every event of a file, marked with the name of the file, and ends with 0', async () => {
    const world = testWorld({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.endpoint });
    assert.equal(await world.program('replay', BUNDLED), 0, world.stderr.text);
    const events = readFileSync(BUNDLED, 'utf8').trimEnd().split('\n');
    const told = sink.records.filter(({ eventName }) => eventName !== 'docker.rule.match');
    assert.equal(told.length, events.length);
    assert.equal(sink.records.length - told.length, BUNDLED_ALERTS);
    assert.deepEqual(sink.violations, []);
    assert.ok(sink.records.every(({ resource }) => resource.get('docker.events.recording') === 'engine-28.ndjson'));
    assert.deepEqual(
      told.map(({ timeUnixNano }) => timeUnixNano).sort(),
      events.map((line) => /"timeNano":(\d+)/.exec(line)?.[1]).sort(),
    );
  });

  it('sends spans, and no metrics: those are of the collector that runs', async () => {
    const world = testWorld({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.endpoint });
    assert.equal(await world.program('replay', BUNDLED), 0, world.stderr.text);
    assert.ok(sink.spans.length > 0);
    assert.deepEqual(sink.metrics, []);
    assert.doesNotMatch(world.stderr.text, /v1\/metrics|Metrics of a recording/);
  });

  it('shows metrics on the terminal where they are asked for, and says that they go nowhere else', async () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.endpoint, OTEL_METRICS_EXPORTER: 'otlp,console' };
    const world = testWorld(env);
    assert.equal(await world.program('replay', BUNDLED), 0, world.stderr.text);
    assert.deepEqual(sink.metrics, []);
    assert.match(world.stdout.text, /"metric":"docker\.container\.starts"/);
    assert.match(world.stderr.text, /Metrics of a recording are not sent/);
  });

  it('loses nothing of a file that is longer than the queue', async () => {
    const file = await folder.file('long.ndjson', eventLines(400).join('\n'));
    const world = testWorld({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.endpoint });
    const code = world.program('replay', file, '--event-queue-size', '4', '--flush-interval', '10ms');
    const isDone = code.then(() => true);
    const turn = () => new Promise<false>((resolve) => setImmediate(() => resolve(false)));
    while (!(await Promise.race([isDone, turn()]))) world.clock.advance(1);
    assert.equal(await code, 0, world.stderr.text);
    assert.equal(sink.records.length, 400);
  });

  it('goes on after lines that are no event', async () => {
    const [first, second] = eventLines(2);
    const file = await folder.file('mixed.ndjson', `${first}\nnot json\n${second}\n`);
    const world = testWorld();
    assert.equal(await world.program('replay', file, '--log-format', 'text'), 0);
    assert.equal(world.stdout.lines.length, 2);
    assert.match(world.stderr.text, /WARN {2}A line of the event stream is no event, because it is not JSON/);
  });

  const failures: readonly (readonly [string, (folder: Folder) => Promise<string>, RegExp])[] = [
    [
      'is not there',
      async ({ path }) => join(path, 'missing.ndjson'),
      /ERROR There is no recording at .*missing\.ndjson\. Make one with: docker events --format '\{\{json \.\}\}' > FILE\n/,
    ],
    ['is a folder', async ({ path }) => path, /ERROR The recording .* is a directory\./],
    [
      'holds no event',
      (folder) => folder.file('table.txt', '2026-11-21T12:00:00 container start c1 (name=web)\n'),
      /ERROR There is no event in the recording table\.txt, only lines of another form\. Make one with: docker events --format '\{\{json \.\}\}' > FILE\n$/,
    ],
  ];
  for (const [what, make, says] of failures) {
    it(`says of a file that ${what} what to do, and ends with 1`, async () => {
      const world = testWorld();
      assert.equal(await world.program('replay', await make(folder), '--log-format', 'text'), 1);
      assert.match(world.stderr.text, says);
    });
  }

  it('ends with 1 when the backend refuses a record for good', async () => {
    sink.answerAlways({ status: 400 });
    const file = await folder.file('one.ndjson', eventLines(1).join('\n'));
    const world = testWorld({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.endpoint });
    assert.equal(await world.program('replay', file), 1);
  });

  it('ends with 1 when the backend did not take all within shutdown_timeout', async () => {
    await sink.refuse();
    const file = await folder.file('one.ndjson', eventLines(1).join('\n'));
    const world = testWorld({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.endpoint });
    const code = world.program('replay', file, '--log-format', 'text');
    await world.stderr.has(/could not deliver/);
    world.clock.advance(10_000);
    assert.equal(await code, 1);
    assert.match(world.stderr.text, /Stopped with 1 record that exporter otlp_http had not delivered/);
  });

  it('goes through every pipeline, whichever engine it reads otherwise, and through each once', async () => {
    const config = await folder.file(
      'two.yaml',
      'receivers: {docker_events/a: {host: "tcp://a:1"}, docker_events/b: {host: "tcp://b:1"}}\nexporters: {console: , otlp_http: }\nservice:\n  pipelines:\n    logs/a: {receivers: [docker_events/a], exporters: [console]}\n    logs/b: {receivers: [docker_events/b], exporters: [otlp_http]}\n',
    );
    const file = await folder.file('two.ndjson', eventLines(2).join('\n'));
    const world = testWorld({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.endpoint });
    assert.equal(await world.program('replay', file, '-c', config), 0, world.stderr.text);
    assert.equal(world.stdout.lines.length, 2);
    assert.equal(sink.records.length, 2);
  });

  it('keeps nothing, and says so to whoever asks for it', async () => {
    const kept = join(folder.path, 'state');
    const file = await folder.file('one.ndjson', eventLines(1).join('\n'));
    const world = testWorld({ DOCKER_EVENTS_OTEL_STORAGE: kept });
    assert.equal(await world.program('replay', file, '--storage', 'none'), 0, world.stderr.text);
    assert.equal(await world.program('replay', file), 0, world.stderr.text);
    assert.equal(world.stdout.lines.length, 2);
    assert.equal(existsSync(kept), false);
    const asked = testWorld();
    assert.equal(await asked.program('replay', file, '--storage', kept), 2);
    assert.equal(
      asked.stderr.text,
      '--storage: expected none or no storage at all, since a recording that is played twice is sent twice and nothing of it is kept. Leave it out.\n',
    );
    assert.equal(existsSync(kept), false);
  });

  it('stops in the middle on a signal, and ends with 1', async () => {
    sink.answerAlways('take');
    const file = await folder.file('long.ndjson', eventLines(900).join('\n'));
    const world = testWorld({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.endpoint });
    // With time at a standstill the file waits for a queue that nobody empties.
    const code = world.program('replay', file, '--event-queue-size', '4', '--log-format', 'text');
    await world.stderr.has(/Reading events/);
    world.signal('SIGINT');
    assert.equal(await code, 1);
    assert.match(world.stderr.text, /Stopping because of SIGINT/);
    assert.ok(sink.records.length < 900);
  });
});
