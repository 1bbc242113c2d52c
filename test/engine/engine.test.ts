import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { schema } from '../../src/engine/config.ts';
import { createEngine } from '../../src/engine/engine.ts';
import { type EngineUnderTest, engineUnderTest, problemIn, valueIn, WHOLE } from '../support/engine-under-test.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { ENGINE_20_10, FakeEngine, type FakeEngineOptions, PODMAN_5 } from '../support/fake-engine.ts';
import { RecordingTelemetry } from '../support/recording-telemetry.ts';
import { machine, realMachine } from '../support/surroundings.ts';

describe('an engine', () => {
  let fake: FakeEngine;
  let under: EngineUnderTest;

  async function start(options: FakeEngineOptions = {}, env: Record<string, string> = {}): Promise<void> {
    fake = await FakeEngine.start(options);
    under = await engineUnderTest({}, realMachine({ DOCKER_HOST: fake.host, ...env }));
  }

  afterEach(async () => {
    await fake.stop();
    assert.equal(under.clock.pending, 0, 'a timer was left behind');
  });

  it('tells who it is and which API version was agreed on', async () => {
    await start();
    const session = await under.connect();
    assert.deepEqual(session.identity, {
      receiver: 'docker_events',
      endpoint: fake.host,
      runtime: 'docker',
      version: '28.5.2',
      apiVersion: '1.51',
      id: 'b8a1c0de-0000-4000-8000-00000000beef',
      hostName: 'node-1',
      recording: undefined,
    });
    assert.equal(session.dialect.name, 'docker');
    assert.deepEqual(
      under.telemetry.happenings.map(({ level, message }) => [level, message]),
      [['info', `Using ${fake.host} from DOCKER_HOST.`]],
    );
  });

  it('keeps one identity object across reconnects, until something in it changes', async () => {
    await start();
    const first = (await under.connect()).identity;
    assert.equal((await under.connect()).identity, first);
    fake.answer('/version', ENGINE_20_10);
    const upgraded = (await under.connect()).identity;
    assert.notEqual(upgraded, first);
    assert.equal(upgraded.version, '20.10.24');
  });

  it('takes Podman for Podman', async () => {
    await start();
    fake.answer('/version', PODMAN_5);
    const { identity, dialect } = await under.connect();
    assert.deepEqual([identity.runtime, identity.version, dialect.name], ['podman', '5.4.2', 'podman']);
  });

  const VERSIONS: readonly (readonly [engine: string, newest: string, asked: string])[] = [
    ['20.10', '1.41', '1.41'],
    ['28', '1.51', '1.51'],
    ['29', '1.52', '1.52'],
    ['29.7', '1.55', '1.55'],
    ['the next', '1.60', '1.55'],
  ];
  for (const [engine, newest, asked] of VERSIONS) {
    it(`asks engine ${engine} with API version ${asked}`, async () => {
      await start();
      fake.answer('/version', { Version: engine, ApiVersion: newest, MinAPIVersion: '1.24' });
      const session = await under.connect();
      valueIn(await session.events(WHOLE, under.stop.signal)).close();
      assert.equal(session.identity.apiVersion, asked);
      assert.equal((await fake.requested('/events')).version, asked);
      assert.equal((await fake.requested('/version')).version, undefined);
    });
  }

  it('sends nothing but GET, whatever is done with it', async () => {
    await start();
    const session = await under.connect();
    valueIn(await session.ping(1000, under.stop.signal));
    const stream = valueIn(await session.events(WHOLE, under.stop.signal));
    stream.close();
    await stream.read(() => undefined);
    await under.connect();
    const methods = new Set(fake.requests.map(({ method }) => method));
    assert.deepEqual([...methods], ['GET']);
    assert.deepEqual([...new Set(fake.requests.map(({ path }) => path))], ['/version', '/info', '/_ping', '/events']);
  });

  it('pins the API version that DOCKER_API_VERSION says', async () => {
    await start({}, { DOCKER_API_VERSION: '1.45' });
    assert.equal((await under.connect()).identity.apiVersion, '1.45');
  });

  it('says what the engine speaks when the pinned version is too new or too old for it', async () => {
    await start({}, { DOCKER_API_VERSION: '1.60' });
    const advice =
      'Take api_version or DOCKER_API_VERSION away to have a version negotiated, or pin one that the engine speaks.';
    assert.deepEqual(await under.failToConnect(), {
      code: 'api_version',
      message: `${fake.host} does not speak API version 1.60: it speaks 1.24 to 1.51. ${advice}`,
    });
    under = await engineUnderTest({ host: fake.host, api_version: '1.12' });
    assert.deepEqual(await under.failToConnect(), {
      code: 'api_version',
      message: `${fake.host} does not speak API version 1.12: it speaks 1.24 to 1.51. ${advice}`,
    });
  });

  it('goes on without host name and id behind a proxy that refuses /info, and says so once', async () => {
    await start({ listen: 'tcp' });
    fake.answer('/info', { status: 403, body: '<html><body><h1>403 Forbidden</h1></body></html>' });
    const { identity } = await under.connect();
    await under.connect();
    assert.deepEqual([identity.hostName, identity.id, identity.version], [undefined, undefined, '28.5.2']);
    assert.deepEqual(
      under.telemetry.named('engine.info_refused').map(({ level, message }) => [level, message]),
      [
        [
          'warn',
          `${fake.host} does not answer GET /info (403), so its host's name and id are not known: records carry no host.name, and everything else goes on. A socket proxy lets it through with INFO=1; the option host_name gives the name.`,
        ],
      ],
    );
  });

  it('takes this machine’s name for that of an engine on a local socket that refuses /info', async () => {
    await start();
    fake.answer('/info', { status: 404, body: { message: 'page not found' } });
    assert.equal((await under.connect()).identity.hostName, 'ann-laptop');
    under = await engineUnderTest({ host: fake.host, host_name: 'node-7' });
    assert.equal((await under.connect()).identity.hostName, 'node-7');
    assert.equal(
      under.telemetry.named('engine.info_refused')[0]?.message,
      `${fake.host} does not answer GET /info (404), so its host's name and id are not known: host.name is "node-7", and everything else goes on. A socket proxy lets it through with INFO=1; the option host_name gives the name.`,
    );
  });

  it('does not wait for /info longer than connect_timeout', async () => {
    await start();
    fake.answer('/info', 'hang');
    const connecting = under.connect();
    await fake.requested('/info');
    under.clock.advance(10_000);
    assert.equal((await connecting).identity.id, undefined);
    assert.match(under.telemetry.named('engine.info_refused')[0]?.message ?? '', /\(no answer in time\)/);
  });

  it('remembers who it is while it is too busy to answer /info', async () => {
    await start();
    const { identity } = await under.connect();
    fake.answer('/info', { status: 500, body: { message: 'busy' } });
    assert.equal((await under.connect()).identity, identity);
  });

  it('goes unversioned where a proxy refuses /version as well', async () => {
    await start({ listen: 'tcp' });
    for (const path of ['/version', '/info']) fake.answer(path, { status: 403, body: 'Forbidden' });
    const session = await under.connect();
    await under.connect();
    valueIn(await session.events(WHOLE, under.stop.signal)).close();
    assert.deepEqual([session.identity.version, session.identity.apiVersion], [undefined, undefined]);
    assert.equal((await fake.requested('/events')).version, undefined);
    assert.deepEqual(
      under.telemetry.named('engine.version_refused').map(({ message }) => message),
      [
        `${fake.host} refuses GET /version (403), so the engine's version is not known and requests go without one; everything else goes on. A socket proxy lets it through with VERSION=1.`,
      ],
    );
  });

  it('keeps a base path before every request', async () => {
    fake = await FakeEngine.start({ listen: 'tcp' });
    under = await engineUnderTest({ host: `${fake.host}/engines/a/` });
    fake.answer('/engines/a/version', ENGINE_20_10);
    fake.answer('/engines/a/v1.41/info', { Name: 'a' });
    const { identity } = await under.connect();
    assert.deepEqual([identity.endpoint, identity.hostName], [`${fake.host}/engines/a`, 'a']);
  });

  it('does not follow an answer that sends it elsewhere', async () => {
    await start({ listen: 'tcp' });
    const elsewhere = await FakeEngine.start({ listen: 'tcp' });
    const location = `http://127.0.0.1:${elsewhere.port}/version`;
    fake.answer('/version', { status: 302, body: '', headers: { Location: location } });
    const problem = await under.failToConnect();
    await elsewhere.stop();
    assert.deepEqual(problem, {
      code: 'not_an_engine',
      message: `What listens at ${fake.host} is not a Docker Engine: GET /version was sent on to ${location} (302), which no engine does. Check the address and port; DOCKER_HOST or the option host says where the engine is.`,
    });
    assert.equal(elsewhere.requests.length, 0);
  });

  it('gives up a connect when it is stopped', async () => {
    await start();
    fake.answer('/version', 'hang');
    const connecting = under.failToConnect();
    await fake.requested('/version');
    under.stop.abort();
    assert.deepEqual(await connecting, {
      code: 'connection_lost',
      message: `GET /version to ${fake.host} was given up because the collector is stopping.`,
    });
  });

  it('finds an engine that is started after it', async () => {
    fake = await FakeEngine.start();
    await fake.refuse();
    await rm(fake.path, { force: true });
    const { path } = fake;
    const runtime = path.slice(0, path.lastIndexOf('/'));
    // The default socket is hidden, since this machine may have an engine.
    const surroundings = realMachine({ XDG_RUNTIME_DIR: runtime });
    const look = async (at: string) => (at.startsWith(runtime) ? surroundings.look(at) : undefined);
    under = await engineUnderTest({}, { ...surroundings, look });
    assert.equal((await under.failToConnect()).code, 'no_endpoint');
    assert.equal(under.engine.endpoint, 'an engine that was not found yet');
    await fake.listenAgain();
    await under.connect();
    assert.equal(under.engine.endpoint, fake.host);
    assert.equal(
      under.telemetry.named('engine.endpoint')[0]?.message,
      `Using ${fake.host} from the socket of rootless Docker.`,
    );
  });

  it('refuses at once what waiting cannot mend', async () => {
    await start();
    const parts = { receiver: 'docker_events', clock: new FakeClock(), telemetry: new RecordingTelemetry() };
    const options = schema.parse({});
    const wrongHost = await createEngine({
      ...parts,
      options,
      surroundings: machine({ env: { DOCKER_HOST: 'fd://' } }),
    });
    assert.equal(problemIn(wrongHost).code, 'no_endpoint');
    const surroundings = machine({ env: { DOCKER_API_VERSION: 'newest' } });
    assert.deepEqual(problemIn(await createEngine({ ...parts, options, surroundings })), {
      code: 'api_version',
      message: 'DOCKER_API_VERSION is not an API version. Write it as 1.51, or leave it empty.',
    });
  });

  it('never looks at the environment of its own process', async () => {
    await start();
    const before = process.env['DOCKER_HOST'];
    process.env['DOCKER_HOST'] = 'tcp://192.0.2.1:1';
    try {
      await under.connect();
    } finally {
      if (before === undefined) delete process.env['DOCKER_HOST'];
      else process.env['DOCKER_HOST'] = before;
    }
    assert.equal((await fake.requested('/info')).path, '/info');
  });
});
