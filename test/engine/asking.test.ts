/** What an engine is asked besides its events. */
import assert from 'node:assert/strict';
import type { EngineOptions } from '../../src/engine/config.ts';
import type { EngineSession } from '../../src/model/engine.ts';
import { type EngineUnderTest, engineUnderTest, problemIn, valueIn } from '../support/engine-under-test.ts';
import type { FakeContainer } from '../support/fake-containers.ts';
import { ENGINE_20_10, ENGINE_28, ENGINE_INFO, FakeEngine, PODMAN_5 } from '../support/fake-engine.ts';

const PROXY =
  'A socket proxy lets it through with CONTAINERS=1; without it, what happened to containers while events were missing cannot be found out.';

describe('an engine that is asked', () => {
  let fake: FakeEngine;
  let under: EngineUnderTest;

  async function connect(options: Partial<EngineOptions> = {}): Promise<EngineSession> {
    under = await engineUnderTest({ host: fake.host, ...options });
    return under.connect();
  }

  beforeEach(async () => {
    fake = await FakeEngine.start({ listen: 'tcp' });
  });

  afterEach(async () => {
    await fake.stop();
    assert.equal(under.clock.pending, 0, 'a timer was left behind');
  });

  describe('the containers of an engine', () => {
    const LABELS = { 'com.example.role': 'web', __proto__x: '1' };
    const DEAD: FakeContainer = {
      id: 'c2',
      name: 'db',
      state: 'exited',
      startedAt: '2026-11-21T07:00:01.5Z',
      finishedAt: '2026-11-21T09:04:14.123456789+02:00',
      exitCode: 137,
      oomKilled: true,
      restartCount: 4,
    };

    it('are listed, those that do not run as well', async () => {
      fake.containers = [{ id: 'c1', name: 'web', image: 'nginx:1', labels: LABELS }, DEAD];
      const session = await connect();
      assert.deepEqual(valueIn(await session.containers(under.stop.signal)), [
        {
          id: 'c1',
          name: 'web',
          image: 'nginx:1',
          state: 'running',
          created: [1_795_244_400, 0],
          labels: new Map(Object.entries(LABELS)),
        },
        { id: 'c2', name: 'db', image: 'busybox', state: 'exited', created: [1_795_244_400, 0], labels: new Map() },
      ]);
      const { method, version, query } = await fake.requested('/containers/json');
      assert.deepEqual([method, version, [...query]], ['GET', '1.51', [['all', '1']]]);
    });

    it('have the name that is their own, not one that a link gave them', async () => {
      fake.answer('/containers/json', { status: 200, body: [{ Id: 'c1', Names: ['/app/db', '/db'], Labels: null }] });
      const [container] = valueIn(await (await connect()).containers(under.stop.signal));
      assert.deepEqual(container, {
        id: 'c1',
        name: 'db',
        image: '',
        state: '',
        created: undefined,
        labels: new Map(),
      });
    });

    it('are inspected one by one, with exact times in whatever zone', async () => {
      fake.containers = [DEAD];
      assert.deepEqual(valueIn(await (await connect()).inspect('c2', under.stop.signal)), {
        id: 'c2',
        name: 'db',
        image: 'busybox',
        state: 'exited',
        created: [1_795_244_400, 0],
        labels: new Map(),
        startedAt: [1_795_244_401, 500_000_000],
        finishedAt: [1_795_244_654, 123_456_789],
        exitCode: 137,
        oomKilled: true,
        health: undefined,
        healthAt: undefined,
        restartCount: 4,
        probe: undefined,
      });
    });

    it('have not started or finished when the engine says year 1', async () => {
      fake.containers = [{ id: 'c1', name: 'web', state: 'created' }];
      const found = valueIn(await (await connect()).inspect('c1', under.stop.signal));
      assert.deepEqual([found?.startedAt, found?.finishedAt], [undefined, undefined]);
    });

    it('have the health of their last probe, and none without a health check', async () => {
      const at = '2026-11-21T07:04:14.000000001Z';
      fake.containers = [
        { id: 'c1', name: 'web', health: { status: 'unhealthy', at } },
        { id: 'c2', name: 'new', health: { status: 'starting' } },
        { id: 'c3', name: 'off', health: { status: 'none' } },
      ];
      const session = await connect();
      const health = async (id: string) => {
        const found = valueIn(await session.inspect(id, under.stop.signal));
        return [found?.health, found?.healthAt];
      };
      assert.deepEqual(await health('c1'), ['unhealthy', [1_795_244_654, 1]]);
      assert.deepEqual(await health('c2'), ['starting', undefined]);
      assert.deepEqual(await health('c3'), [undefined, undefined]);
    });

    const checks: readonly (readonly [
      what: string,
      parts: Pick<FakeContainer, 'healthcheck' | 'shell' | 'platform'>,
      probe: string | undefined,
    ])[] = [
      [
        'a shell’s command',
        { healthcheck: ['CMD-SHELL', 'test -e /ok || exit 1'] },
        '/bin/sh -c test -e /ok || exit 1',
      ],
      [
        'one of their own shell',
        { healthcheck: ['CMD-SHELL', 'a', 'b'], shell: ['/bin/ash', '-ec'] },
        '/bin/ash -ec a b',
      ],
      ['one of no shell of their own', { healthcheck: ['CMD-SHELL', 'a'], shell: [] }, '/bin/sh -c a'],
      ['one of Windows', { healthcheck: ['CMD-SHELL', 'a'], platform: 'windows' }, 'cmd /S /C a'],
      ['a program with arguments', { healthcheck: ['CMD', 'curl', '-f', 'http://x y'] }, 'curl -f http://x y'],
      ['a program, after which the engine puts a blank', { healthcheck: ['CMD', '/probe'] }, '/probe '],
      ['nothing, by their own word', { healthcheck: ['NONE'] }, undefined],
      ['nothing that is named', { healthcheck: ['CMD'] }, undefined],
      ['nothing', {}, undefined],
      ['what is inherited and empty', { healthcheck: [] }, undefined],
      ['what is known to no engine', { healthcheck: ['HTTP', 'GET /'] }, undefined],
      ['what is no list', { healthcheck: 'CMD' }, undefined],
      ['what is no text', { healthcheck: ['CMD', 7] }, undefined],
    ];
    for (const [what, parts, probe] of checks) {
      it(`are checked by ${what}`, async () => {
        fake.containers = [{ id: 'c1', name: 'web', ...parts }];
        const found = valueIn(await (await connect()).inspect('c1', under.stop.signal));
        assert.equal(found?.probe, probe);
      });
    }

    it('are gone when the engine says so, and in no other case', async () => {
      fake.containers = [];
      const session = await connect();
      assert.equal(valueIn(await session.inspect('c1', under.stop.signal)), undefined);
      const podman = { cause: 'no such container', message: 'no container with name or ID "c1" found', response: 404 };
      fake.answer('/containers/c1/json', { status: 404, body: podman });
      assert.equal(valueIn(await session.inspect('c1', under.stop.signal)), undefined);
      fake.answer('/containers/c1/json', { status: 404, body: '<h1>Not Found</h1>' });
      assert.deepEqual(problemIn(await session.inspect('c1', under.stop.signal)), {
        code: 'forbidden',
        message: `${fake.host} answered GET /containers/ID/json with 404: Not Found, which is no engine's word on a container. ${PROXY}`,
      });
    });

    it('are never asked for by what is no id', async () => {
      const session = await connect();
      const before = fake.requests.length;
      for (const id of ['', '../images', 'a/b', 'c1?x=1', '.', 'c 1', 'c1\r\nX: y']) {
        assert.equal(valueIn(await session.inspect(id, under.stop.signal)), undefined, id);
      }
      assert.equal(fake.requests.length, before);
    });

    it('may be refused by a socket proxy, which is told with what to do', async () => {
      const session = await connect();
      for (const path of ['/containers/json', '/containers/c1/json']) {
        fake.answer(path, { status: 403, body: '<h1>403 Forbidden</h1>' });
      }
      assert.deepEqual(problemIn(await session.containers(under.stop.signal)), {
        code: 'forbidden',
        message: `${fake.host} refused GET /containers/json with 403: 403 Forbidden. ${PROXY}`,
      });
      assert.equal(problemIn(await session.inspect('c1', under.stop.signal)).code, 'forbidden');
    });

    it('are not taken for all there are when the engine says that it has more', async () => {
      const session = await connect();
      fake.containers = [DEAD];
      fake.answer('/info', { ...ENGINE_INFO, Containers: 3 });
      assert.deepEqual(problemIn(await session.containers(under.stop.signal)), {
        code: 'forbidden',
        message: `${fake.host} lists 1 of the 3 containers that it has. Something in between leaves the others out (an authorisation plugin, a proxy with filters), so what happened to containers while events were missing cannot be found out.`,
      });
      assert.equal(fake.requests.filter(({ path }) => path === '/containers/json').length, 2);
    });

    for (const [what, info] of [
      ['as many', { ...ENGINE_INFO, Containers: 1 }],
      ['fewer, one having gone in between', { ...ENGINE_INFO, Containers: 0 }],
      ['nothing of their number', ENGINE_INFO],
      ['nothing, because a proxy refuses to ask', { status: 403, body: 'no' }],
    ] as const) {
      it(`are all there are when the engine says that it has ${what}`, async () => {
        const session = await connect();
        fake.containers = [DEAD];
        fake.answer('/info', info);
        assert.equal(valueIn(await session.containers(under.stop.signal)).length, 1);
        assert.equal(fake.requests.filter(({ path }) => path === '/containers/json').length, 1);
      });
    }

    it('are not waited for longer than connect_timeout', async () => {
      const session = await connect();
      fake.answer('/containers/json', 'hang');
      const asking = session.containers(under.stop.signal);
      await fake.requested('/containers/json');
      under.clock.advance(10_000);
      assert.equal(problemIn(await asking).code, 'timed_out');
    });

    it('must be what an engine says', async () => {
      const session = await connect();
      for (const body of ['hello', { message: 'hello' }, [{ Names: ['/x'] }]]) {
        fake.answer('/containers/json', { status: 200, body });
        assert.equal(problemIn(await session.containers(under.stop.signal)).code, 'not_an_engine');
      }
      fake.answer('/containers/c1/json', { status: 200, body: [] });
      assert.equal(problemIn(await session.inspect('c1', under.stop.signal)).code, 'not_an_engine');
    });
  });

  describe('an engine’s clock', () => {
    it('is compared with ours at the middle of the request', async () => {
      // The zone is the engine's own.
      fake.answer('/info', { ...ENGINE_INFO, SystemTime: '2026-11-21T13:00:02.600000000+01:00' });
      under = await engineUnderTest({ host: fake.host });
      const connecting = under.connect();
      await fake.requested('/info');
      // Ours was 12:00:00.000 when it was asked and is 12:00:00.200 when the answer is read.
      under.clock.advance(200);
      assert.equal((await connecting).clockOffsetMs, 2500);
    });

    it('is not known where /info does not tell it', async () => {
      assert.equal((await connect()).clockOffsetMs, undefined);
      fake.answer('/info', { status: 403, body: '' });
      assert.equal((await connect()).clockOffsetMs, undefined);
      fake.answer('/info', { ...ENGINE_INFO, SystemTime: 'noon' });
      assert.equal((await connect()).clockOffsetMs, undefined);
    });
  });

  describe('an engine that was asked for some of its events', () => {
    it('is sent the filters as JSON, and the session says so', async () => {
      const session = await connect({ filters: { type: ['container', 'network'], event: ['die'] } });
      assert.equal(session.isFiltered, true);
      const asked = session.events({ since: '0', until: '12.000000001' }, under.stop.signal);
      const { query } = await fake.requested('/events');
      valueIn(await asked).close();
      assert.deepEqual(
        [...query],
        [
          ['since', '0'],
          ['until', '12.000000001'],
          ['filters', '{"type":["container","network"],"event":["die"]}'],
        ],
      );
    });

    it('tells when it does not know a filter', async () => {
      const session = await connect({ filters: { typ: ['container'] } });
      fake.answer('/events', { status: 400, body: { message: "invalid filter 'typ'" } });
      assert.deepEqual(problemIn(await session.events({ since: '0', until: undefined }, under.stop.signal)), {
        code: 'engine_error',
        message: `${fake.host} does not take the filters it was given: invalid filter 'typ'. Check the option filters: its names and values are those of docker events --filter.`,
      });
    });

    it('is not filtered by default', async () => {
      assert.equal((await connect()).isFiltered, false);
    });
  });

  describe('events that an engine leaves out for an old API version', () => {
    const CASES: readonly (readonly [string, object, string | undefined, boolean])[] = [
      ['an engine of before they were there', ENGINE_20_10, undefined, false],
      ['a new engine that is asked in its own version', ENGINE_28, undefined, false],
      ['a new engine that is asked in an old version', ENGINE_28, '1.45', true],
      ['a new engine that is asked in the first version that has them', ENGINE_28, '1.46', false],
      ['an old engine that is asked in an old version', { ...ENGINE_20_10, ApiVersion: '1.45' }, '1.45', false],
      ['Podman', PODMAN_5, undefined, false],
    ];
    for (const [which, version, pinned, hidden] of CASES) {
      it(`are ${hidden ? '' : 'not '}hidden by ${which}`, async () => {
        fake.answer('/version', { ...version });
        const session = await connect(pinned === undefined ? {} : { api_version: pinned });
        assert.equal(session.hidesEvents, hidden);
      });
    }

    it('may be hidden where a pinned version is old and the engine does not tell its own', async () => {
      fake.answer('/version', { status: 403, body: '' });
      assert.equal((await connect({ api_version: '1.41' })).hidesEvents, true);
      assert.equal((await connect()).hidesEvents, false);
    });
  });

  describe('the count of published events', () => {
    const TEXT = `# HELP engine_daemon_events_total The number of events logged
# TYPE engine_daemon_events_total counter
engine_daemon_events_total 1234
# TYPE engine_daemon_events_subscribers_total gauge
engine_daemon_events_subscribers_total 2
process_start_time_seconds 1.79524702525e+09
`;

    async function published(answer: Parameters<FakeEngine['answer']>[1]) {
      const session = await connect({ metrics_endpoint: `http://127.0.0.1:${fake.port}/metrics` });
      fake.answer('/metrics', answer);
      return session.published(under.stop.signal);
    }

    it('comes from the metrics endpoint, with the time since when it counts', async () => {
      assert.deepEqual(await published({ status: 200, body: TEXT }), {
        events: 1234,
        startedAt: [1_795_247_025, 250_000_000],
      });
    });

    it('is the sum where there are labels', async () => {
      const body = 'engine_daemon_events_total{a="1 2"} 1\nengine_daemon_events_total{a="}"} 2.0\n';
      assert.deepEqual(await published({ status: 200, body }), { events: 3, startedAt: undefined });
    });

    it('is not known without an endpoint, and nothing is asked', async () => {
      assert.equal(await (await connect()).published(under.stop.signal), undefined);
      assert.equal(fake.requests.filter(({ path }) => path === '/metrics').length, 0);
    });

    it('that cannot be had is told once, and again after it was there', async () => {
      const messages = () => under.telemetry.named('engine.metrics_unreadable').map(({ message }) => message);
      const shown = `The engine's metrics at http://127.0.0.1:${fake.port}/metrics cannot be read`;
      const rest =
        "so how many events it published is not known; everything else goes on. Check metrics_endpoint, and metrics-addr in the engine's daemon.json.";
      assert.equal(await published({ status: 404, body: '' }), undefined);
      const session = await under.connect();
      assert.equal(await session.published(under.stop.signal), undefined);
      assert.deepEqual(messages(), [`${shown} (it answered 404), ${rest}`]);
      fake.answer('/metrics', { status: 200, body: TEXT });
      assert.equal((await session.published(under.stop.signal))?.events, 1234);
      fake.answer('/metrics', { status: 200, body: 'up 1\n' });
      assert.equal(await session.published(under.stop.signal), undefined);
      assert.deepEqual(messages().slice(1), [`${shown} (it has no engine_daemon_events_total), ${rest}`]);
    });

    it('is not waited for longer than connect_timeout', async () => {
      const asking = published('hang');
      await fake.requested('/metrics');
      under.clock.advance(10_000);
      assert.equal(await asking, undefined);
      assert.match(under.telemetry.named('engine.metrics_unreadable')[0]?.message ?? '', /no answer within 10000 ms/);
    });

    it('is given up without a word when the collector stops', async () => {
      const asking = published('hang');
      await fake.requested('/metrics');
      under.stop.abort();
      assert.equal(await asking, undefined);
      assert.equal(under.telemetry.named('engine.metrics_unreadable').length, 0);
    });
  });
});
