/** Each rule that comes with the program: what it tells, and what is nearly that and is not told. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIELDS } from '../../src/condition/fields.ts';
import { Lifecycle } from '../../src/lifecycle/lifecycle.ts';
import type { EventContext } from '../../src/model/context.ts';
import type { Entry } from '../../src/model/entry.ts';
import { RuleDesk } from '../../src/rules/desk.ts';
import { BUNDLED_RULES, readRulesFiles } from '../../src/rules/files.ts';
import { loadRules } from '../../src/rules/load/load.ts';
import { ruleProblemText } from '../../src/rules/load/problem.ts';
import type { RuleSet } from '../../src/rules/rule-set.ts';
import { GAP } from '../support/entries.ts';
import { entryOf, eventLine, type LineParts, receivedOf } from '../support/events.ts';
import { RecordingTelemetry } from '../support/recording-telemetry.ts';

const ENABLED = [
  'Container crashed',
  'Container out of memory',
  'Restart loop',
  'Container unhealthy',
  'Events missing',
];

const TEXT = readFileSync(BUNDLED_RULES, 'utf8');

/** The bundled rules, those of `enable` switched on, with what a person adds to them. */
function rulesWith(enable: readonly string[] = [], added = ''): RuleSet {
  const files = [
    { path: 'bundled.yaml', text: TEXT },
    { path: 'mine.yaml', text: added },
  ].filter(({ text }) => text !== '');
  const loaded = loadRules(files, FIELDS, { minimumPriority: 'Debug', enable });
  assert.ok(loaded.ok, loaded.ok ? '' : loaded.problem.map(ruleProblemText).join('\n'));
  assert.deepEqual(loaded.value.warnings.map(ruleProblemText), []);
  return loaded.value.ruleSet;
}

const ALL = rulesWith(['*']);

function ruleNamed(name: string, rules: RuleSet = ALL) {
  const rule = rules.rules.find((one) => one.name === name);
  assert.ok(rule !== undefined, name);
  return rule;
}

/** What a desk with these rules tells of these entries: `rule: output`. */
function told(rules: RuleSet, entries: readonly Entry[]): string[] {
  const options = { matching: 'all', isLeftOut: () => false, telemetry: new RecordingTelemetry() } as const;
  const desk = new RuleDesk({ ruleSet: rules, ...options });
  return desk
    .decide(entries)
    .entries.flatMap((entry) =>
      entry.kind === 'alert' ? [`${entry.rule.name}: ${ruleNamed(entry.rule.name, rules).format(entry)}`] : [],
    );
}

function event(parts: LineParts, context: EventContext = {}): Entry {
  return { ...entryOf(eventLine(parts)), context };
}

const DIES = { action: 'die', attributes: { name: 'web', image: 'busybox:1.36', exitCode: '3' } };

function died(
  reason: 'failed' | 'completed' | 'stopped' | 'killed' | 'oom_killed' | 'unknown',
  attributes: Readonly<Record<string, string>> = {},
): Entry {
  const intended = reason === 'completed' || reason === 'stopped' || reason === 'killed';
  const parts = { ...DIES, attributes: { ...DIES.attributes, ...attributes } };
  return event(parts, { exit: { reason, intended, signal: undefined } });
}

const IMAGE_ID = 'sha256:12e9d6dc8ae9bf75e9b6ae9e17c04eeab2ac0d17a19c68e805ba116fe781953e';

/** As the builder of Engine 20.10 runs a RUN: a name that the engine has made up, and an image that has none. */
const BUILD_STEP = died('failed', { name: 'laughing_wright', image: IMAGE_ID });
const INTERRUPTED = died('failed', { exitCode: '130' });

function exec(command: string, action = 'exec_start', context: EventContext = {}): Entry {
  return event(
    { action: `${action}: ${command}`, attributes: { name: 'db', image: 'postgres:16', execID: 'e1' } },
    context,
  );
}

function pulled(reference: string): Entry {
  return event({
    type: 'image',
    action: 'pull',
    id: reference,
    attributes: { name: reference.replace(/:[^:/]*$/, '') },
  });
}

function swarm(type: string, attributes: Record<string, string>, action = 'update'): Entry {
  return event({ type, action, id: 'n1', scope: 'swarm', attributes: { name: 'node-1', ...attributes } });
}

const RELOAD = { type: 'daemon', id: 'ABCD', attributes: { name: 'node-1', 'insecure-registries': '["reg:5000"]' } };

