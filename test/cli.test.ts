/** The program as it is started: streams, signals and exit codes. What the commands do is tested in test/commands. */
import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Folder, Kept } from './commands/test-world.ts';
import { BUNDLED_ALERTS } from './support/bundled-recording.ts';
import { eventLines } from './support/events.ts';
import { FakeEngine } from './support/fake-engine.ts';
import { type OtlpSink, startOtlpSink } from './support/otlp-sink.ts';

const ROOT = join(import.meta.dirname, '..');
const BUNDLED = join(ROOT, 'recordings/engine-28.ndjson');
const BUNDLED_COUNT = readFileSync(BUNDLED, 'utf8').trimEnd().split('\n').length + BUNDLED_ALERTS;

/** The program in a process of its own, in a folder that is not the repository. It keeps nothing unless it is told where. */
class Program {
  readonly stdout = new Kept();
  readonly stderr = new Kept();
  /** Resolves with the exit code, or with the name of the signal that ended it. */
  readonly ended: Promise<number | string>;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(process.execPath, [join(ROOT, 'src/cli.ts'), ...args], {
      cwd: '/',
      env: {
        PATH: process.env['PATH'],
        DOCKER_EVENTS_OTEL_STORAGE: 'none',
        DOCKER_EVENTS_OTEL_LISTEN: 'none',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout.pipe(this.stdout);
    this.#child.stderr.pipe(this.stderr);
    this.ended = once(this.#child, 'close').then(([code, signal]) => code ?? signal);
  }

  /** As `head` does when it has seen enough. */
  closeOutput(): void {
    this.#child.stdout.destroy();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

describe('the program', () => {
  let folder: Folder;
  let engine: FakeEngine;
  let sink: OtlpSink;
  const started: Program[] = [];

  function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Program {
    const program = new Program(args, env);
    started.push(program);
    return program;
  }

  beforeEach(async () => {
    folder = await Folder.make();
    engine = await FakeEngine.start();
    sink = await startOtlpSink({ kind: 'http' });
  });
  afterEach(async () => {
    for (const program of started) program.signal('SIGKILL');
    await Promise.all(started.splice(0).map(({ ended }) => ended));
    await folder.remove();
    await engine.stop();
    await sink.stop();
  });

  it('tells its version and its help', async () => {
    const [version, help] = [start(['--version']), start(['help', 'run'])];
    assert.deepEqual([await version.ended, await help.ended], [0, 0]);
    assert.equal(version.stdout.text, `${JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version}\n`);
    assert.match(help.stdout.text, /^Usage: docker-events-otel run \[options\]\n/);
    assert.match(help.stdout.text, /OTEL_EXPORTER_OTLP_ENDPOINT/);
    assert.equal(version.stderr.text + help.stderr.text, '');
  });

  it('tells all that is wrong with a configuration, and ends with 2', async () => {
    const file = await folder.file(
      'c.yaml',
      'receivers:\n  docker_events:\n    event_queue_size: many\nexporters:\n  otlp_http:\n    endpont: http://me:4318\nservice: {shutdown_timeout: 1 fortnight}\n',
    );
    const program = start(['check', file]);
    assert.equal(await program.ended, 2);
    assert.deepEqual(program.stderr.lines, [
      `${file}:3:23: receivers.docker_events.event_queue_size: expected a whole number of events from 1 to 10000000, got "many".`,
      `${file}:6:5: exporters.otlp_http.endpont: expected a known key, got "endpont". Did you mean "endpoint"?`,
      `${file}:7:29: service.shutdown_timeout: expected a duration from 100ms to 1h, such as 200ms, 5s or 1m30s, got "1 fortnight".`,
      `${file}: 3 problems`,
    ]);
  });

  it('delivers what it has on SIGTERM, and ends with 0', async () => {
    const program = start(['run', '--flush-interval', '1h'], {
      DOCKER_HOST: engine.host,
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.endpoint,
    });
    const stream = await engine.stream();
    stream.send(`${eventLines(50, { action: 'top' }).join('\n')}\n`);
    await program.stderr.has(/receiver\.connected/);
    // It has read the others when it has delivered one that may not wait.
    stream.send({
      Type: 'container',
      Action: 'oom',
      Actor: { ID: 'c1', Attributes: {} },
      time: 1795262500,
      timeNano: 1795262500000000000,
    });
    await sink.waitForRecords(1);
    program.signal('SIGTERM');
    assert.equal(await program.ended, 0, program.stderr.text);
    // The alert that the container is out of memory, too.
    assert.equal(sink.records.length, 52);
    assert.deepEqual(sink.violations, []);
    assert.deepEqual(
      program.stderr.lines.map((line) => JSON.parse(line).name),
      ['engine.endpoint', 'collector.started', 'receiver.connected', 'collector.stopping', 'collector.stopped'],
    );
  });

  const seconds: readonly (readonly [NodeJS.Signals, NodeJS.Signals, number])[] = [
    ['SIGTERM', 'SIGINT', 130],
    ['SIGINT', 'SIGTERM', 143],
  ];
  for (const [first, second, code] of seconds) {
    it(`ends at once with ${code} on ${second} after ${first}`, async () => {
      sink.answerAlways({ status: 503 });
      const program = start(['run', '--flush-interval', '10ms'], {
        DOCKER_HOST: engine.host,
        OTEL_EXPORTER_OTLP_ENDPOINT: sink.endpoint,
      });
      (await engine.stream()).send(`${eventLines(1).join('\n')}\n`);
      await sink.waitForRequests(1);
      program.signal(first);
      await program.stderr.has(/collector\.stopping/);
      program.signal(second);
      assert.equal(await program.ended, code);
      assert.doesNotMatch(program.stderr.text, /collector\.stopped/);
    });
  }

  it('plays the recording when it is tried without an engine', async () => {
    const program = start(['try'], { DOCKER_HOST: 'unix:///nonexistent/docker.sock' });
    assert.equal(await program.ended, 0, program.stderr.text);
    assert.match(program.stderr.text, /^There is no Docker Engine to read from\. /m);
    assert.equal(program.stdout.lines.length, BUNDLED_COUNT);
  });

  it('sends every event of a recording', async () => {
    const program = start(['replay', BUNDLED, '--endpoint', sink.endpoint, '--protocol', 'http/json']);
    assert.equal(await program.ended, 0, program.stderr.text);
    assert.equal(sink.records.length, BUNDLED_COUNT);
    assert.deepEqual(sink.violations, []);
  });

  it('ends by itself when nobody reads its output any more, and it has no other', async () => {
    const program = start(['run', '--exporter', 'console'], { DOCKER_HOST: engine.host });
    const stream = await engine.stream();
    const [first, second] = eventLines(2, { action: 'die', attributes: { exitCode: '3', image: 'x', name: 'web' } });
    stream.send(`${first}\n`);
    await program.stdout.has(/docker\.container\.die/);
    program.closeOutput();
    stream.send(`${second}\n`);
    assert.equal(await program.ended, 0);
    assert.match(program.stderr.text, /Nobody reads the output any more, and records go nowhere else\. Stopping\./);
  });

  it('takes a file that stands behind an option with words', async () => {
    const file = await folder.file('r.ndjson', eventLines(3).join('\n'));
    const program = start(['replay', '--exporter', 'console', '--view', 'otel,falco', file]);
    assert.equal(await program.ended, 0, program.stderr.text);
    assert.equal(program.stdout.text.trimEnd().split('\n').length, 3);
  });
});
