import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventLine } from '../support/events.ts';
import { Folder, testWorld } from './test-world.ts';

const RECORDINGS = ['recordings/engine-28.ndjson', 'test/fixtures/recordings/engine-28-swarm.ndjson'].map((path) =>
  join(import.meta.dirname, '../..', path),
);

/** The example of Falco's docker plugin, in its own words: the rule that its results are shown for. */
const EXAMPLE = `- rule: Dummy Rule
  desc: Dummy Rule
  condition: docker.status in (start,create,die)
  output: status=%docker.status from=%docker.from type=%docker.type action=%docker.action name=%docker.attributes.name
  priority: DEBUG
  source: docker
  tags: [docker]
`;

/** What Falco prints for one event, read off its line alone: time of day with nine digits, priority, output. */
function falcoLine(line: string): readonly string[] {
  const {
    status = '',
    from = '',
    Type,
    Action,
    Actor,
    timeNano,
  } = JSON.parse(line.replace(/"timeNano":(\d+)/, '"timeNano":"$1"'));
  if (!['start', 'create', 'die'].includes(status)) return [];
  const seconds = new Date(Number(BigInt(timeNano) / 1_000_000n)).toISOString().slice(11, 19);
  const nanos = String(timeNano).slice(-9);
  const name = Actor.Attributes.name ?? '';
  return [`${seconds}.${nanos}: Debug status=${status} from=${from} type=${Type} action=${Action} name=${name}`];
}

