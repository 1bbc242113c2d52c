import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  CHUNK_CHARACTERS_MAX,
  CHUNK_ENTRIES_MAX,
  chunkRow,
  decodeChunk,
  encodeChunk,
  partsOf,
} from '../../src/journal/chunk.ts';
import { decodeEntry, encodeEntry } from '../../src/journal/entry-text.ts';
import { Identities } from '../../src/journal/identities.ts';
import type { Revive } from '../../src/journal/parts.ts';
import { bringUpToDate } from '../../src/journal/schema.ts';
import { type Database, openDatabase } from '../../src/journal/sqlite.ts';
import { Store } from '../../src/journal/store.ts';
import { schema } from '../../src/mapping/config.ts';
import { createSpanMapper } from '../../src/mapping/span.ts';
import {
  type AlertEntry,
  type Entry,
  type EventEntry,
  type GapEntry,
  type LossEntry,
  RULE_PRIORITIES,
  type SpanEntry,
  type SpanExec,
  type SpanLink,
  type TraceKey,
} from '../../src/model/entry.ts';
import { alertOf } from '../support/alerts.ts';
import { entryOf, eventLine } from '../support/events.ts';
import { IDENTITY } from '../support/scripted-engine.ts';
import { spanOf } from '../support/spans.ts';

const OTHER = { ...IDENTITY, version: undefined, receiver: 'docker_events/other' };

const plain = entryOf(eventLine());

/** A line is its own meaning here, so that any text can stand for one. */
const echo: Revive = (raw) => (raw === 'foreign' ? undefined : { event: plain.event, uid: `uid of ${raw}` });

/** An event whose line is this text. */
function said(raw: string): EventEntry {
  return { ...plain, raw, uid: `uid of ${raw}` };
}

const time = fc.tuple(fc.nat(9_223_372_036), fc.nat(999_999_999));
const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const engine = fc.constantFrom(IDENTITY, OTHER);

/** Few, so that events share them. */
const run = fc.constantFrom([5, 6] as const, [5, 7] as const, [4, 6] as const, [1_795_262_400, 0] as const);

const event: fc.Arbitrary<EventEntry> = fc
  .record({
    raw: fc.oneof(text, fc.constantFrom('', '\x1e', 'a\x1eb', 'ä€𝄞')),
    observedAt: fc.oneof(fc.constantFrom([5, 6] as const, [5, 7] as const, [6, 6] as const), time),
    engine,
    context: fc.constantFrom(
      {},
      { execCommand: 'sh -c "x"' },
      { exit: { reason: 'failed', intended: false, signal: undefined } } as const,
      { exit: { reason: 'killed', intended: true, signal: 9 }, shadowed: ['signal'] } as const,
      { rules: ['Shell in a container', 'ä'] },
      { rollout: [5, 6] } as const,
    ),
    synthetic: fc.option(fc.constantFrom({ basis: 'inspect' } as const, { basis: 'list' } as const), {
      nil: undefined,
    }),
    isTwin: fc.boolean(),
    run: fc.option(run, { nil: undefined }),
  })
  .map(({ raw, observedAt, engine: from, context, synthetic, isTwin, run: began }) => ({
    kind: 'event',
    raw,
    event: plain.event,
    uid: `uid of ${raw}`,
    observedAt,
    engine: from,
    context: began === undefined ? context : { ...context, run: began },
    ...(synthetic === undefined ? undefined : { synthetic }),
    ...(isTwin ? { isTwin: true } : undefined),
  }));

const optionalTime = fc.option(time, { nil: undefined });
const detail = fc.option(text, { nil: undefined });

const loss: fc.Arbitrary<LossEntry> = fc
  .record({
    kind: fc.constant('loss' as const),
    uid: text,
    reason: fc.constantFrom('queue_full', 'storage_full', 'expired', 'rejected'),
    exporter: text,
    count: fc.nat(),
    first: optionalTime,
    last: optionalTime,
    detail,
    observedAt: time,
    engine: fc.option(engine, { nil: undefined }),
  })
  .map((made) => ({ ...made }));

