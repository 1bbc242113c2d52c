import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type MappingOptions, schema } from '../../src/mapping/config.ts';
import { createMapper } from '../../src/mapping/mapper.ts';
import { definitionOf } from '../../src/mapping/registry.ts';
import { createSpanMapper, SPAN_NAMES } from '../../src/mapping/span.ts';
import { rootIdsOf, spanIdsOf } from '../../src/mapping/trace-ids.ts';
import type { EventEntry, SpanEntry, SpanName, TraceKey } from '../../src/model/entry.ts';
import { anyEntry } from '../support/arbitrary-events.ts';
import { hasType } from '../support/attribute-types.ts';
import { entryOf, eventLine, type LineParts } from '../support/events.ts';
import { IDENTITY } from '../support/scripted-engine.ts';
import { spanOf } from '../support/spans.ts';

const ID = 'a'.repeat(64);
const EXEC_ID = 'e'.repeat(64);
const STARTED = [1_795_262_370, 1] as const;
const TRACE: TraceKey = { of: 'container', id: ID, start: STARTED };

const map = createSpanMapper(schema.parse({}));
const mapRecord = createMapper(schema.parse({}));

function eventOf(parts: LineParts, context: EventEntry['context'] = {}): EventEntry {
  return { ...entryOf(eventLine({ id: ID, ...parts })), context };
}

const THING = { image: 'busybox:1.36', name: 'web', tier: 'gold', 'com.docker.compose.project': 'shop' };

/** Crashed by a signal, after somebody had sent another one. */
const DIE = eventOf(
  { action: 'die', attributes: { ...THING, exitCode: '139', execDuration: '30' } },
  { run: STARTED, exit: { reason: 'failed', intended: false, signal: 15 }, rules: ['Container crashed'] },
);

const EXEC_DIE = eventOf(
  { action: 'exec_die', attributes: { ...THING, exitCode: '2', execID: EXEC_ID } },
  { run: STARTED, execCommand: 'sh -c false' },
);

/** What every span of the container has. */
const OF_THING = {
  'container.id': ID,
  'container.name': 'web',
  'container.image.name': 'busybox',
  'container.image.tags': ['1.36'],
  'container.label.tier': 'gold',
  'docker.compose.project': 'shop',
};

function attributesOf(parts: Parameters<typeof spanOf>[0], options: Partial<MappingOptions> = {}) {
  const mapped = createSpanMapper({ ...schema.parse({}), ...options })(spanOf({ trace: TRACE, ...parts }));
  return { ...mapped.attributes };
}

