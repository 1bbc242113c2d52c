import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { EventEntry } from '../../src/model/entry.ts';
import { fromUnixMillis } from '../../src/model/time.ts';
import type { RuleThreshold } from '../../src/rules/rule-set.ts';
import { KEYS_MAX, ThresholdCounter } from '../../src/rules/threshold.ts';
import { entryOf, eventLine } from '../support/events.ts';
import { byAttribute } from '../support/rules.ts';

const NOON_MS = 1_795_262_400_000;
const MINUTE_MS = 60_000;
const THRESHOLD: RuleThreshold = { count: 3, withinMs: 10 * MINUTE_MS, by: [byAttribute('name')], coolDownMs: 0 };

const template = entryOf(eventLine());

/** @param minutes after noon; undefined for an event without a time */
function death(minutes: number | undefined, name = 'web', readMinutes = minutes ?? 0): EventEntry {
  return {
    ...template,
    event: {
      ...template.event,
      attributes: new Map([['name', name]]),
      time: minutes === undefined ? undefined : fromUnixMillis(NOON_MS + minutes * MINUTE_MS),
    },
    observedAt: fromUnixMillis(NOON_MS + readMinutes * MINUTE_MS),
  };
}

/** The minutes at which it was told, of matches at these minutes. */
function toldAt(threshold: Partial<RuleThreshold>, ...minutes: readonly number[]): readonly number[] {
  const counter = new ThresholdCounter('Restart loop', { ...THRESHOLD, ...threshold });
  return minutes.filter((minute) => counter.match(death(minute)) === 'told');
}

function rowsOf(counter: ThresholdCounter): Map<string, string | undefined> {
  const rows = new Map<string, string | undefined>();
  counter.takeChanged(rows);
  return rows;
}

