/** What changes while a collector runs, when its files do. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { eventLine } from '../support/events.ts';
import { passUntil } from '../support/fake-clock.ts';
import { FakeEngine, type FakeStream } from '../support/fake-engine.ts';
import { type OtlpSink, startOtlpSink } from '../support/otlp-sink.ts';
import { Folder, type TestWorld, testWorld } from './test-world.ts';

const RULE = (action: string, more = '') =>
  `- rule: Seen\n  desc: d\n  condition: docker.action = ${action}\n  output: saw %docker.action of %docker.container.name\n  priority: Notice\n  source: docker\n${more}`;

const ATTRIBUTES = { image: 'busybox:local', name: 'web', tier: 'gold' };

/** Nothing else is to happen while time goes by. */
const QUIET = 'receivers: {docker_events: {ping_interval: 1h, audit_interval: 1h}}\n';

describe('a configuration that changes while it is in use', () => {
  let engine: FakeEngine;
  let sink: OtlpSink;
  let folder: Folder;
  let world: TestWorld;
  let rules: string;
  let config: string;
  let stream: FakeStream;
  let code: Promise<unknown>;
  let sent = 0;

  beforeEach(async () => {
    engine = await FakeEngine.start();
    sink = await startOtlpSink({ kind: 'http' });
    folder = await Folder.make();
    rules = await folder.file('rules.yaml', RULE('top'));
    config = await folder.file('c.yaml', '');
    await configure();
    world = testWorld({ DOCKER_HOST: engine.host, OTEL_EXPORTER_OTLP_ENDPOINT: sink.endpoint });
    code = world.program('run', '-c', config, '--log-format', 'text');
    stream = await engine.stream();
    await world.stderr.has(/Reading events/);
  });
  afterEach(async () => {
    world.signal('SIGTERM');
    assert.equal(await code, 0, world.stderr.text);
    assert.equal(world.clock.pending, 0, 'a timer was left behind');
    assert.deepEqual(sink.violations, []);
    await engine.stop();
    await sink.stop();
    await folder.remove();
  });

  async function configure(processors = '', service = 'reload_interval: 100ms'): Promise<void> {
    await writeFile(
      config,
      `${QUIET}rules: {bundled: false, files: [${rules}]}\nprocessors: {batch: {flush_interval: 10ms}${processors}}\nservice: {${service}}\n`,
    );
  }

  /** Sends an event, and resolves when so many records have come in all. */
  async function happens(action: string, recordsAfter: number): Promise<void> {
    sent += 1;
    stream.send(
      `${eventLine({ action, attributes: ATTRIBUTES, timeNano: `${1_795_262_400_000_000_000n + BigInt(sent)}` })}\n`,
    );
    await passUntil(world.clock, sink.waitForRecords(recordsAfter), 10);
  }

  const alerts = () =>
    sink.records.filter(({ eventName }) => eventName === 'docker.rule.match').map(({ body }) => body);

  it('is read again on SIGHUP: other rules are asked from then on', async () => {
    await happens('top', 2);
    await writeFile(rules, RULE('pause'));
    world.hangUp();
    await world.stderr.has(/The configuration was read again\. 1 rule is asked from now on\./);
    await happens('top', 3);
    await happens('pause', 5);
    assert.deepEqual(alerts(), ['saw top of web', 'saw pause of web']);
  });

  it('is read again when it is asked for during the start, once all runs', async () => {
    const starting = testWorld({ DOCKER_HOST: engine.host, OTEL_EXPORTER_OTLP_ENDPOINT: sink.endpoint });
    const ended = starting.program('run', '-c', config, '--log-format', 'text');
    await starting.stderr.has(/docker-events-otel \S+ reads /);
    assert.ok(!/Reading events/.test(starting.stderr.text), 'it runs already');
    starting.hangUp();
    await starting.stderr.has(/The configuration was read again/);
    starting.signal('SIGTERM');
    assert.equal(await ended, 0);
  });

  it('is read again when a rules file has changed, twice seen', async () => {
    await happens('top', 2);
    await writeFile(rules, RULE('pause', '  tags: [changed]\n'));
    await passUntil(world.clock, world.stderr.has(/The configuration was read again/), 10);
    await happens('pause', 4);
    assert.deepEqual(alerts(), ['saw top of web', 'saw pause of web']);
  });

  it('leaves what runs in place when it is wrong, and tells all that is', async () => {
    await happens('top', 2);
    await writeFile(
      rules,
      `${RULE('top and docker.typ = image')}${RULE('die').replace('Seen', 'Other').replace('Notice', 'Loud')}`,
    );
    world.hangUp();
    await world.stderr.has(/ERROR The configuration was read again and has 2 problems\. What runs goes on unchanged\./);
    assert.match(world.stderr.text, /rules\.yaml:3:\d+: rule "Seen": .*docker\.typ.* Did you mean "docker\.type"\?/);
    assert.match(world.stderr.text, /rules\.yaml:\d+:\d+: rule "Other": .*Loud/);
    await happens('top', 4);
    assert.deepEqual(alerts(), ['saw top of web', 'saw top of web']);
  });

  it('takes over another filter, another masking and other attributes', async () => {
    await happens('pause', 1);
    await configure(
      ', filter: {exclude: docker.action = pause}, redact: {deny: [tier]}, attributes: {actions: [{action: insert, key: team, value: blue}]}',
    );
    world.hangUp();
    await world.stderr.has(/The configuration was read again/);
    stream.send(`${eventLine({ action: 'pause', timeNano: '1795262499000000000' })}\n`);
    await happens('unpause', 2);
    assert.deepEqual(
      sink.records.map(({ eventName, attributes }) => [
        eventName,
        attributes.get('container.label.tier'),
        attributes.get('team'),
      ]),
      [
        ['docker.container.pause', 'gold', undefined],
        ['docker.container.unpause', '[masked]', 'blue'],
      ],
    );
    assert.doesNotMatch(world.stderr.text, /needs? a restart/);
  });

  it('gives spans of health checks from then on where they are asked for', async () => {
    const probe = async (id: string) => {
      const execID = id.repeat(64);
      for (const action of ['exec_start: curl', 'exec_die']) await emit(action, { execID, execType: 'healthcheck' });
    };
    const emit = async (action: string, own = {}) => {
      sent += 1;
      const timeNano = `${1_795_262_400_000_000_000n + BigInt(sent)}`;
      stream.send(`${eventLine({ action, attributes: { ...ATTRIBUTES, ...own }, timeNano })}\n`);
    };
    await emit('create');
    await happens('start', 2);
    await probe('a');
    await happens('top', 4);
    await configure(', filter: {health_checks: keep}');
    world.hangUp();
    await world.stderr.has(/The configuration was read again/);
    await probe('b');
    await happens('top', 8);
    await passUntil(world.clock, sink.waitForSpans(2), 10);
    assert.deepEqual(
      sink.spans.map(({ name, attributes }) => [name, attributes.get('docker.exec.id')]),
      [
        ['container create', undefined],
        ['container exec', 'b'.repeat(64)],
      ],
    );
  });

  it('says what it cannot take over', async () => {
    await configure('', 'shutdown_timeout: 3s');
    world.hangUp();
    await world.stderr.has(/WARN {2}The configuration has changes that need a restart/);
    await happens('top', 2);
  });

  it('says each time that it cannot take over all, also within a minute', async () => {
    await configure('', 'shutdown_timeout: 3s');
    world.hangUp();
    await world.stderr.has(/need a restart/);
    await configure('', 'shutdown_timeout: 4s');
    world.hangUp();
    await world.stderr.has(/(need a restart.*){2}/s);
    assert.equal(world.stderr.lines.filter((line) => /WARN.*need a restart/.test(line)).length, 2);
  });
});
