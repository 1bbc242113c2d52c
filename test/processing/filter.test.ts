import assert from 'node:assert/strict';
import type { Predicate } from '../../src/condition/field.ts';
import type { Entry, EventEntry } from '../../src/model/entry.ts';
import { createFilter, type FilterConditions } from '../../src/processing/filter.ts';
import { alertOf } from '../support/alerts.ts';
import { GAP, LOSS } from '../support/entries.ts';
import { entryOf, eventLine } from '../support/events.ts';
import { spanOf } from '../support/spans.ts';

const WEB = entryOf(eventLine());
const PROBE: EventEntry = {
  ...entryOf(eventLine({ action: 'exec_create: /bin/sh -c true' })),
  context: { isProbe: true },
};
const OWN = entryOf(eventLine({ id: 'me' }));

const isOwn = ({ event }: EventEntry) => event.actorId === 'me';
const never: Predicate = () => false;
const always: Predicate = () => true;
const isAlert: Predicate = ({ kind }) => kind === 'alert';

function filter(parts: Partial<FilterConditions>): (entry: Entry) => string {
  return createFilter({ exclude: [], health_checks: 'drop', own_container: 'drop', ...parts }, isOwn);
}

describe('the filter', () => {
  it('lets everything pass but health checks and the collector itself', () => {
    const verdict = filter({});
    const verdicts = [WEB, PROBE, OWN, GAP, LOSS, alertOf({ about: WEB })].map(verdict);
    assert.deepEqual(verdicts, ['pass', 'health_check', 'own_container', 'pass', 'pass', 'pass']);
  });

  it('judges a span by the event that ended it', () => {
    const spans = [WEB, PROBE, OWN].map((about) => spanOf({ about }));
    assert.deepEqual(spans.map(filter({})), ['pass', 'health_check', 'own_container']);
    const keeps = filter({ health_checks: 'keep', own_container: 'keep' });
    assert.deepEqual(spans.map(keeps), ['pass', 'pass', 'pass']);
    const ended = spanOf({ name: 'exec', own: 'e1', exec: { id: 'e1', command: 'probe', isProbe: true } });
    assert.deepEqual([filter({})(ended), keeps(ended)], ['health_check', 'pass']);
    const isSpan: Predicate = ({ kind }) => kind === 'span';
    assert.equal(filter({ exclude: [isSpan] })(spanOf()), 'filter');
    assert.equal(filter({ include: isSpan })(spanOf()), 'pass');
    assert.equal(filter({ include: never })(spanOf()), 'filter');
  });

  it('keeps health checks where it is told to', () => {
    assert.equal(filter({ health_checks: 'keep' })(PROBE), 'pass');
  });

  it("keeps the collector's own container where it is told to", () => {
    assert.equal(filter({ own_container: 'keep' })(OWN), 'pass');
  });

  it('does not ask whose container it is where that does not matter', () => {
    const asked = createFilter({ exclude: [], health_checks: 'drop', own_container: 'keep' }, () => assert.fail());
    assert.equal(asked(WEB), 'pass');
  });

  it('leaves out what is not included', () => {
    const verdict = filter({ include: (entry) => entry === WEB });
    assert.equal(verdict(WEB), 'pass');
    assert.equal(verdict(entryOf(eventLine({ id: 'other' }))), 'filter');
  });

  it('leaves out what one of several conditions excludes', () => {
    assert.equal(filter({ exclude: [never, always] })(WEB), 'filter');
    assert.equal(filter({ exclude: [never, never] })(WEB), 'pass');
  });

  it('leaves out what is included and excluded', () => {
    assert.equal(filter({ include: always, exclude: [always] })(WEB), 'filter');
  });

  it('never leaves out a gap or a loss', () => {
    const verdict = filter({ include: never, exclude: [always] });
    assert.deepEqual([GAP, LOSS].map(verdict), ['pass', 'pass']);
  });

  it('asks its conditions of alerts, too', () => {
    assert.equal(filter({ exclude: [isAlert] })(alertOf({ about: WEB })), 'filter');
    assert.equal(filter({ exclude: [isAlert] })(alertOf({ about: GAP })), 'filter');
    assert.equal(filter({ include: isAlert })(alertOf({ about: WEB })), 'pass');
    assert.equal(filter({ include: isAlert })(WEB), 'filter');
  });

  it('lets an alert pass that a rule was asked to make of a health check or the collector itself', () => {
    assert.deepEqual([alertOf({ about: PROBE }), alertOf({ about: OWN })].map(filter({})), ['pass', 'pass']);
  });

  it('counts a health check as one, whatever the conditions say', () => {
    assert.equal(filter({ include: never, exclude: [always] })(PROBE), 'health_check');
  });
});
