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
import {
  type AlertEntry,
  type Entry,
  type EventEntry,
  type GapEntry,
  type LossEntry,
  RULE_PRIORITIES,
} from '../../src/model/entry.ts';
import { alertOf } from '../support/alerts.ts';
import { entryOf, eventLine } from '../support/events.ts';
import { IDENTITY } from '../support/scripted-engine.ts';

const OTHER = { ...IDENTITY, version: undefined, receiver: 'docker_events/other' };

const plain = entryOf(eventLine());

/** A line is its own meaning here, so that any text can stand for one. */
const echo: Revive = (raw) => (raw === 'foreign' ? undefined : { event: plain.event, uid: `uid of ${raw}` });

const time = fc.tuple(fc.nat(9_223_372_036), fc.nat(999_999_999));
const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const engine = fc.constantFrom(IDENTITY, OTHER);

const event: fc.Arbitrary<EventEntry> = fc
  .record({
    raw: fc.oneof(text, fc.constantFrom('', '\x1e', 'a\x1eb', 'ä€𝄞')),
    observedAt: fc.oneof(fc.constant([5, 6] as const), time),
    engine,
    context: fc.constantFrom(
      {},
      { execCommand: 'sh -c "x"' },
      { exit: { reason: 'failed', intended: false, signal: undefined } } as const,
      { exit: { reason: 'killed', intended: true, signal: 9 }, shadowed: ['signal'] } as const,
      { rules: ['Shell in a container', 'ä'] },
    ),
    synthetic: fc.option(fc.constantFrom({ basis: 'inspect' } as const, { basis: 'list' } as const), {
      nil: undefined,
    }),
    isTwin: fc.boolean(),
  })
  .map(({ raw, observedAt, engine: from, context, synthetic, isTwin }) => ({
    kind: 'event',
    raw,
    event: plain.event,
    uid: `uid of ${raw}`,
    observedAt,
    engine: from,
    context,
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

const entry: fc.Arbitrary<Entry> = fc.oneof({ weight: 5, arbitrary: event }, loss, gap, alert);

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

  it('never throw, whatever was damaged', () => {
    const whole = [plain, alertOf(), alertOf({ about: GAP }), GAP];
    const identities = store.identities;
    const chunk = { ...encodeChunk(whole, identities), first: 1, engine: IDENTITY };
    const texts = whole.map((one) => encodeEntry(one, identities));
    fc.assert(
      fc.property(fc.nat(3), fc.nat(200), fc.jsonValue({ maxDepth: 1 }), (which, at, value) => {
        decodeEntry(damaged(texts[which] ?? '', at, value), identities, echo);
        const decoded = decodeChunk({ ...chunk, extras: damaged(chunk.extras ?? '', at, value) }, identities, echo);
        assert.equal(decoded.length, 4);
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
    assert.deepEqual(parts([plain, { ...plain, engine: OTHER }, { ...plain, engine: OTHER }]), [1, 2]);
    assert.deepEqual(parts([plain]), [1]);
  });
});
