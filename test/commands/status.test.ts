import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, symlink } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { runProgram } from '../../src/commands/program.ts';
import type { CollectorStatus } from '../../src/model/status.ts';
import { createHealthServer, type HealthServer } from '../../src/telemetry/server.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { RecordingTelemetry } from '../support/recording-telemetry.ts';
import { statusOf } from '../support/statuses.ts';
import { fillJournal } from './kept.ts';
import { Folder, testWorld } from './test-world.ts';

describe('status', () => {
  let status: CollectorStatus;
  let server: HealthServer;
  beforeEach(async () => {
    status = statusOf();
    server = createHealthServer({
      listen: '127.0.0.1:0',
      status: () => status,
      metrics: () => '',
      clock: new FakeClock(),
      telemetry: new RecordingTelemetry(),
    });
    await server.start();
  });
  afterEach(() => server.stop(AbortSignal.abort()));

  it('shows what the collector at the configured address tells, and ends with 0 where it is ready', async () => {
    const world = testWorld({ DOCKER_EVENTS_OTEL_LISTEN: server.address ?? '' });
    assert.equal(await world.program('status'), 0, world.stderr.text);
    assert.match(world.stdout.text, /^Collector {2}docker-events-otel 1\.2\.3: running, ready\n/);
    assert.equal(world.stderr.text, '');
    assert.equal(world.clock.pending, 0);
  });

  it('asks where it is told to, and ends with 1 where it is not ready', async () => {
    status = statusOf({ state: 'starting' });
    const world = testWorld();
    assert.equal(await world.program('status', '--listen', server.address ?? ''), 1);
    assert.match(world.stdout.text, /: starting, not ready\n.*\nNot ready:\n {2}- The collector is starting\.\n$/s);
  });

  it('asks at the loopback address for what listens everywhere', async () => {
    const port = server.address?.split(':').at(-1);
    const world = testWorld({ DOCKER_EVENTS_OTEL_LISTEN: `0.0.0.0:${port}` });
    assert.equal(await world.program('status'), 0, world.stderr.text);
  });

  it('is one JSON object for machines, as the collector wrote it', async () => {
    const world = testWorld();
    assert.equal(await world.program('status', '--json', '--listen', server.address ?? ''), 0);
    assert.equal(world.stdout.lines.length, 1);
    const { ready, balanced, intake } = JSON.parse(world.stdout.text);
    assert.deepEqual([ready, balanced, intake.received], [true, true, 1300]);
  });

  describe('where a storage is named', () => {
    let folder: Folder;
    beforeEach(async () => {
      folder = await Folder.make();
    });
    afterEach(() => folder.remove());

    const keptIn = (directory: string) =>
      statusOf({ storage: { directory, bytes: 1, maxBytes: 2, trouble: undefined } });

    it('says so where another collector has the address, and ends with 2', async () => {
      status = keptIn('/var/lib/first');
      const second = join(folder.path, 'second');
      await fillJournal(second);
      const world = testWorld({
        DOCKER_EVENTS_OTEL_LISTEN: server.address ?? '',
        DOCKER_EVENTS_OTEL_STORAGE: second,
      });
      assert.equal(await world.program('status'), 2);
      assert.equal(
        world.stderr.lines[0],
        `At http://${server.address}/status another collector answers: it keeps what waits in /var/lib/first, and the one that is asked for in ${second}. Only one of them can have this address. The log of the other says whether it listens, and where; name that with --listen.`,
      );
      assert.match(world.stdout.text, /^Journal {4}\S+second\/journal\.db\n/);
      status = statusOf({ storage: undefined });
      assert.equal(await world.program('status', '--json', '--storage', second), 2);
      assert.match(world.stderr.text, /it keeps nothing on disk, and the one that is asked for in /);
    });

    it('takes the folder for the same behind a link', async () => {
      const [real, link] = [join(folder.path, 'real'), join(folder.path, 'link')];
      await mkdir(real);
      await symlink(real, link);
      status = keptIn(real);
      const world = testWorld();
      assert.equal(await world.program('status', '--listen', server.address ?? '', '--storage', link), 0);
    });

    it('asks for no folder that nobody named: that of another account is another one', async () => {
      status = keptIn('/var/lib/first');
      const { DOCKER_EVENTS_OTEL_STORAGE: _, ...env } = testWorld().env;
      const world = { ...testWorld(), env: { ...env, DOCKER_EVENTS_OTEL_LISTEN: server.address } };
      assert.equal(await runProgram(world, ['status']), 0, world.stderr.text);
    });
  });

  describe('where nobody answers', () => {
    let folder: Folder;
    let address: string;
    beforeEach(async () => {
      folder = await Folder.make();
      address = server.address ?? '';
      await server.stop(AbortSignal.abort());
    });
    afterEach(() => folder.remove());

    it('says what was tried, shows the journal, and ends with 2', async () => {
      const kept = join(folder.path, 'state');
      await fillJournal(kept);
      const world = testWorld({ DOCKER_EVENTS_OTEL_STORAGE: kept, DOCKER_EVENTS_OTEL_LISTEN: address });
      assert.equal(await world.program('status'), 2);
      assert.deepEqual(world.stderr.lines, [
        `No collector tells its status at http://${address}/status: nobody listens there (ECONNREFUSED). Is it running, and with this configuration? Its log says where it listens; name that with --listen.`,
        'The journal on this machine says:',
        '',
      ]);
      assert.match(world.stdout.text, /^Journal {4}\S+journal\.db\n/);
      assert.match(world.stdout.text, /^In use by {2}nobody now$/m);
    });

    it('shows no journal to a machine, and none where there is none', async () => {
      const kept = join(folder.path, 'state');
      await fillJournal(kept);
      const machine = testWorld({ DOCKER_EVENTS_OTEL_STORAGE: kept });
      assert.equal(await machine.program('status', '--json', '--listen', address), 2);
      assert.equal(machine.stdout.text, '');
      const none = testWorld();
      assert.equal(await none.program('status', '--listen', address), 2);
      assert.equal(none.stdout.text, '');
      assert.equal(none.stderr.lines.length, 1);
    });

    it('says so where no address is configured', async () => {
      const world = testWorld({ DOCKER_EVENTS_OTEL_LISTEN: 'none' });
      assert.equal(await world.program('status'), 2);
      assert.match(world.stderr.text, /^There is no address to ask at: service\.telemetry\.http\.listen is none\./);
    });

    it('says so where the port is any', async () => {
      const world = testWorld({ DOCKER_EVENTS_OTEL_LISTEN: '127.0.0.1:0' });
      assert.equal(await world.program('status'), 2);
      assert.match(world.stderr.text, /^The configuration leaves the port to the system \(0\)/);
    });

    it('refuses what is no address', async () => {
      const world = testWorld();
      assert.equal(await world.program('status', '--listen', 'localhost'), 2);
      assert.equal(world.stderr.text, '--listen: expected an address such as 127.0.0.1:9464, got "localhost".\n');
    });
  });

  describe('where something else answers', () => {
    let other: Server;
    async function answer(listener: RequestListener): Promise<string> {
      other = createServer(listener).listen(0, '127.0.0.1');
      await once(other, 'listening');
      return `127.0.0.1:${(other.address() as AddressInfo).port}`;
    }
    afterEach(async () => {
      other.closeAllConnections();
      other.close();
      await once(other, 'close');
    });

    const answers: readonly (readonly [string, RequestListener, RegExp])[] = [
      ['a page', (_, response) => response.end('<html>'), /\/status: the answer is no JSON\. Is it running/],
      ['other JSON', (_, response) => response.end('{"a":1}'), /: version in the answer is not text\./],
      ['a refusal', (_, response) => response.writeHead(404).end(), /: the answer was 404 Not Found\./],
      [
        'half an answer',
        (request) => request.socket.destroy(),
        /: the connection was closed before the answer was whole/,
      ],
      ['other words', (request) => request.socket.end('SSH-2.0\r\n'), /: Parse Error/],
    ];
    for (const [what, listener, said] of answers) {
      it(`says so: ${what}`, async () => {
        const world = testWorld();
        assert.equal(await world.program('status', '--listen', await answer(listener)), 2);
        assert.match(world.stderr.text, said);
        assert.equal(world.clock.pending, 0);
      });
    }

    it('does not wait for an answer that does not come', async () => {
      const asked = Promise.withResolvers<void>();
      const address = await answer(() => asked.resolve());
      const world = testWorld();
      const code = world.program('status', '--listen', address);
      await asked.promise;
      await setImmediate();
      world.clock.advance(5000);
      assert.equal(await code, 2);
      assert.match(world.stderr.text, /: there was no answer in time\./);
    });
  });
});
