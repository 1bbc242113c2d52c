import assert from 'node:assert/strict';
import type { AlertEntry, Entry, EventEntry } from '../../src/model/entry.ts';
import { RuleDesk, type RuleDeskOptions } from '../../src/rules/desk.ts';
import type { CompiledRule } from '../../src/rules/rule-set.ts';
import { GAP, LOSS } from '../support/entries.ts';
import { entryOf, eventLine, eventLines } from '../support/events.ts';
import { RecordingTelemetry } from '../support/recording-telemetry.ts';
import { byAttribute, type RuleParts, ruleOf, ruleSetOf } from '../support/rules.ts';

const isAction =
  (action: string) =>
  (entry: Entry): boolean =>
    entry.kind === 'event' && entry.event.action === action;

const STARTED = ruleOf({ name: 'Started', matches: isAction('start') });
const ANY = ruleOf({ name: 'Any', matches: ({ kind }) => kind === 'event' });
const LOOP: RuleParts = { name: 'Loop', matches: isAction('die'), threshold: { by: [byAttribute('name')] } };

const start = entryOf(eventLine());
const [die1, die2, die3, die4] = eventLines(4, { action: 'die' }).map(entryOf) as [
  EventEntry,
  EventEntry,
  EventEntry,
  EventEntry,
];

function setUp(rules: readonly CompiledRule[], options: Partial<RuleDeskOptions> = {}) {
  const telemetry = new RecordingTelemetry();
  const desk = new RuleDesk({
    ruleSet: ruleSetOf(...rules),
    matching: 'all',
    isLeftOut: () => false,
    telemetry,
    ...options,
  });
  return { desk, telemetry };
}

function alertsIn(entries: readonly Entry[]): readonly AlertEntry[] {
  return entries.filter((entry) => entry.kind === 'alert');
}

function told(desk: RuleDesk, ...entries: readonly Entry[]): readonly string[] {
  return alertsIn(desk.decide(entries).entries).map(({ rule }) => rule.name);
}

function rulesOf(entry: Entry | undefined): readonly string[] | undefined {
  return entry?.kind === 'event' ? entry.context.rules : undefined;
}

/** All rows that were given, as the journal holds them. */
function keep(state: Map<string, string>, rows: ReadonlyMap<string, string | undefined>): void {
  for (const [name, row] of rows) {
    if (row === undefined) state.delete(name);
    else state.set(name, row);
  }
}