interface Case {
  readonly rule: string;
  readonly matches: Readonly<Record<string, Entry>>;
  readonly misses: Readonly<Record<string, Entry>>;
  /** What is said of the first match. */
  readonly says: string;
}

const CASES: readonly Case[] = [
  {
    rule: 'Container crashed',
    matches: {
      'a crash': died('failed'),
      'one whose name was made up': died('failed', { name: 'laughing_wright' }),
      'one with an image by its id': died('failed', { name: 'k8s_web_shop_prod_0', image: IMAGE_ID }),
    },
    misses: {
      'one that was ended by Ctrl-C at its terminal': INTERRUPTED,
      'a step of a build': BUILD_STEP,
      'one of those whose name was taken': died('failed', { name: 'laughing_wright3', image: IMAGE_ID }),
      'one that has finished': died('completed'),
      'one that was stopped': died('stopped'),
      'one that was killed': died('killed'),
      'one that the kernel killed': died('oom_killed'),
      'one whose cause is not known': died('unknown'),
      'an exec that fails': event({ action: 'exec_die', attributes: { execID: 'e1', exitCode: '3' } }),
    },
    says: 'Container web crashed with exit code 3 (workload=web image=busybox:1.36 id=c1)',
  },
  {
    rule: 'Container out of memory',
    matches: { 'the kernel killing something': event({ action: 'oom' }), 'its death of it': died('oom_killed') },
    misses: { 'a crash': died('failed'), 'a kill by hand': died('killed'), 'an image called oom': pulled('oom') },
    says: 'Out of memory in container web (workload=web image=busybox:local id=c1)',
  },
  {
    rule: 'Restart loop',
    matches: { 'a crash': died('failed'), 'a death for want of memory': died('oom_killed') },
    misses: {
      'one that has finished': died('completed'),
      'one that was ended by Ctrl-C at its terminal': INTERRUPTED,
      'a step of a build': BUILD_STEP,
      'a survived want of memory': event({ action: 'oom' }),
    },
    says: 'web dies again and again, the last time with exit code 3 (container=web image=busybox:1.36 reason=failed)',
  },
  {
    rule: 'Container unhealthy',
    matches: { 'a health check that fails': event({ action: 'health_status: unhealthy' }) },
    misses: {
      'one that succeeds': event({ action: 'health_status: healthy' }),
      'an exec with this name': exec('unhealthy'),
    },
    says: 'Container web is unhealthy (workload=web image=busybox:local id=c1)',
  },
  {
    rule: 'Events missing',
    matches: { 'a gap': GAP },
    misses: { 'an event': event({}) },
    says: 'Events of docker_events may be missing (reason=ring_overrun at_least=12)',
  },
  {
    rule: 'Image from another registry',
    matches: {
      'a pull from elsewhere': pulled('registry.example.com:5000/shop/web:1'),
      'a registry with a similar name': pulled('docker.io.example.com/web:1'),
      'a registry that nobody can tell': pulled('HTTP://Nonsense'),
    },
    misses: {
      'a pull from Docker Hub': pulled('busybox:1.36'),
      'one that names it': pulled('docker.io/library/busybox:1.36'),
      'a repository of somebody there': pulled('grafana/loki:3'),
      'a push to elsewhere': event({ type: 'image', action: 'push', id: 'registry.example.com/web:1', attributes: {} }),
      'a plugin from elsewhere': event({
        type: 'plugin',
        action: 'pull',
        id: 'registry.example.com/p:1',
        attributes: {},
      }),
    },
    says: 'Image pulled from outside the allowed registries (image=registry.example.com:5000/shop/web:1 registry=registry.example.com:5000)',
  },
  {
    rule: 'Shell in container',
    matches: {
      'a shell': exec('/bin/bash '),
      'a shell with options': exec('sh -l -i'),
      'a shell with long options': exec('bash --norc --noprofile'),
      'a script by a shell': exec('/bin/sh /tmp/x.sh'),
    },
    misses: {
      'a command by a shell': exec('/bin/sh -c date'),
      'one with more options': exec('bash -lc "exec date"'),
      'one of several lines': exec('bash -c set -e\ndate'),
      'another program': exec('psql -c select'),
      'a program with a similar name': exec('/usr/bin/bashful'),
      'a shell that was not started yet': exec('/bin/bash ', 'exec_create'),
      'a health check': exec('/bin/bash ', 'exec_start', { isProbe: true }),
    },
    says: 'Shell in container db (command=/bin/bash image=postgres:16 id=c1 exec=e1)',
  },
  {
    rule: 'Command in container',
    matches: {
      'a command': exec('psql -l'),
      'a shell': exec('/bin/bash '),
      'a command by a shell': exec('sh -c date'),
    },
    misses: {
      'one that was not started yet': exec('psql -l', 'exec_create'),
      'a health check': exec('pg_isready', 'exec_start', { isProbe: true }),
      'a start': event({ action: 'start' }),
    },
    says: 'Command in container db (command=psql -l image=postgres:16 id=c1 exec=e1)',
  },
  {
    rule: 'Files copied by docker cp',
    matches: {
      'files out of it': event({ action: 'archive-path' }),
      'files into it': event({ action: 'extract-to-dir' }),
      'files, by older clients': event({ action: 'copy' }),
    },
    misses: { 'an export': event({ action: 'export' }), 'an exec of cp': exec('cp a b') },
    says: 'Files copied by docker cp (direction=archive-path container=web image=busybox:local id=c1)',
  },
  {
    rule: 'Daemon reloaded',
    matches: { 'a reload': event({ ...RELOAD, action: 'reload' }) },
    misses: {
      'something else of the daemon': event({ ...RELOAD, action: 'start' }),
      'a kill': event({ action: 'kill' }),
    },
    says: 'Engine node-1 reloaded its configuration (insecure_registries=(reg:5000) mirrors=<NA> debug=<NA> live_restore=<NA>)',
  },
  {
    rule: 'Prune',
    matches: {
      'of images': event({ type: 'image', action: 'prune', id: '', attributes: { reclaimed: '52428800' } }),
      'of containers': event({ action: 'prune', id: '', attributes: { reclaimed: '0' } }),
      'of a build cache': event({ type: 'builder', action: 'prune', id: '', attributes: { reclaimed: '1' } }),
    },
    misses: { 'the end of one image': event({ type: 'image', action: 'delete', attributes: { name: 'sha256:1' } }) },
    says: 'All unused of type image removed (reclaimed_bytes=52428800)',
  },
  {
    rule: 'Swarm node down',
    matches: {
      'a node that is down': swarm('node', { 'state.old': 'ready', 'state.new': 'down' }),
      'one that has left': swarm('node', { 'state.old': 'ready', 'state.new': 'disconnected' }),
    },
    misses: {
      'one that is back': swarm('node', { 'state.old': 'down', 'state.new': 'ready' }),
      'one that is drained': swarm('node', { 'availability.old': 'active', 'availability.new': 'drain' }),
      'a container labelled so': event({ attributes: { 'state.new': 'down', name: 'web' } }),
    },
    says: 'Swarm node node-1 is down (before=ready id=n1)',
  },
  {
    rule: 'Swarm leadership lost',
    matches: { 'a leader that is none': swarm('node', { 'leader.old': 'true', 'leader.new': 'false' }) },
    misses: {
      'a new leader': swarm('node', { 'leader.old': 'false', 'leader.new': 'true' }),
      'an update of a node': swarm('node', {}),
    },
    says: 'Swarm node node-1 does not lead any more (id=n1)',
  },
  {
    rule: 'Swarm service rolled back',
    matches: {
      'a rollback that begins': swarm('service', { name: 'api', 'updatestate.new': 'rollback_started' }),
      'one that fails': swarm('service', { name: 'api', 'updatestate.new': 'rollback_paused' }),
    },
    misses: {
      'an update': swarm('service', { 'updatestate.new': 'updating' }),
      'a rollback that is done': swarm('service', { 'updatestate.new': 'rollback_completed' }),
    },
    says: 'Swarm service api is rolled back (state=rollback_started id=n1)',
  },
];