describe('rules test', () => {
  let folder: Folder;

  beforeEach(async () => {
    folder = await Folder.make();
  });
  afterEach(() => folder.remove());

  for (const recording of RECORDINGS) {
    it(`prints what Falco prints for the example of its plugin (${recording.split('/').at(-1)})`, async () => {
      const world = testWorld();
      const rules = await folder.file('docker_rules.yaml', EXAMPLE);
      assert.equal(await world.program('rules', 'test', rules, '--events', recording), 0, world.stderr.text);
      const lines = readFileSync(recording, 'utf8').trimEnd().split('\n');
      assert.deepEqual(world.stdout.lines, lines.flatMap(falcoLine));
      assert.ok(world.stdout.lines.length > 10);
      assert.match(
        world.stderr.text,
        new RegExp(`^${lines.length} events, 1 rule, ${world.stdout.lines.length} alerts$`, 'm'),
      );
      assert.match(world.stderr.text, /^rule +matches +alerts +µs\/event\nDummy Rule +\d+ +\d+ +\d+\.\d\d$/m);
    });
  }

  it('prints JSON for machines, with the keys of Falco and the uid of the event', async () => {
    const world = testWorld();
    const rules = await folder.file('r.yaml', EXAMPLE);
    const events = await folder.file('e.ndjson', `${recorded('die', { name: 'web', image: 'shop:1' })}\n`);
    assert.equal(await world.program('rules', 'test', rules, '--events', events, '--json'), 0, world.stderr.text);
    const [line = '', ...others] = world.stdout.lines;
    const { event_uid, ...alert } = JSON.parse(line);
    assert.deepEqual(others, []);
    assert.match(event_uid, /^[0-9a-f]{32}$/);
    assert.deepEqual(alert, {
      time: '2026-11-21T12:00:00.000000001Z',
      rule: 'Dummy Rule',
      priority: 'Debug',
      source: 'docker',
      tags: ['docker'],
      output: 'status=die from=shop:1 type=container action=die name=web',
    });
  });

  it('masks what it prints, and does not let a label write lines of its own', async () => {
    const world = testWorld();
    const rules = await folder.file(
      'r.yaml',
      EXAMPLE.replace(/condition: .*/, 'condition: docker.action startswith exec_start').replace(
        /output: .*/,
        'output: ran %docker.exec.command in %docker.container.name',
      ),
    );
    const exec = recorded('exec_start: mysql --password=hunter2secret -e x', { execID: 'e', name: 'web\nforged' });
    const events = await folder.file('e.ndjson', `${exec}\n`);
    assert.equal(await world.program('rules', 'test', rules, '--events', events), 0, world.stderr.text);
    assert.doesNotMatch(world.stdout.text + world.stderr.text, /hunter2/);
    assert.equal(world.stdout.lines.length, 1);
    assert.match(world.stdout.text, /Debug ran mysql --password=\[masked\] -e x in web\\u000aforged$/m);
  });

  it('asks the rules that come with the program where it is told to, and those of the configuration without files', async () => {
    const recording = RECORDINGS[0] ?? '';
    const rules = await folder.file('r.yaml', EXAMPLE);
    const both = testWorld();
    assert.equal(await both.program('rules', 'test', rules, '--bundled', '--events', recording), 0, both.stderr.text);
    assert.ok(both.stdout.lines.some((line) => / Error Container crashloop crashed with exit code 1 /.test(line)));
    assert.ok(both.stdout.lines.some((line) => / Debug status=die /.test(line)));
    const bundled = testWorld();
    assert.equal(await bundled.program('rules', 'test', '--events', recording), 0, bundled.stderr.text);
    assert.equal(bundled.stdout.lines.length, 4);
  });

  it('asks the first rule that matches, as Falco does, where it is told to', async () => {
    const rules = await folder.file('r.yaml', `${EXAMPLE}${EXAMPLE.replaceAll('Dummy Rule', 'Second')}`);
    const events = await folder.file('e.ndjson', `${recorded('die')}\n`);
    for (const [matching, count] of [
      ['all', 2],
      ['first', 1],
    ] as const) {
      const world = testWorld();
      assert.equal(await world.program('rules', 'test', rules, '--events', events, '--matching', matching), 0);
      assert.equal(world.stdout.lines.length, count);
    }
  });

  it('tells all that is wrong, and ends with 2', async () => {
    const world = testWorld();
    const loud = EXAMPLE.replace('Dummy Rule', 'Loud').replace('DEBUG', 'LOUD');
    const rules = await folder.file('r.yaml', `${EXAMPLE.replace('docker.status', 'docker.statu')}${loud}`);
    assert.equal(await world.program('rules', 'test', rules, '--events', 'x'), 2);
    assert.equal(world.stdout.text, '');
    assert.match(
      world.stderr.text,
      /r\.yaml:3:\d+: rule "Dummy Rule": .*docker\.statu\b.* Did you mean "docker\.status"\?/,
    );
    assert.match(world.stderr.text, /r\.yaml:12:\d+: rule "Loud": .*LOUD/);
  });

  it('does not take a file without events for one in which nothing matters', async () => {
    const rules = await folder.file('r.yaml', EXAMPLE);
    const events = await folder.file('e.ndjson', 'no events\n');
    const world = testWorld();
    assert.equal(await world.program('rules', 'test', rules, '--events', events), 1);
    assert.match(world.stderr.text, /e\.ndjson: expected events, one JSON object a line, and there is none in it\./);
  });

  it('says that it needs a recording, and that there is none', async () => {
    const rules = await folder.file('r.yaml', EXAMPLE);
    const without = testWorld();
    assert.equal(await without.program('rules', 'test', rules), 2);
    assert.match(without.stderr.text, /^--events: expected a recording, got nothing\. Make one with: docker events/);
    const gone = testWorld();
    assert.equal(await gone.program('rules', 'test', rules, '--events', '/nonexistent/e.ndjson'), 2);
    assert.match(gone.stderr.text, /There is no recording at \/nonexistent\/e\.ndjson\./);
    const matching = testWorld();
    assert.equal(await matching.program('rules', 'test', rules, '--events', 'x', '--matching', 'some'), 2);
    assert.match(matching.stderr.text, /^--matching: expected all or first\.$/m);
  });
});

describe('rules list', () => {
  it('shows which rules are asked, and why others are not', async () => {
    const world = testWorld();
    assert.equal(await world.program('rules', 'list'), 0, world.stderr.text);
    assert.match(world.stdout.text, /^Container crashed +asked +Error +\S+bundled\.yaml:\d+$/m);
    assert.match(world.stdout.text, /^Prune +disabled +\S+bundled\.yaml:\d+$/m);
  });

  it('lists for machines', async () => {
    const folder = await Folder.make();
    const rules = await folder.file(
      'r.yaml',
      `${EXAMPLE}${EXAMPLE.replaceAll('Dummy Rule', 'Calls').replace('source: docker', 'source: syscall')}`,
    );
    const world = testWorld();
    assert.equal(await world.program('rules', 'list', rules, '--json'), 0, world.stderr.text);
    assert.deepEqual(
      world.stdout.lines.map((line) => JSON.parse(line)),
      [
        { name: 'Dummy Rule', status: 'asked', priority: 'Debug', tags: ['docker'], place: `${rules}:1` },
        { name: 'Calls', status: 'source', place: `${rules}:8` },
      ],
    );
    await folder.remove();
  });
});

function recorded(action: string, attributes: Readonly<Record<string, string>> = { name: 'web', image: 'x' }): string {
  return eventLine({ action, attributes });
}