describe('a span', () => {
  it('of a run that crashed is the root of its trace, and says how it ended', () => {
    const mapped = map(spanOf({ about: DIE, trace: TRACE, failure: 'failed' }));
    const { attributes, resource, ...rest } = mapped;
    assert.deepEqual(rest, {
      ...rootIdsOf(TRACE),
      parentSpanId: undefined,
      name: 'container run',
      start: STARTED,
      end: DIE.event.time,
      error: 'The container failed with exit code 139 (by SIGSEGV).',
      links: [],
    });
    assert.deepEqual(
      { ...attributes },
      {
        ...OF_THING,
        'process.exit.code': 139,
        'docker.container.run_duration_seconds': 30,
        'docker.container.exit.reason': 'failed',
        'docker.container.exit.intended': false,
        'docker.signal.number': 15,
        'docker.signal.name': 'SIGTERM',
        'error.type': 'failed',
        'docker.span.event_uid': DIE.uid,
      },
    );
    assert.equal(resource['service.name'], 'web');
  });

  it('that did not fail has no error, whatever its event says', () => {
    const mapped = map(spanOf({ about: DIE, trace: TRACE, name: 'stop' }));
    assert.equal(mapped.error, undefined);
    assert.equal(mapped.attributes['error.type'], undefined);
    assert.equal(mapped.attributes['process.exit.code'], 139);
    assert.equal(mapped.attributes['docker.signal.name'], 'SIGTERM');
  });

  it('of an exec has its command, its id and its exit code', () => {
    const mapped = map(
      spanOf({
        about: EXEC_DIE,
        trace: TRACE,
        name: 'exec',
        own: EXEC_ID,
        failure: 'exit_code',
        start: [1_795_262_399, 0],
      }),
    );
    assert.deepEqual(
      { ...mapped.attributes },
      {
        ...OF_THING,
        'docker.exec.id': EXEC_ID,
        'docker.exec.command': 'sh -c false',
        'process.exit.code': 2,
        'error.type': 'exit_code',
        'docker.span.event_uid': EXEC_DIE.uid,
      },
    );
    assert.equal(mapped.error, 'The exec failed with exit code 2.');
    assert.equal(mapped.parentSpanId, rootIdsOf(TRACE).spanId);
    assert.deepEqual([mapped.traceId, mapped.spanId], Object.values(spanIdsOf(TRACE, 'exec', EXEC_ID)));
  });

  it('that ended with its container does not have the exit code of the container', () => {
    const own = { exec: EXEC_ID, pause: '1795262371000000000' };
    for (const name of ['exec', 'pause'] as const) {
      const exec = name === 'exec' ? { exec: { id: EXEC_ID, command: 'nosuch', isProbe: true } } : undefined;
      const attributes = attributesOf({ about: DIE, name, own: own[name], estimated: 'end', ...exec });
      assert.deepEqual(attributes, {
        ...OF_THING,
        ...(exec && {
          'docker.exec.id': EXEC_ID,
          'docker.exec.command': 'nosuch',
          'docker.exec.probe': true,
        }),
        'docker.span.estimated': 'end',
        'docker.span.event_uid': DIE.uid,
      });
    }
  });

  it('keeps what is a label where the engine’s own word would be left out', () => {
    const about = { ...DIE, context: { ...DIE.context, shadowed: ['exitCode'] } };
    assert.equal(attributesOf({ about, name: 'pause' })['container.label.exitCode'], '139');
    const run = attributesOf({ about });
    assert.equal(run['container.label.exitCode'], '139');
    assert.equal(run['process.exit.code'], undefined);
  });

  it('has our own names whatever views are chosen', () => {
    const views = ['falco', 'logtail'] as const;
    assert.deepEqual(attributesOf({ about: DIE }, { views: [...views] }), attributesOf({ about: DIE }));
  });

  it('does not tell which rules its event has matched, nor that a record is one', () => {
    const names = Object.keys(attributesOf({ about: DIE }));
    const ofRecords = /^(log\.record\.|docker\.event\.|docker\.actor\.|security_rule\.|docker\.rule\.)/;
    assert.deepEqual(
      names.filter((name) => ofRecords.test(name)),
      [],
    );
    const { rules: _, ...context } = DIE.context;
    assert.deepEqual(map(spanOf({ about: { ...DIE, context } })), map(spanOf({ about: DIE })));
  });

  it('links to the root of another trace, and says why', () => {
    const before: TraceKey = { ...TRACE, start: [1, 2] };
    const rollout: TraceKey = { of: 'service', id: 's1', start: [3, 4] };
    const { links } = map(
      spanOf({
        trace: TRACE,
        links: [
          { why: 'previous_run', trace: before },
          { why: 'rollout', trace: rollout },
        ],
      }),
    );
    assert.deepEqual(
      links.map(({ attributes, ...ids }) => ({ ...ids, ...attributes })),
      [
        { ...rootIdsOf(before), 'docker.span.link': 'previous_run' },
        { ...rootIdsOf(rollout), 'docker.span.link': 'rollout' },
      ],
    );
  });

  it('of a pull is the image’s, a trace of its own', () => {
    const id = 'registry.example/shop/web:1.2';
    const about = eventOf({ type: 'image', action: 'pull', id, attributes: { name: 'registry.example/shop/web' } });
    const trace: TraceKey = { of: 'image', id, start: STARTED };
    const mapped = map(spanOf({ name: 'pull', about, trace }));
    assert.equal(mapped.name, 'image pull');
    assert.equal(mapped.parentSpanId, undefined);
    assert.deepEqual(
      { ...mapped.attributes },
      {
        'container.image.name': 'registry.example/shop/web',
        'container.image.tags': ['1.2'],
        'docker.span.event_uid': about.uid,
      },
    );
    assert.equal(mapped.resource['service.name'], 'docker-events');
  });

  it('of a rollout is the service’s, a trace of its own', () => {
    const attributes = { name: 'shop_api', 'updatestate.new': 'rollback_completed' };
    const about = eventOf({ type: 'service', action: 'update', id: 's1', scope: 'swarm', attributes });
    const trace: TraceKey = { of: 'service', id: 's1', start: STARTED };
    const mapped = map(spanOf({ name: 'rollout', about, trace, failure: 'rolled_back' }));
    assert.equal(mapped.name, 'service rollout');
    assert.equal(mapped.parentSpanId, undefined);
    assert.equal(mapped.error, 'The update was rolled back.');
    assert.deepEqual(
      { ...mapped.attributes },
      {
        'docker.swarm.service.id': 's1',
        'docker.swarm.service.name': 'shop_api',
        'docker.service.update_state.new': 'rollback_completed',
        'error.type': 'rolled_back',
        'docker.span.event_uid': about.uid,
      },
    );
    assert.equal(mapped.resource['service.name'], 'shop_api');
  });

  const sentences: readonly (readonly [SpanName, string, string | undefined, string])[] = [
    ['run', 'failed', undefined, 'The container failed.'],
    ['run', 'failed', '127', 'The container failed with exit code 127 (its command was not found).'],
    ['run', 'oom_killed', '137', 'The kernel killed the container, being out of memory (exit code 137).'],
    ['run', 'oom_killed', undefined, 'The kernel killed the container, being out of memory.'],
    ['rollout', 'paused', undefined, 'The update was paused.'],
    ['rollout', 'rollback_paused', undefined, 'The update was paused while it was rolled back.'],
    ['run', 'lost_its_host', undefined, 'The container ended: lost its host.'],
  ];
  for (const [name, failure, exitCode, sentence] of sentences) {
    it(`says: ${sentence}`, () => {
      const attributes = exitCode === undefined ? THING : { ...THING, exitCode };
      const about = eventOf({ action: 'die', attributes });
      assert.equal(map(spanOf({ about, name, failure, trace: TRACE })).error, sentence);
    });
  }
});