describe('the desk of rules', () => {
  it('puts an alert after the event that a rule has matched, and its name into the event', () => {
    const { desk, telemetry } = setUp([STARTED]);
    const exec = { ...die1, context: { isProbe: true } as const };
    const { entries, rows } = desk.decide([exec, start, GAP]);
    assert.deepEqual(
      entries.map(({ kind }) => kind),
      ['event', 'event', 'alert', 'gap'],
    );
    assert.equal(entries[0], exec);
    assert.deepEqual(entries[1], { ...start, context: { rules: ['Started'] } });
    const [alert] = alertsIn(entries);
    assert.deepEqual(alert, {
      kind: 'alert',
      uid: alert?.uid,
      rule: {
        name: 'Started',
        description: 'What Started is for.',
        priority: 'Notice',
        tags: ['test'],
        output: 'Started (name=%docker.container.name)',
      },
      about: entries[1],
      observedAt: start.observedAt,
      engine: start.engine,
    });
    assert.equal(rows.size, 0);
    assert.equal(telemetry.counted('alerts'), 1);
  });

  it('gives back the very entries where nothing matches', () => {
    const { desk, telemetry } = setUp([STARTED]);
    const entries = [die1, GAP, die2];
    assert.equal(desk.decide(entries).entries, entries);
    assert.equal(telemetry.counted('alerts'), 0);
  });

  it('names an alert by rule and event alone', () => {
    const uids = (...entries: readonly Entry[]) =>
      alertsIn(setUp([STARTED, ANY]).desk.decide(entries).entries).map(({ uid }) => uid);
    const all = uids(start, die1);
    assert.deepEqual(all, [...uids(start), ...uids(die1)], 'the same again');
    assert.equal(new Set(all).size, 3);
    for (const uid of all) assert.match(uid, /^[0-9a-f]{32}$/);
  });

  it('keeps what an event meant before', () => {
    const { desk } = setUp([ANY]);
    const { entries } = desk.decide([{ ...start, context: { execCommand: 'date' } }]);
    assert.deepEqual(entries[0]?.kind === 'event' && entries[0].context, { execCommand: 'date', rules: ['Any'] });
  });

  it('tells of all rules in their order, or of the first', () => {
    const rules = [ANY, STARTED];
    const all = setUp(rules).desk.decide([start]).entries;
    assert.deepEqual(
      alertsIn(all).map(({ rule }) => rule.name),
      ['Any', 'Started'],
    );
    assert.deepEqual(rulesOf(all[0]), ['Any', 'Started']);
    const first = setUp(rules, { matching: 'first' }).desk.decide([start, die1]).entries;
    assert.deepEqual(
      alertsIn(first).map(({ rule }) => rule.name),
      ['Any', 'Any'],
    );
    assert.deepEqual(rulesOf(first[0]), ['Any']);
    const { desk } = setUp(rules, { matching: 'first' });
    desk.replace(ruleSetOf(...rules), 'first');
    assert.deepEqual(told(desk, start), ['Any'], 'as before');
    desk.replace(ruleSetOf(...rules), 'all');
    assert.deepEqual(told(desk, start), ['Any', 'Started']);
  });

  it('shows gaps to rules that ask for them alone', () => {
    const { desk } = setUp([ruleOf({ name: 'Events' }), ruleOf({ name: 'Gaps', asksForGaps: true })]);
    assert.deepEqual(told(desk, GAP), ['Gaps']);
    assert.deepEqual(told(desk, start), ['Events', 'Gaps']);
  });

  it('looks at neither losses nor alerts', () => {
    const { desk } = setUp([ruleOf({ asksForGaps: true })]);
    const { entries } = desk.decide([GAP, LOSS]);
    assert.deepEqual(
      entries.map(({ kind }) => kind),
      ['gap', 'alert', 'loss'],
    );
    assert.equal(entries[0], GAP);
    assert.equal(entries[1]?.kind === 'alert' && entries[1].about, GAP);
    assert.deepEqual(desk.decide(alertsIn(entries)).entries, alertsIn(entries));
  });

  it('does not look at twins, nor at what is left out', () => {
    const isLeftOut = ({ context }: EventEntry) => context.isProbe === true;
    const { desk } = setUp([ANY], { isLeftOut });
    const entries = [
      { ...start, isTwin: true },
      { ...start, context: { isProbe: true } },
    ] as const;
    assert.equal(desk.decide(entries).entries, entries);
    assert.deepEqual(told(desk, start), ['Any']);
  });

  it('tells of a rule that throws once, and the event goes its way', () => {
    const broken = ruleOf({
      name: 'Broken',
      matches: () => {
        throw new Error('no such thing as --password hunter2hunter2');
      },
    });
    const field = { name: 'x', read: broken.matches };
    const loop = ruleOf({ name: 'Broken loop', threshold: { by: [field] } });
    const { desk, telemetry } = setUp([broken, loop, ANY]);
    assert.deepEqual(told(desk, start, die1), ['Any', 'Any']);
    assert.deepEqual(
      telemetry.named('rules.failed').map(({ fields }) => fields?.['rule']),
      ['Broken', 'Broken loop'],
    );
    assert.doesNotMatch(JSON.stringify(telemetry.happenings), /hunter2/);
    desk.replace(ruleSetOf(broken));
    desk.decide([start]);
    assert.equal(telemetry.named('rules.failed').length, 3, 'after a reload it is told again');
  });

  it('tells of a threshold when it is reached, and which events counted', () => {
    const { desk, telemetry } = setUp([ruleOf({ ...LOOP, threshold: { coolDownMs: 60_000 } })]);
    const { entries, rows } = desk.decide([die1, die2, die3, die4, start]);
    assert.deepEqual(
      entries.map((entry) => (entry.kind === 'event' ? rulesOf(entry)?.join() : entry.kind)),
      ['Loop', 'Loop', 'Loop', 'alert', 'Loop', undefined],
    );
    const [alert] = alertsIn(entries);
    assert.equal(alert?.about.uid, die3.uid);
    assert.equal(alert?.rule.matches, 3);
    assert.equal(rows.size, 1);
    assert.equal(telemetry.counted('alerts'), 1);
    assert.equal(telemetry.counted('alerts_cooled_down'), 1);
  });

  it('lets a later rule tell while a threshold only counts', () => {
    const { desk } = setUp([ruleOf(LOOP), ANY], { matching: 'first' });
    assert.deepEqual(told(desk, die1, die2, die3, die4), ['Any', 'Any', 'Loop', 'Any']);
  });

  it('goes on after a reload where name and threshold are the same, and else begins anew', () => {
    const { desk } = setUp([ruleOf(LOOP)]);
    const kept = new Map<string, string>();
    const toldAndKept = (...entries: readonly Entry[]) => {
      const decided = desk.decide(entries);
      keep(kept, decided.rows);
      return alertsIn(decided.entries).map(({ rule }) => rule.name);
    };
    assert.deepEqual(toldAndKept(die1, die2), []);
    desk.replace(ruleSetOf(ANY, ruleOf({ ...LOOP, priority: 'Critical' })));
    assert.deepEqual(toldAndKept(die3), ['Any', 'Loop']);
    assert.deepEqual(toldAndKept(die1, die2), ['Any', 'Any']);
    desk.replace(ruleSetOf(ruleOf({ ...LOOP, threshold: { ...LOOP.threshold, withinMs: 60_000 } })));
    assert.deepEqual(toldAndKept(die3, die4), [], 'it counts anew');
    assert.deepEqual(toldAndKept(die3), ['Loop']);
    assert.equal(kept.size, 1);
    desk.replace(ruleSetOf(ANY));
    toldAndKept(start);
    assert.deepEqual([...kept], [], 'nothing is left of rules that are gone');
  });

  it('takes up its own rows, and removes those of which nothing can be made', () => {
    const first = setUp([ruleOf(LOOP)]).desk;
    const kept = new Map<string, string>([
      ['gap:docker_events', '{}'],
      ['rule:Gone:0123456789abcdef0123456789abcdef', '["00000000",1,1,1,null]'],
      ['rule:', 'x'],
      ['rule:Loop:0123456789abcdef0123456789abcdef', '["00000000",1,1,1,null]'],
    ]);
    keep(kept, first.decide([die1, die2]).rows);
    const [own] = [...kept].slice(-1);
    assert.ok(own);
    for (const [index, damage] of [
      '{',
      'null',
      '[]',
      own[1].replace('null', '"x"'),
      own[1].replace(']', ',"x"]'),
    ].entries()) {
      kept.set(`rule:Loop:${String(index).padStart(32, '0')}`, damage);
    }
    const second = setUp([ruleOf(LOOP)]).desk;
    second.restore(kept);
    const { entries, rows } = second.decide([die3]);
    assert.equal(alertsIn(entries).length, 1);
    keep(kept, rows);
    assert.deepEqual([...kept.keys()], ['gap:docker_events', own[0]]);
    const other = setUp([ruleOf({ ...LOOP, threshold: { ...LOOP.threshold, count: 2 } })]).desk;
    other.restore(kept);
    assert.deepEqual(told(other, die1), [], 'another threshold begins anew');
  });
});