describe('a threshold', () => {
  it('tells when there are enough within the time, both ends included', () => {
    assert.deepEqual(toldAt({}, 0, 1, 2), [2]);
    assert.deepEqual(toldAt({}, 0, 5, 10), [10]);
    assert.deepEqual(toldAt({}, 0, 5, 10.001), []);
    assert.deepEqual(toldAt({}, 0, 9, 11, 12, 13), [12]);
    assert.deepEqual(toldAt({ count: 1 }, 0, 1, 2), [0, 1, 2]);
  });

  it('begins a new window after it has told', () => {
    assert.deepEqual(toldAt({}, 0, 1, 2, 3, 4, 5), [2, 5]);
  });

  it('is silent for the cool-down, and counts nothing meanwhile', () => {
    const coolDownMs = 5 * MINUTE_MS;
    assert.deepEqual(toldAt({ coolDownMs }, 0, 1, 2, 3, 4, 5, 6, 6.999), [2]);
    assert.deepEqual(toldAt({ coolDownMs }, 0, 1, 2, 3, 4, 7, 8, 9), [2, 9]);
    const counter = new ThresholdCounter('Restart loop', { ...THRESHOLD, coolDownMs });
    assert.deepEqual(
      [0, 1, 2, 3, 6.9, 7].map((minute) => counter.match(death(minute))),
      ['counted', 'counted', 'told', 'cooled_down', 'cooled_down', 'counted'],
    );
  });

  it('decides in order as one does who remembers everything', () => {
    const gaps = fc.array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.constantFrom('web', 'db')), { maxLength: 50 });
    const numbers = fc.tuple(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 12 }),
      fc.integer({ min: 0, max: 20 }),
    );
    fc.assert(
      fc.property(gaps, numbers, (matches, [count, within, coolDown]) => {
        const [withinMs, coolDownMs] = [within * MINUTE_MS, coolDown * MINUTE_MS];
        const counter = new ThresholdCounter('Restart loop', { ...THRESHOLD, count, withinMs, coolDownMs });
        const all = new Map<string, { since: number[]; quietUntil: number }>();
        let now = 0;
        for (const [gap, name] of matches) {
          now += gap;
          const known = all.get(name) ?? { since: [], quietUntil: 0 };
          all.set(name, known);
          let expected = 'cooled_down';
          if (now >= known.quietUntil) {
            known.since.push(now);
            expected = now - (known.since.at(-count) ?? Number.NEGATIVE_INFINITY) <= within ? 'told' : 'counted';
          }
          if (expected === 'told') all.set(name, { since: [], quietUntil: now + coolDown });
          assert.equal(counter.match(death(now, name)), expected);
        }
      }),
    );
  });

  it('counts apart for each combination of values, and what has none of them together', () => {
    const by = [byAttribute('name'), byAttribute('image')];
    const counter = new ThresholdCounter('Restart loop', { ...THRESHOLD, count: 2, by });
    const verdicts = ['web', 'db', 'web', 'db'].map((name, minute) => counter.match(death(minute, name)));
    assert.deepEqual(verdicts, ['counted', 'counted', 'told', 'told']);
    const shifted = { ...template, event: { ...template.event, attributes: new Map([['image', 'web']]) } };
    assert.equal(counter.match(death(5, 'web')), 'counted');
    assert.equal(counter.match(shifted), 'counted', 'the same value of another field');
    const none = { ...template, event: { ...template.event, attributes: new Map() } };
    assert.deepEqual([counter.match(none), counter.match(none)], ['counted', 'told']);
  });

  it('counts what comes late where it belongs, and not at all when the window has gone on', () => {
    assert.deepEqual(toldAt({}, 5, 6, 4), [4]);
    assert.deepEqual(toldAt({}, 20, 9, 8, 21), []);
    assert.deepEqual(toldAt({}, 20, 9, 8, 21, 22), [22]);
    assert.deepEqual(toldAt({ coolDownMs: 5 * MINUTE_MS }, 5, 6, 4, 3, 2, 8, 11, 12, 10, 13), [4, 13]);
  });

  it('counts a match without a time at the time of the last one of its key', () => {
    const counter = new ThresholdCounter('Restart loop', THRESHOLD);
    const verdicts = [death(0), death(undefined, 'web', 500), death(9)].map((one) => counter.match(one));
    assert.deepEqual(verdicts, ['counted', 'counted', 'told']);
    const first = new ThresholdCounter('Restart loop', THRESHOLD);
    assert.deepEqual(
      [death(undefined, 'web', 500), death(501), death(502)].map((one) => first.match(one)),
      ['counted', 'counted', 'told'],
      'the first of a key: when it was read',
    );
  });

  it('says nothing of values in its rows, and writes only what has changed', () => {
    const counter = new ThresholdCounter('Restart: loop', THRESHOLD);
    assert.equal(rowsOf(counter).size, 0);
    counter.match(death(0, 'hunter2'));
    counter.match(death(1, 'hunter2'));
    const rows = rowsOf(counter);
    assert.equal(rows.size, 1);
    assert.doesNotMatch(JSON.stringify([...rows]), /hunter2/);
    assert.match([...rows.keys()].join(), /^rule:Restart: loop:[0-9a-f]{32}$/);
    assert.equal(rowsOf(counter).size, 0);
    counter.match(death(2, 'db'));
    assert.deepEqual(rowsOf(counter).size, 1);
  });

  it('removes the row of a key that has no part in a window or a silence any more', () => {
    const counter = new ThresholdCounter('Restart loop', { ...THRESHOLD, coolDownMs: 5 * MINUTE_MS });
    counter.match(death(0, 'gone'));
    const [gone] = rowsOf(counter).keys();
    assert.ok(gone);
    counter.match(death(15, 'db'));
    assert.equal(rowsOf(counter).has(gone), false);
    counter.match(death(15.1, 'db'));
    assert.deepEqual(
      [...rowsOf(counter)].find(([, row]) => row === undefined),
      [gone, undefined],
    );
  });

  it('keeps a key while it is late only by what was read at once, or only by another engine’s clock', () => {
    const replayed = new ThresholdCounter('Restart loop', THRESHOLD);
    replayed.match(death(0, 'web', 0));
    replayed.match(death(1, 'web', 0));
    replayed.match(death(2, 'db', 60));
    assert.equal(replayed.match(death(3, 'web', 60)), 'told');
    const skewed = new ThresholdCounter('Restart loop', THRESHOLD);
    skewed.match(death(0, 'web', 0));
    skewed.match(death(1, 'web', 1));
    skewed.match(death(120, 'db', 2));
    assert.equal(skewed.match(death(3, 'web', 3)), 'told');
  });

  it('forgets the key that was silent longest when there are too many', () => {
    const counter = new ThresholdCounter('Restart loop', { ...THRESHOLD, count: 2 });
    for (let key = 0; key < KEYS_MAX; key += 1) counter.match(death(0, `c${key}`));
    const rows = rowsOf(counter);
    assert.equal(rows.size, KEYS_MAX);
    assert.equal(counter.match(death(0, 'c0')), 'told');
    counter.match(death(0, 'one too many'));
    const removed = [...rowsOf(counter)].filter(([, row]) => row === undefined).map(([name]) => name);
    assert.deepEqual(removed, [[...rows.keys()][1]], 'c0 was just heard of, c1 was not');
    assert.equal(counter.match(death(0, 'c1')), 'counted');
    assert.equal(counter.match(death(0, 'c3')), 'told');
  });

  it('keeps no more times than it counts', () => {
    const counter = new ThresholdCounter('Restart loop', { ...THRESHOLD, count: 50, coolDownMs: 0 });
    for (let minute = 0; minute < 5; minute += 0.01) counter.match(death(minute));
    const [row] = rowsOf(counter).values();
    assert.ok(row !== undefined && JSON.parse(row).length < 50 + 5);
  });
});
