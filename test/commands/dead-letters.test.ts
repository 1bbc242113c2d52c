import assert from 'node:assert/strict';
import { join } from 'node:path';
import { turn } from '../support/journal-rig.ts';
import { spanOf } from '../support/spans.ts';
import { ENTRIES, fillJournal, onTerminal, startJournal } from './kept.ts';
import { Folder, testWorld } from './test-world.ts';

describe('dead-letters', () => {
  let folder: Folder;
  let kept: string;
  beforeEach(async () => {
    folder = await Folder.make();
    kept = join(folder.path, 'state');
  });
  afterEach(() => folder.remove());

  async function list(...args: string[]) {
    const world = testWorld();
    assert.equal(await world.program('dead-letters', 'list', '--storage', kept, ...args), 0, world.stderr.text);
    return world.stdout.lines.map((line) => JSON.parse(line));
  }

  it('are listed with the backend’s words and the record', async () => {
    await fillJournal(kept);
    const [letter, ...others] = await list();
    assert.deepEqual(others, []);
    const { record, ...head } = letter;
    assert.deepEqual(head, {
      id: 1,
      exporter: 'otlp_http',
      set_aside: '2026-11-21T12:00:00.000000000Z',
      detail: 'HTTP 400: no such tenant',
    });
    assert.equal(record.event, 'docker.container.create');
    assert.deepEqual(await list('--exporter', 'console'), []);
    assert.equal((await list('1', '2')).length, 1);
  });

  it('are two lines each for a person', async () => {
    await fillJournal(kept);
    const world = onTerminal(testWorld({ NO_COLOR: '1' }));
    assert.equal(await world.program('dead-letters', 'list', '--storage', kept), 0, world.stderr.text);
    assert.match(
      world.stdout.text,
      /^1 {2}otlp_http, now: HTTP 400: no such tenant\n {4}\S+ {2}INFO {3}container create {10}web .*\n$/,
    );
    const none = onTerminal(testWorld());
    assert.equal(await none.program('dead-letters', 'list', '--exporter', 'console', '--storage', kept), 0);
    assert.equal(none.stdout.text, '');
    assert.equal(none.stderr.text, 'No such record is set aside.\n');
  });

  it('are spans, too, on one line', async () => {
    const [create, , , , about] = ENTRIES;
    const rig = await startJournal(kept);
    const traces = rig.journal.reader('console');
    rig.journal.append([about, spanOf({ about, start: [1_795_261_800, 0], failure: 'oom_killed' })]);
    for (const leased of traces.lease(100)) {
      if (leased.entry.kind === 'span') traces.setAside(leased, 'HTTP 400: no such tenant');
      else traces.acknowledge(leased);
    }
    await rig.stop();
    const letters = await list('--exporter', 'console');
    assert.deepEqual(
      letters.map(({ record }) => [record.span, record.attributes['error.type'], record.attributes['container.id']]),
      [['container run', 'oom_killed', create.event.actorId]],
    );
    const world = onTerminal(testWorld({ NO_COLOR: '1' }));
    assert.equal(await world.program('dead-letters', 'list', '--storage', kept, '2'), 0, world.stderr.text);
    const [head, line = '', ...others] = world.stdout.lines;
    assert.equal(head, '2  console, now: HTTP 400: no such tenant');
    assert.match(line, /^ {4}\S+ {2}SPAN {3}container run +web +9 min 50 s {2}The kernel killed the container/);
    assert.deepEqual(others, []);
  });

  it('are sent again by the collector that runs', async () => {
    const rig = await startJournal(kept);
    const waiting = rig.reader.waiting;
    const world = testWorld();
    assert.equal(await world.program('dead-letters', 'resend', '1', '--storage', kept), 0, world.stderr.text);
    assert.equal(
      world.stdout.text,
      'To be sent again, by the collector that runs or else by the next one: 1 record.\n',
    );
    rig.clock.advance(10_000);
    await turn();
    assert.equal(rig.reader.waiting, waiting + 1);
    await rig.stop();
    assert.deepEqual(await list(), []);
  });

  it('are discarded', async () => {
    await fillJournal(kept);
    const world = testWorld();
    assert.equal(await world.program('dead-letters', 'discard', '--all', '--storage', kept), 0, world.stderr.text);
    assert.equal(world.stdout.text, 'Discarded: 1 record.\n');
    assert.deepEqual(await list(), []);
  });

  it('are only those that are named', async () => {
    await fillJournal(kept);
    for (const command of ['resend', 'discard']) {
      const which = testWorld();
      assert.equal(await which.program('dead-letters', command, '--storage', kept), 2);
      assert.equal(
        which.stderr.text,
        'Which? Name their ids, as dead-letters list shows them, or an --exporter, or --all.\n',
      );
      const wrong = testWorld();
      assert.equal(await wrong.program('dead-letters', command, 'first', '--storage', kept), 2);
      assert.equal(wrong.stderr.text, 'Expected ids as dead-letters list shows them, got "first".\n');
      const missing = testWorld();
      assert.equal(await missing.program('dead-letters', command, '7', '--storage', kept), 1);
      assert.match(missing.stdout.text, /: 0 records\.\n$/);
      assert.equal(missing.stderr.text, '1 id of those named: no such record is set aside.\n');
      const other = testWorld();
      assert.equal(await other.program('dead-letters', command, '--exporter', 'console', '--storage', kept), 0);
    }
    assert.equal((await list()).length, 1);
  });
});