const gap: fc.Arbitrary<GapEntry> = fc
  .record({
    kind: fc.constant('gap' as const),
    uid: text,
    reason: fc.constantFrom('ring_overrun', 'engine_restarted', 'not_known', 'journal_lost'),
    from: optionalTime,
    to: optionalTime,
    atLeast: fc.option(fc.nat(), { nil: undefined }),
    recovered: fc.option(fc.nat(), { nil: undefined }),
    reconciled: fc.option(
      fc.tuple(fc.nat(), fc.nat()).map(([containers, events]) => ({ containers, events })),
      { nil: undefined },
    ),
    detail,
    observedAt: time,
    engine: fc.option(engine, { nil: undefined }),
  })
  .map((made) => ({ ...made }));

/** Nobody looks at twins. */
const seen = event.map(({ isTwin: _, ...other }): EventEntry => other);

const alert: fc.Arbitrary<AlertEntry> = fc
  .record({
    uid: text,
    name: text,
    priority: fc.constantFrom(...RULE_PRIORITIES),
    tags: fc.array(text, { maxLength: 3 }),
    output: text,
    matches: fc.option(fc.nat(), { nil: undefined }),
    about: fc.oneof({ weight: 3, arbitrary: seen }, gap),
    observedAt: time,
  })
  .map(({ uid, about, observedAt, matches, ...rule }) => ({
    kind: 'alert',
    uid,
    rule: { ...rule, description: '', ...(matches === undefined ? undefined : { matches }) },
    about,
    observedAt,
    engine: about.engine,
  }));

/** As JSON gives them. */
function plainRecord<Made>(parts: { readonly [Key in keyof Made]: fc.Arbitrary<Made[Key]> }): fc.Arbitrary<Made> {
  return fc.record(parts, { noNullPrototype: true });
}

const trace = plainRecord<TraceKey>({
  of: fc.constantFrom('container', 'image', 'service'),
  id: fc.constantFrom(plain.event.actorId, 'other'),
  start: time,
});

function spanAbout(about: fc.Arbitrary<EventEntry>): fc.Arbitrary<SpanEntry> {
  return fc
    .record({
      about,
      name: fc.constantFrom('run', 'create', 'exec', 'stop', 'pause', 'pull', 'rollout'),
      trace,
      own: detail,
      start: optionalTime,
      end: optionalTime,
      estimated: fc.constantFrom(undefined, 'start', 'end', 'both'),
      failure: detail,
      links: fc.array(plainRecord<SpanLink>({ why: fc.constantFrom('previous_run', 'rollout'), trace }), {
        maxLength: 2,
      }),
      observedAt: optionalTime,
      exec: fc.option(plainRecord<SpanExec>({ id: detail, command: detail, isProbe: fc.boolean() }), {
        nil: undefined,
      }),
    })
    .map(({ about: ended, exec, ...made }) => ({
      kind: 'span',
      ...made,
      ...(exec && { exec }),
      uid: ended.uid,
      start: made.start ?? made.trace.start,
      end: made.end ?? ended.event.time ?? made.trace.start,
      about: ended,
      observedAt: made.observedAt ?? ended.observedAt,
      engine: ended.engine,
    }));
}

const entry: fc.Arbitrary<Entry> = fc.oneof({ weight: 5, arbitrary: event }, loss, gap, alert, spanAbout(seen));

/** An event, which may have matched rules since, and the spans that it ended. */
const ended: fc.Arbitrary<readonly Entry[]> = seen.chain((about) =>
  fc
    .tuple(
      fc.constantFrom(about, { ...about, context: { ...about.context, rules: ['Shell in a container'] } }),
      fc.array(fc.oneof({ weight: 3, arbitrary: spanAbout(fc.constant(about)) }, alert), { maxLength: 4 }),
    )
    .map(([kept, spans]) => [kept, ...spans]),
);