describe('the bundled rules', () => {
  for (const { rule: name, matches, misses, says } of CASES) {
    describe(name, () => {
      for (const [what, entry] of Object.entries(matches)) {
        it(`tells of ${what}`, () => assert.equal(ruleNamed(name).matches(entry), true));
      }
      for (const [what, entry] of Object.entries(misses)) {
        it(`does not tell of ${what}`, () => assert.equal(ruleNamed(name).matches(entry), false));
      }
      it('says what happened', () => {
        const [first] = Object.values(matches);
        assert.ok(first !== undefined);
        assert.equal(ruleNamed(name).format(first), says);
      });
    });
  }

  it('are all tried here', () => {
    assert.deepEqual(
      ALL.rules.map(({ name }) => name),
      CASES.map(({ rule }) => rule),
    );
  });

  it('are disabled, but for a few', () => {
    const { rules, skipped } = rulesWith();
    assert.deepEqual(
      rules.map(({ name }) => name),
      ENABLED,
    );
    assert.ok(skipped.every(({ reason }) => reason === 'disabled'));
    assert.equal(rules.length + skipped.length, CASES.length);
  });

  it('come with a description, tags and a threshold where they would repeat themselves', () => {
    for (const { name, description, tags } of ALL.rules) {
      assert.match(description, /^[A-Z].*\.$/s, name);
      assert.ok(tags.length > 0, name);
    }
    assert.deepEqual(
      ALL.rules.filter(({ threshold }) => threshold !== undefined).map(({ name }) => name),
      ['Container crashed', 'Container out of memory', 'Restart loop', 'Container unhealthy'],
    );
  });

  it('are found where the program looks for them', async () => {
    const { files, problems } = await readRulesFiles({ bundled: true, files: [] });
    assert.deepEqual(problems, []);
    assert.deepEqual(files, [{ path: BUNDLED_RULES, text: TEXT }]);
  });

  it('are in the table of the document, with priority and whether they are enabled', () => {
    const table = readFileSync(join(import.meta.dirname, '../../docs/rules.md'), 'utf8');
    const rows = [...table.matchAll(/^\| ([A-Z][\w ]+) \| ([A-Z]\w+) \| (yes|no) \|/gm)].map((row) => row.slice(1));
    assert.deepEqual(
      rows,
      ALL.rules.map(({ name, priority }) => [name, priority, ENABLED.includes(name) ? 'yes' : 'no']),
    );
  });

  it('take registries of the user’s own', () => {
    const name = 'Image from another registry';
    const added = '- list: allowed_registries\n  items: [registry.example.com]\n  override: {items: replace}\n';
    const rule = ruleNamed(name, rulesWith([name], added));
    assert.equal(rule.matches(pulled('registry.example.com/shop/web:1')), false);
    assert.equal(rule.matches(pulled('busybox:1.36')), true);
  });
});