describe('every span', () => {
  const time = fc.tuple(fc.nat(9_223_372_036), fc.nat(999_999_999));
  const trace = fc.record({ of: fc.constantFrom('container', 'image', 'service'), id: fc.string(), start: time });
  const span: fc.Arbitrary<SpanEntry> = fc
    .record({
      about: anyEntry,
      name: fc.constantFrom('run', 'create', 'exec', 'stop', 'pause', 'pull', 'rollout'),
      trace,
      own: fc.option(fc.string(), { nil: undefined }),
      start: time,
      end: time,
      estimated: fc.constantFrom(undefined, 'start', 'end', 'both'),
      failure: fc.option(fc.string(), { nil: undefined }),
      links: fc.array(fc.record({ why: fc.constantFrom('previous_run', 'rollout'), trace }), { maxLength: 2 }),
    })
    .map(spanOf);

  it('has registered attributes only, of the type that the registry promises', () => {
    fc.assert(
      fc.property(span, (entry) => {
        const { attributes, links } = map(entry);
        for (const [name, value] of [attributes, ...links.map((link) => link.attributes)].flatMap(Object.entries)) {
          const definition = definitionOf(name);
          assert.ok(definition !== undefined, `${name} is not registered`);
          assert.ok(hasType(value, definition.type), `${name} is ${JSON.stringify(value)}, not ${definition.type}`);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('is the same each time, has one of few names, and fails exactly where its entry does', () => {
    fc.assert(
      fc.property(span, span, (entry, other) => {
        const one = map(entry);
        map(other);
        const two = createSpanMapper(schema.parse({}))(structuredClone(entry));
        assert.deepEqual(JSON.stringify(two), JSON.stringify(one));
        assert.equal(one.name, SPAN_NAMES[entry.name]);
        assert.equal(one.error !== undefined, entry.failure !== undefined);
        assert.equal(one.attributes['error.type'], entry.failure);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the span that a record belongs to', () => {
  const records: readonly (readonly [string, EventEntry, object | undefined])[] = [
    ['the run, for an event of its container', DIE, rootIdsOf(TRACE)],
    ['the exec, for an event of it', EXEC_DIE, spanIdsOf(TRACE, 'exec', EXEC_ID)],
    [
      'the run, for an event of an exec whose id a label may have written',
      { ...EXEC_DIE, context: { run: STARTED, shadowed: ['execID'] } },
      rootIdsOf(TRACE),
    ],
    ['none, where no run is known', { ...DIE, context: {} }, undefined],
    [
      'the pull, for the pull of an image',
      eventOf({ type: 'image', action: 'pull', id: 'web:1', attributes: { name: 'web' } }),
      rootIdsOf({ of: 'image', id: 'web:1', start: [1_795_262_400, 1] }),
    ],
    ['none, for another event of an image', eventOf({ type: 'image', action: 'tag' }), undefined],
    [
      'the rollout, for an update of its service',
      eventOf({ type: 'service', action: 'update', id: 's1' }, { rollout: STARTED }),
      rootIdsOf({ of: 'service', id: 's1', start: STARTED }),
    ],
    ['none, for an update without a rollout', eventOf({ type: 'service', action: 'update', id: 's1' }), undefined],
    ['none, for an event of a network', eventOf({ type: 'network', action: 'connect' }), undefined],
  ];
  for (const [title, entry, expected] of records) {
    it(`is ${title}`, () => assert.deepEqual(mapRecord(entry).span, expected));
  }

  it('is that of the event, for an alert', () => {
    const rule = { name: 'r', description: '', priority: 'Warning', tags: [], output: 'x' } as const;
    const observedAt = DIE.observedAt;
    const alert = mapRecord({ kind: 'alert', uid: 'a1', rule, about: DIE, observedAt, engine: IDENTITY });
    assert.deepEqual(alert.span, rootIdsOf(TRACE));
  });

  it('is the same in every view', () => {
    for (const view of ['otel', 'falco', 'logtail'] as const) {
      const inView = createMapper(schema.parse({ views: [view] }));
      assert.deepEqual(inView(EXEC_DIE).span, spanIdsOf(TRACE, 'exec', EXEC_ID));
    }
  });
});
