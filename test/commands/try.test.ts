import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUNDLED_ALERTS } from '../support/bundled-recording.ts';
import { eventLines } from '../support/events.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { startOtlpSink } from '../support/otlp-sink.ts';
import { Folder, testWorld } from './test-world.ts';

const RECORDS =
  BUNDLED_ALERTS +
  readFileSync(join(import.meta.dirname, '../../recordings/engine-28.ndjson'), 'utf8').split('\n').length -
  1;

const NO_SOCKET = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' };

describe('try', () => {
  it('says that there is no engine and what to do, and plays a recording that is marked as one', async () => {
    const world = testWorld(NO_SOCKET);
    assert.equal(await world.program('try', '--log-level', 'warn'), 0);
    assert.equal(
      world.stderr.text,
      `There is no Docker Engine to read from. There is no socket at unix:///nonexistent/docker.sock. Start the engine; in a container, mount its socket: -v /nonexistent/docker.sock:/nonexistent/docker.sock. If the engine listens elsewhere, say where with DOCKER_HOST or the option host.
Records go to this output (JSON lines). To send them to a backend that speaks OTLP:

    OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 docker-events-otel try

----- What follows is a recording of a real engine (Docker 28.5.2), not this machine. -----
----- End of the recording. -----
With an engine in reach, docker-events-otel try shows its own events.
`,
    );
    const records = world.stdout.lines.map((line) => JSON.parse(line));
    assert.equal(records.length, RECORDS);
    for (const { resource } of records) assert.equal(resource['docker.events.recording'], 'engine-28.ndjson');
  });

  it('speaks of npm start to whoever started it so', async () => {
    const world = testWorld({ ...NO_SOCKET, npm_lifecycle_event: 'start' });
    assert.equal(await world.program('try'), 0);
    assert.match(world.stderr.text, /4318 npm start\n/);
    assert.match(world.stderr.text, /With an engine in reach, npm start shows its own events\.\n$/);
  });

  it('shows the events of an engine that is there, says where they go, and goes on until a signal', async () => {
    const engine = await FakeEngine.start();
    const world = testWorld({ DOCKER_HOST: engine.host });
    const code = world.program('try');
    const stream = await engine.stream();
    stream.send(`${eventLines(2).join('\n')}\n`);
    await world.stderr.has(/Reading events/);
    world.signal('SIGINT');
    assert.equal(await code, 0);
    await engine.stop();
    assert.match(world.stderr.text, /docker-events-otel \d\S* shows what happens in unix:\/\/\S*docker\.sock\.\n/);
    assert.match(world.stderr.text, /Records go to this output \(JSON lines\)\. To send them to a backend/);
    assert.doesNotMatch(world.stderr.text, /recording/);
  });

  it('does not say how to send records elsewhere when they go elsewhere', async () => {
    const sink = await startOtlpSink({ kind: 'http' });
    const world = testWorld({ ...NO_SOCKET, OTEL_EXPORTER_OTLP_ENDPOINT: sink.endpoint });
    assert.equal(await world.program('try'), 0, world.stderr.text);
    await sink.stop();
    assert.equal(sink.records.length, RECORDS);
    assert.match(
      world.stderr.text,
      /\nRecords go to http:\S+\/v1\/logs \(OTLP, http\/protobuf\), http:\S+\/v1\/traces .*\.\n/,
    );
  });

  it('tells what may not be meant once', async () => {
    const folder = await Folder.make();
    const file = await folder.file('c.yaml', 'processors: {mapping/x: }\nexporters: {console: }\n');
    const world = testWorld(NO_SOCKET);
    assert.equal(await world.program('try', '-c', file), 0);
    await folder.remove();
    assert.equal(world.stderr.text.match(/processors\.mapping\/x is in no pipeline/g)?.length, 1);
  });

  it('leaves nothing behind, unless the command line says where', async () => {
    const folder = await Folder.make();
    const kept = join(folder.path, 'state');
    const engine = await FakeEngine.start();
    for (const args of [[], ['--storage', kept]]) {
      const world = testWorld({ DOCKER_HOST: engine.host, DOCKER_EVENTS_OTEL_STORAGE: kept });
      const code = world.program('try', ...args);
      await world.stderr.has(/Reading events/);
      world.signal('SIGINT');
      assert.equal(await code, 0);
      assert.equal(existsSync(kept), args.length > 0);
    }
    await engine.stop();
    await folder.remove();
  });

  it('can be stopped while an engine does not answer', async () => {
    const engine = await FakeEngine.start();
    engine.answer('/version', 'hang');
    const world = testWorld({ DOCKER_HOST: engine.host });
    const code = world.program('try');
    await engine.requested('/version');
    world.signal('SIGINT');
    assert.equal(await code, 0);
    await engine.stop();
    assert.equal(world.clock.pending, 0);
  });

  it('tells a configuration that is wrong, and ends with 2', async () => {
    const world = testWorld();
    assert.equal(await world.program('try', '--view', 'flaco'), 2);
    assert.equal(world.stderr.text, '--view: expected otel, falco or logtail, got "flaco". Did you mean "falco"?\n');
  });
});
