import assert from 'node:assert/strict';
import { CATALOGUE } from '../../src/mapping/catalogue.ts';
import { schema } from '../../src/mapping/config.ts';
import { createMapper } from '../../src/mapping/mapper.ts';
import { SEVERITY_ROWS } from '../../src/mapping/severity.ts';
import type { EventContext, ExitReason } from '../../src/model/context.ts';
import { type SeverityName, severityName } from '../../src/model/severity.ts';
import { entryOf, eventLine } from '../support/events.ts';

const map = createMapper(schema.parse({}));

function severity(type: string, action: string, attributes: Record<string, string> = {}, context: EventContext = {}) {
  return severityName(map({ ...entryOf(eventLine({ type, action, attributes })), context }).severity);
}

function died(reason: ExitReason, exitCode: string): SeverityName {
  const intended = reason === 'completed' || reason === 'stopped' || reason === 'killed';
  return severity('container', 'die', { exitCode }, { exit: { reason, intended, signal: undefined } });
}

describe('the severity table', () => {
  it('speaks only of what the catalogue has', () => {
    for (const { type, actions } of SEVERITY_ROWS) {
      const known: readonly string[] = CATALOGUE[type];
      for (const action of actions) assert.ok(known.includes(action), `${type} ${action}`);
    }
  });

  const exits: readonly (readonly [ExitReason, string, SeverityName])[] = [
    ['failed', '1', 'ERROR'],
    ['failed', '139', 'ERROR'],
    ['oom_killed', '137', 'ERROR'],
    ['completed', '0', 'INFO'],
    ['stopped', '143', 'INFO'],
    ['killed', '137', 'INFO'],
    ['unknown', '1', 'WARN'],
  ];
  for (const [reason, exitCode, expected] of exits) {
    it(`is ${expected} for a die that is ${reason}, exit code ${exitCode}`, () => {
      assert.equal(died(reason, exitCode), expected);
    });
  }

  const others: readonly (readonly [SeverityName, string, string, Record<string, string>?])[] = [
    ['INFO', 'container', 'die', { exitCode: '0' }],
    ['WARN', 'container', 'die', { exitCode: '143' }],
    ['WARN', 'container', 'die'],
    ['ERROR', 'container', 'oom'],
    ['WARN', 'container', 'health_status: unhealthy'],
    ['INFO', 'container', 'health_status: healthy'],
    ['INFO', 'container', 'kill', { signal: '9' }],
    ['DEBUG', 'container', 'exec_start: /bin/sh'],
    ['DEBUG', 'container', 'top'],
    ['INFO', 'container', 'destroy'],
    ['WARN', 'container', 'prune'],
    ['WARN', 'volume', 'destroy'],
    ['INFO', 'volume', 'create'],
    ['INFO', 'builder', 'prune'],
    ['WARN', 'node', 'update', { 'state.new': 'down' }],
    ['INFO', 'node', 'update', { 'state.new': 'ready', 'state.old': 'down' }],
    ['WARN', 'node', 'update', { 'reachability.new': 'unreachable' }],
    ['WARN', 'service', 'update', { 'updatestate.new': 'rollback_started' }],
    ['INFO', 'service', 'update', { 'updatestate.new': 'completed' }],
    ['INFO', 'container', 'something_new'],
    ['INFO', 'something_new', 'oom'],
  ];
  for (const [expected, type, action, attributes] of others) {
    it(`is ${expected} for ${type} ${action} ${JSON.stringify(attributes ?? {})}`, () => {
      assert.equal(severity(type, action, attributes), expected);
    });
  }
});