const GAP: GapEntry = {
  kind: 'gap',
  uid: 'g1',
  reason: 'ring_overrun',
  from: [1, 2],
  to: [3, 4],
  atLeast: 1,
  recovered: undefined,
  reconciled: undefined,
  detail: undefined,
  observedAt: [5, 6],
  engine: IDENTITY,
};

const mapSpan = createSpanMapper(schema.parse({}));

/** JSON in which the value at one place, of `at` in all, is another one. */
function damaged(text: string, at: number, value: unknown): string {
  let left = at;
  return JSON.stringify(JSON.parse(text, (_, kept) => (left-- === 0 ? value : kept))) ?? 'null';
}

describe('entries as rows', () => {
  let database: Database;
  let store: Store;

  beforeEach(() => {
    database = openDatabase(':memory:');
    bringUpToDate(database);
    store = new Store(database);
  });

  afterEach(() => database.close());

  /** Through the file and another process's eyes. */
  function throughFile(entries: readonly Entry[], revive = echo): (Entry | undefined)[] {
    const first = store.next;
    for (const part of partsOf(entries)) store.addChunk(store.next, encodeChunk(part, store.identities));
    const identities = new Identities(database);
    return [...store.chunksFrom(first)].flatMap((row) => decodeChunk(chunkRow(row, identities), identities, revive));
  }

  it('come back as they were, whatever is in them', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 12 }), (entries) => {
        assert.deepEqual(throughFile(entries), entries);
      }),
      { numRuns: 500 },
    );
  });

  it('come back as they were with the spans that they ended, wherever a row ends', () => {
    fc.assert(
      fc.property(fc.array(ended, { minLength: 1, maxLength: 4 }), fc.nat(6), (groups, cut) => {
        const entries = groups.flat();
        const [before, after] = [entries.slice(0, cut), entries.slice(cut)];
        const rows = [before, after].filter(({ length }) => length > 0);
        assert.deepEqual(
          rows.flatMap((part) => throughFile(part)),
          entries,
        );
      }),
      { numRuns: 500 },
    );
  });

  it('hold the event of a span once where it stands before it, and its engine is that of both', () => {
    const about: EventEntry = { ...said('the line'), context: { run: [5, 6] } };
    const rows = (entries: readonly Entry[]) => JSON.stringify(encodeChunk(entries, store.identities));
    const occurrences = (text: string) => text.replaceAll('uid of the line', '').split('the line').length - 1;
    const [span, other] = [spanOf({ about }), spanOf({ about, name: 'stop' })];
    const matched = { ...about, context: { run: [5, 6] as const, rules: ['r'] } };
    assert.equal(occurrences(rows([about, span, alertOf({ about: plain }), other])), 1);
    assert.equal(occurrences(rows([matched, span])), 1, 'a rule has added its name');
    assert.equal(occurrences(rows([plain, span])), 1, 'another event');
    assert.equal(occurrences(rows([span, about])), 2, 'it stands behind');
    const unlike: readonly EventEntry[] = [
      { ...about, context: { run: [5, 7] } },
      { ...about, observedAt: [1, 2] },
      { ...about, synthetic: { basis: 'list' } },
      { ...about, isTwin: true },
      { ...about, raw: 'the line, and more' },
    ];
    for (const one of unlike) assert.equal(occurrences(rows([one, span])), 2, JSON.stringify(one));
  });

  it('count the events that the engine sent, and nothing that was worked out', () => {
    const synthetic: EventEntry = { ...plain, synthetic: { basis: 'list' } };
    const { count, events } = encodeChunk([plain, synthetic, GAP, { ...plain, isTwin: true }], store.identities);
    assert.deepEqual([count, events], [4, 2]);
  });

  it('hold the beginning of a run once for all of its events', () => {
    const inRun = (seconds: number, nanos = 123_456_789): Entry => ({ ...plain, context: { run: [seconds, nanos] } });
    const { extras } = encodeChunk(
      [plain, inRun(7), inRun(7), GAP, inRun(8), inRun(7), inRun(7, 5), plain],
      store.identities,
    );
    assert.deepEqual(JSON.parse(extras ?? '').runs, [
      [7, 123_456_789, 8, 123_456_789, 7, 123_456_789, 7, 5],
      [0, 1, 1, 0, 2, 3, 4],
    ]);
    assert.equal(encodeChunk([plain, plain], store.identities).extras, null);
    const [, one, same, , other] = throughFile([plain, inRun(7), inRun(7), GAP, inRun(8)]);
    assert.ok(one?.kind === 'event' && same?.kind === 'event' && other?.kind === 'event');
    assert.equal(one.context, same.context);
    assert.deepEqual([one.context, other.context], [{ run: [7, 123_456_789] }, { run: [8, 123_456_789] }]);
  });

  it('come back as they were when each has a row of its own', () => {
    fc.assert(
      fc.property(entry, (one) => {
        const text = encodeEntry(one, store.identities);
        const { isTwin: _, ...expected } = { isTwin: undefined, ...one };
        assert.deepEqual(decodeEntry(text, new Identities(database), echo), expected);
      }),
      { numRuns: 300 },
    );
  });

  it('have one engine object between them', () => {
    const [one, two, three] = throughFile([plain, { ...plain, raw: 'x', engine: { ...IDENTITY } }, plain]);
    assert.ok(one?.kind === 'event' && two?.kind === 'event' && three?.kind === 'event');
    assert.equal(one.engine, two.engine);
    assert.equal(one.engine, three.engine);
  });

  it('leave out what this program cannot read, and nothing else', () => {
    const entries = throughFile([plain, { ...plain, raw: 'foreign' }, plain]);
    assert.deepEqual(
      entries.map((one) => one?.kind),
      ['event', undefined, 'event'],
    );
    assert.equal(decodeEntry('no JSON', store.identities, echo), undefined);
    assert.equal(
      decodeEntry(encodeEntry({ ...plain, raw: 'foreign' }, store.identities), store.identities, echo),
      undefined,
    );
    database.exec("UPDATE chunks SET extras = '{'");
    const identities = new Identities(database);
    const [row] = store.chunksFrom(1);
    assert.ok(row);
    assert.deepEqual(decodeChunk(chunkRow(row, identities), identities, echo), [undefined, undefined, undefined]);
  });

  it('leave out the context that a damaged row has of an event', () => {
    const died: EventEntry = { ...plain, context: { exit: { reason: 'failed', intended: false, signal: undefined } } };
    const { extras, ...chunk } = encodeChunk([died], store.identities);
    const damage = (extras ?? '').replace(/"exit":\{[^}]*\}/, '"exit":null');
    assert.notEqual(damage, extras);
    const [read] = decodeChunk({ ...chunk, extras: damage, first: 1, engine: IDENTITY }, store.identities, echo);
    assert.ok(read?.kind === 'event');
    assert.deepEqual(read.context, {});
  });

  it('never throw, whatever was damaged', () => {
    const inRun = { ...plain, context: { run: [5, 6] as const } };
    const whole = [plain, alertOf(), alertOf({ about: GAP }), GAP, inRun, spanOf({ about: inRun }), spanOf()];
    const identities = store.identities;
    const chunk = { ...encodeChunk(whole, identities), first: 1, engine: IDENTITY };
    const texts = whole.map((one) => encodeEntry(one, identities));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(300), fc.jsonValue({ maxDepth: 1 }), (which, at, value) => {
        const one = decodeEntry(damaged(texts[which] ?? '', at, value), identities, echo);
        const decoded = decodeChunk({ ...chunk, extras: damaged(chunk.extras ?? '', at, value) }, identities, echo);
        assert.equal(decoded.length, whole.length);
        // What is read is whole, so that nothing after the journal can stumble over it.
        for (const read of [one, ...decoded]) if (read?.kind === 'span') mapSpan(read);
      }),
      { numRuns: 1000 },
    );
  });

  it('are no alerts when the rule cannot be read, or what it was about', () => {
    const stored = encodeEntry(alertOf(), store.identities);
    const decode = (change: object) =>
      decodeEntry(JSON.stringify({ ...JSON.parse(stored), ...change }), store.identities, echo);
    assert.equal(decode({})?.kind, 'alert');
    const { rule, about } = JSON.parse(stored);
    const changes = [
      { about: undefined },
      { about: null },
      { about: { ...about, engine: 99 } },
      { about: { ...about, raw: 'foreign' } },
      { about: { ...about, raw: 5 } },
      { about: JSON.parse(stored) },
      { rule: undefined },
      { rule: { ...rule, priority: 'Severe' } },
      { rule: { ...rule, output: null } },
      { rule: { ...rule, tags: 'container' } },
      { rule: { ...rule, tags: [1] } },
      { observedAt: 5 },
    ];
    for (const change of changes) assert.equal(decode(change), undefined, JSON.stringify(change));
  });

  it('are no spans when a part of it cannot be read', () => {
    const about = said('x');
    const span = spanOf({ about, links: [{ why: 'rollout', trace: { of: 'service', id: 's', start: [1, 2] } }] });
    const stored = JSON.parse(encodeEntry(span, store.identities));
    const decode = (change: object) => decodeEntry(JSON.stringify({ ...stored, ...change }), store.identities, echo);
    assert.deepEqual(decode({}), span);
    const changes = [
      { about: undefined },
      { about: 0 },
      { about: { ...stored.about, raw: 'foreign' } },
      { about: stored },
      { name: 'walk' },
      { trace: undefined },
      { trace: { ...stored.trace, of: 'network' } },
      { trace: { ...stored.trace, id: 5 } },
      { trace: { ...stored.trace, start: 5 } },
      { own: 5 },
      { start: null },
      { end: [1] },
      { observedAt: ['1', '2'] },
      { estimated: 'middle' },
      { failure: {} },
      { exec: null },
      { exec: {} },
      { exec: { isProbe: true, command: 5 } },
      { exec: { isProbe: true, id: 5 } },
      { links: 5 },
      { links: [null] },
      { links: [{ why: 'because', trace: stored.trace }] },
      { links: [{ why: 'rollout' }] },
    ];
    for (const change of changes) assert.equal(decode(change), undefined, JSON.stringify(change));
  });

  it('are no spans when what they are about is not before them, or is no event that can be read', () => {
    const about = said('x');
    const encoded = encodeChunk([{ ...plain, raw: 'foreign' }, GAP, about, spanOf({ about })], store.identities);
    const decode = (index: unknown) => {
      const extras = (encoded.extras ?? '').replace('"about":2', `"about":${JSON.stringify(index)}`);
      return decodeChunk({ ...encoded, extras, first: 1, engine: IDENTITY }, store.identities, echo)[3];
    };
    assert.deepEqual(decode(2), spanOf({ about }));
    for (const index of [0, 1, 3, 4, -1, 0.5, '2', null]) assert.equal(decode(index), undefined, String(index));
  });

  it('are cut where a row would be too large, and where the engine changes', () => {
    const parts = (entries: readonly Entry[]) => partsOf(entries).map(({ length }) => length);
    assert.deepEqual(parts(new Array<Entry>(CHUNK_ENTRIES_MAX + 1).fill(plain)), [CHUNK_ENTRIES_MAX, 1]);
    const half = { ...plain, raw: 'x'.repeat(CHUNK_CHARACTERS_MAX / 2) };
    assert.deepEqual(parts([half, half, half]), [2, 1]);
    const huge = { ...plain, raw: 'x'.repeat(CHUNK_CHARACTERS_MAX + 1) };
    assert.deepEqual(parts([plain, huge, plain]), [1, 1, 1]);
    assert.deepEqual(
      parts([half, alertOf({ about: half }), alertOf({ about: half })]),
      [2, 1],
      'of what an alert holds',
    );
    assert.deepEqual(parts([half, spanOf({ about: half }), spanOf({ about: half })]), [2, 1], 'of what a span holds');
    assert.deepEqual(parts([plain, { ...plain, engine: OTHER }, { ...plain, engine: OTHER }]), [1, 2]);
    assert.deepEqual(parts([plain]), [1]);
  });
});
