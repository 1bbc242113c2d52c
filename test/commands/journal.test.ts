import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { alertOf } from '../support/alerts.ts';
import { openJournal } from '../support/journal-rig.ts';
import { spanOf } from '../support/spans.ts';
import { ENTRIES, fillJournal, GAP, onTerminal, startJournal } from './kept.ts';
import { Folder, testWorld } from './test-world.ts';

describe('journal', () => {
  let folder: Folder;
  let kept: string;
  beforeEach(async () => {
    folder = await Folder.make();
    kept = join(folder.path, 'state');
  });
  afterEach(() => folder.remove());

  describe('status', () => {
    it('tells what is kept, and what waits for whom since when', async () => {
      await fillJournal(kept);
      const world = testWorld({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://me:4318' });
      assert.equal(await world.program('journal', '--storage', kept), 0, world.stderr.text);
      const lines = world.stdout.lines.map((line) => line.replace(/ {2,}/g, '  '));
      assert.equal(lines[0], `Journal  ${kept}/journal.db`);
      assert.match(
        lines[1] ?? '',
        /^Size {2}[\d.]+ (KiB|MiB) of at most 1 GiB, nothing that waits for longer than 168h$/,
      );
      assert.deepEqual(lines.slice(2), [
        'In use by  nobody now',
        'Entries  6, observed from 10 min ago to 4 s ago',
        'Gaps  1 told among them',
        'Refused  1 record set aside: docker-events-otel dead-letters list',
        '',
        'RECEIVER  ENGINE  HOST  LAST EVENT',
        'docker_events  unix:///run/test.sock  host-1  2026-11-21T11:59:50.000000000Z (10 s ago)',
        '',
        'EXPORTER  WAITING  OLDEST  REFUSED',
        'otlp_http  5  9 min ago  1',
        'console  0  -  0  not configured here; if it is gone for good: docker-events-otel journal forget console',
      ]);
      assert.equal(world.stderr.text, '');
    });

    it('is one JSON object for machines', async () => {
      await fillJournal(kept);
      const world = testWorld({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://me:4318' });
      assert.equal(await world.program('journal', 'status', '--json', '--storage', kept), 0, world.stderr.text);
      assert.equal(world.stdout.lines.length, 1);
      const { bytes, ...status } = JSON.parse(world.stdout.text);
      assert.ok(bytes > 4096);
      assert.deepEqual(status, {
        file: `${kept}/journal.db`,
        max_bytes: 1024 ** 3,
        max_age_ms: 168 * 3_600_000,
        history_bytes: 16 * 1024 ** 2,
        entries: 6,
        oldest: '2026-11-21T11:50:00.000005000Z',
        newest: '2026-11-21T11:59:56.000000000Z',
        gaps: 1,
        dead_letters: 1,
        receivers: [
          {
            receiver: 'docker_events',
            configured: true,
            endpoint: 'unix:///run/test.sock',
            host_name: 'host-1',
            engine_id: 'engine-1',
            last_event: '2026-11-21T11:59:50.000000000Z',
            last_observed: '2026-11-21T11:59:50.000005000Z',
          },
        ],
        exporters: [
          {
            exporter: 'otlp_http',
            configured: true,
            waiting: 5,
            oldest: '2026-11-21T11:50:01.000005000Z',
            dead_letters: 1,
          },
          { exporter: 'console', configured: false, waiting: 0, dead_letters: 0 },
        ],
      });
    });

    it('names receivers that have had no event, and those that are not configured', async () => {
      await fillJournal(kept);
      const file = await folder.file('c.yaml', 'receivers: {docker_events/a: , docker_events/b: {context: b}}\n');
      const world = testWorld();
      assert.equal(await world.program('journal', '-c', file, '--storage', kept), 0, world.stderr.text);
      assert.match(world.stdout.text, /^docker_events .* ago\) {2}not configured here$/m);
      assert.match(world.stdout.text, /^docker_events\/a +- +- +-$/m);
      assert.match(world.stdout.text, /^docker_events\/b +- +- +-$/m);
    });

    it('says who works on it', async () => {
      const rig = await startJournal(kept);
      const world = testWorld();
      assert.equal(await world.program('journal', '--storage', kept), 0, world.stderr.text);
      assert.match(
        world.stdout.text,
        /^In use by {2}docker-events-otel 1\.2\.3, process 1, reading unix:\S+ on \S+, since 2026-11-21T12:00:00/m,
      );
      await rig.stop();
    });

    it('finds the journal where the collector has it', async () => {
      await fillJournal(kept);
      const file = await folder.file('c.yaml', `storage: {directory: ${kept}}\n`);
      const world = testWorld();
      assert.equal(await world.program('journal', '-c', file), 0, world.stderr.text);
      const named = testWorld({ DOCKER_EVENTS_OTEL_STORAGE: kept });
      assert.equal(await named.program('journal'), 0, named.stderr.text);
      assert.equal(named.stdout.text, world.stdout.text);
    });

    it('says so where there is none, and makes none', async () => {
      const world = testWorld();
      assert.equal(await world.program('journal', '--storage', kept), 1);
      assert.match(world.stderr.text, /^There is no journal .*state/);
      assert.equal(existsSync(kept), false);
      const none = testWorld();
      assert.equal(await none.program('journal'), 2);
      assert.equal(
        none.stderr.text,
        'There is no journal: the storage is none. Name its folder with --storage, or the configuration of the collector with --config.\n',
      );
    });

    it('tells what is wrong with the configuration instead', async () => {
      const file = await folder.file('c.yaml', 'storages: {}\n');
      const world = testWorld();
      assert.equal(await world.program('journal', '-c', file), 2);
      assert.match(world.stderr.text, /Did you mean "storage"\?/);
    });

    it('tells a word that is no command', async () => {
      const world = testWorld();
      assert.equal(await world.program('journal', 'evnts'), 2);
      assert.match(world.stderr.text, /^error: unknown command 'evnts': expected status, events or forget\n/);
    });
  });

  describe('events', () => {
    async function events(...args: string[]) {
      const world = testWorld();
      assert.equal(await world.program('journal', 'events', '--storage', kept, ...args), 0, world.stderr.text);
      return world.stdout.lines.map((line) => JSON.parse(line));
    }
    async function names(...args: string[]) {
      return (await events(...args)).map(({ event }) => event);
    }

    it('are JSON lines for a pipe, delivered ones too, as records of our own names', async () => {
      await fillJournal(kept);
      const lines = await events();
      assert.equal(lines.length, ENTRIES.length + 1);
      const { attributes, body, ...die } = lines[4];
      assert.deepEqual(die, {
        time: '2026-11-21T11:59:50.000000000Z',
        observed: '2026-11-21T11:59:50.000005000Z',
        severity: die.severity,
        event: 'docker.container.die',
        resource: die.resource,
      });
      assert.match(body, /^Container web \(shop:1\) died with exit code 3/);
      assert.equal(attributes['process.exit.code'], 3);
      assert.equal(lines[5].event, 'docker.events.gap');
    });

    it('are lines for a person, or JSON where it is asked for', async () => {
      await fillJournal(kept);
      const world = onTerminal(testWorld({ NO_COLOR: '1' }));
      assert.equal(await world.program('journal', 'events', '--storage', kept, '--action', 'die'), 0);
      assert.match(
        world.stdout.text,
        /^\S+ {2}\w+ +container die {13}web {19}Container web \(shop:1\) died .*exit_code=3\n$/,
      );
      const json = onTerminal(testWorld());
      assert.equal(await json.program('journal', 'events', '--storage', kept, '--json'), 0);
      assert.equal(JSON.parse(json.stdout.lines[0] ?? '').event, 'docker.container.create');
    });

    it('are those of a type, an action, a container or a time', async () => {
      await fillJournal(kept);
      const [all, last] = [await names(), 'docker.events.gap'];
      assert.deepEqual(await names('--type', 'network'), ['docker.network.connect']);
      assert.deepEqual(await names('--type', 'network,gap'), ['docker.network.connect', last]);
      assert.deepEqual(await names('--action', 'start', '--action', 'die'), [
        'docker.container.start',
        'docker.container.die',
      ]);
      assert.deepEqual(await names('--action', 'exec_create'), ['docker.container.exec_create']);
      assert.deepEqual(await names('--container', 'web'), [
        'docker.container.create',
        'docker.container.start',
        'docker.container.die',
      ]);
      assert.deepEqual(await names('--container', 'aaaaaa', '--type', 'network'), ['docker.network.connect']);
      assert.deepEqual(await names('--container', 'aaa'), []);
      assert.deepEqual(await names('--since', '1m'), all.slice(-2));
      assert.deepEqual(await names('--since', '2026-11-21T11:50:02Z'), all.slice(2));
    });

    it('are alerts, too, and those of a container are about it', async () => {
      await fillJournal(kept);
      const rig = await openJournal(kept, { storage: { history: 2 ** 24 } });
      const [, , , db, web] = ENTRIES;
      rig.journal.append([
        alertOf({ about: web }),
        alertOf({ about: db, uid: 'a2' }),
        alertOf({ about: GAP, uid: 'a3' }),
      ]);
      await rig.stop();
      const alert = 'docker.rule.match';
      assert.deepEqual(await names('--type', 'alert'), [alert, alert, alert]);
      assert.deepEqual(await names('--type', 'alert', '--container', 'web'), [alert]);
      assert.deepEqual(await names('--type', 'alert', '--action', 'die'), []);
    });

    it('are spans only where they are asked for', async () => {
      await fillJournal(kept);
      const rig = await openJournal(kept, { storage: { history: 2 ** 24 } });
      const [, , , db, web] = ENTRIES;
      const about = { ...web, context: { run: [1_795_261_800, 5] as const } };
      const run = spanOf({ about, start: [1_795_261_800, 5], failure: 'failed' });
      rig.journal.append([about, run, spanOf({ about: db, name: 'exec', start: [1_795_261_800, 500_000_000] })]);
      await rig.stop();
      assert.equal((await names()).filter((name) => name === undefined).length, 0);
      const [line, ...others] = await events('--type', 'span', '--container', 'web');
      assert.deepEqual(others, []);
      assert.equal(line.span, 'container run');
      assert.equal(line.time, '2026-11-21T11:50:00.000000005Z');
      assert.equal(line.error, 'The container failed with exit code 3.');
      assert.equal(line.attributes['process.exit.code'], 3);
      assert.equal(line.resource['service.name'], 'web');
      const world = onTerminal(testWorld({ NO_COLOR: '1' }));
      assert.equal(await world.program('journal', 'events', '--storage', kept, '--type', 'span'), 0);
      const [first = '', second = ''] = world.stdout.lines;
      assert.match(first, /SPAN {3}container run +web +9 min 49 s {2}The container failed with exit code 3\.$/);
      assert.match(second, /SPAN {3}container exec +db +4 min 59 s$/);
      assert.deepEqual(await events('--type', 'span', '--action', 'die'), []);
    });

    it('are the newest ones, oldest first', async () => {
      await fillJournal(kept);
      assert.deepEqual(await names('--limit', '2'), (await names()).slice(-2));
    });

    it('are there while a collector works on them, and looking changes nothing', async () => {
      const rig = await startJournal(kept);
      assert.equal((await names()).length, ENTRIES.length + 1);
      await rig.stop();
      const before = readFileSync(join(kept, 'journal.db'));
      assert.equal((await names()).length, ENTRIES.length + 1);
      assert.ok(before.equals(readFileSync(join(kept, 'journal.db'))));
    });

    it('that are not there are no failure', async () => {
      await fillJournal(kept);
      const world = onTerminal(testWorld());
      assert.equal(await world.program('journal', 'events', '--storage', kept, '--container', 'nobody'), 0);
      assert.equal(world.stdout.text, '');
      assert.equal(world.stderr.text, 'The journal has no such event.\n');
    });

    it('tells options that cannot be', async () => {
      const world = testWorld();
      assert.equal(await world.program('journal', 'events', '--since', 'yesterday', '--limit', '0'), 2);
      assert.deepEqual(world.stderr.lines, [
        '--since: expected a duration such as 30m or 1h, or a time such as 2026-11-21T12:00:00Z, got "yesterday".',
        '--limit: expected a whole number from 1 to 100000, got "0".',
      ]);
    });
  });

  describe('forget', () => {
    it('gives up what waits for an exporter that is gone, when it is told to', async () => {
      await fillJournal(kept);
      const asked = testWorld();
      assert.equal(await asked.program('journal', 'forget', 'otlp_http', '--storage', kept), 1);
      assert.equal(
        asked.stderr.text,
        'This gives up 5 entries that wait for otlp_http, and 1 record that it refused. Say --yes to do it.\n',
      );
      const world = testWorld();
      assert.equal(
        await world.program('journal', 'forget', 'otlp_http', '--yes', '--storage', kept),
        0,
        world.stderr.text,
      );
      assert.match(world.stdout.text, /^Gave up what waited for otlp_http: /);
      const status = testWorld();
      assert.equal(await status.program('journal', '--json', '--storage', kept), 0);
      const { exporters, dead_letters } = JSON.parse(status.stdout.text);
      assert.deepEqual(
        exporters.map(({ exporter }: { exporter: string }) => exporter),
        ['console'],
      );
      assert.equal(dead_letters, 0);
    });

    it('gives up nothing of an exporter that is configured, or of none', async () => {
      await fillJournal(kept);
      const configured = testWorld({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://me:4318' });
      assert.equal(await configured.program('journal', 'forget', 'otlp_http', '--yes', '--storage', kept), 1);
      assert.match(
        configured.stderr.text,
        /^otlp_http is an exporter of this configuration, so what waits for it will be delivered\./,
      );
      const unknown = testWorld();
      assert.equal(await unknown.program('journal', 'forget', 'loki', '--yes', '--storage', kept), 1);
      assert.equal(
        unknown.stderr.text,
        'The journal keeps nothing for an exporter loki. It keeps something for: otlp_http, console.\n',
      );
    });
  });
});