/** `count` deaths of containers of one service, a second apart, each of another container. */
function crashLoop(count: number): Entry[] {
  return Array.from({ length: count }, (_, index) => {
    const labels = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' };
    const attributes = { ...labels, name: `shop-web-${index}`, image: 'busybox:1.36', exitCode: '3' };
    const timeNano = `${1_795_262_400 + index}000000000`;
    const line = { action: 'die', id: `c${index}`, attributes, timeNano };
    return event(line, { exit: { reason: 'failed', intended: false, signal: undefined } });
  });
}

describe('the bundled rules that are enabled', () => {
  it('tell a crash loop of a hundred deaths as one crash and one loop', () => {
    assert.deepEqual(told(rulesWith(), crashLoop(100)), [
      'Container crashed: Container shop-web-0 crashed with exit code 3 (workload=shop/web image=busybox:1.36 id=c0)',
      'Restart loop: shop/web dies again and again, the last time with exit code 3 (container=shop-web-2 image=busybox:1.36 reason=failed)',
    ]);
  });

  it('tell a want of memory once, although engines tell it twice', () => {
    const attributes = { name: 'leak', image: 'busybox:1.36' };
    const oom = event({ action: 'oom', attributes, timeNano: '1795262400000000000' });
    const die = event(
      { action: 'die', attributes: { ...attributes, exitCode: '137' }, timeNano: '1795262400100000000' },
      { exit: { reason: 'oom_killed', intended: false, signal: undefined } },
    );
    assert.deepEqual(told(rulesWith(), [oom, die]), [
      'Container out of memory: Out of memory in container leak (workload=leak image=busybox:1.36 id=c1)',
    ]);
  });

  it('tell of what a real engine sent what there is to tell, and each once', () => {
    const recording = join(import.meta.dirname, '../../recordings/engine-28.ndjson');
    const lines = readFileSync(recording, 'utf8').trim().split('\n');
    const entries = new Lifecycle('docker_events').fold(lines.map(receivedOf));
    assert.deepEqual(
      told(rulesWith(), entries).map((line) => line.replace(/ id=[0-9a-f]{64}/, '')),
      [
        'Container unhealthy: Container shop-web-1 is unhealthy (workload=shop/web image=busybox:local)',
        'Container out of memory: Out of memory in container leak (workload=leak image=busybox:local)',
        'Container crashed: Container crashloop crashed with exit code 1 (workload=crashloop image=busybox:local)',
        'Restart loop: crashloop dies again and again, the last time with exit code 1 (container=crashloop image=busybox:local reason=failed)',
      ],
    );
  });
});
