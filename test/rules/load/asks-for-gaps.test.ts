import assert from 'node:assert/strict';
import { lastRule } from '../../support/rules-files.ts';

const RULE = (condition: string) =>
  `- rule: R\n  desc: d\n  condition: ${condition}\n  output: o\n  priority: Notice\n  source: docker\n`;

describe('a rule asks for gaps', () => {
  for (const condition of [
    'docker.record = gap',
    'docker.record in (event, gap)',
    'docker.gap.reason exists',
    'not docker.gap.reason exists and not docker.type = container',
    'tolower(docker.gap.reason) = ring_overrun',
    'docker.action = die or (docker.type = image and not (docker.gap.lost_at_least > 3))',
  ]) {
    it(`with ${condition}`, () => assert.equal(lastRule(RULE(condition)).asksForGaps, true));
  }

  it('in a macro too', () => {
    assert.equal(lastRule(`- macro: m\n  condition: docker.record = gap\n${RULE('m')}`).asksForGaps, true);
  });

  for (const condition of [
    'not docker.type = container',
    'docker.type != container',
    'docker.action contains docker.gap.reason',
    'docker.label[docker.record] exists',
  ]) {
    it(`not with ${condition}`, () => assert.equal(lastRule(RULE(condition)).asksForGaps, false));
  }
});
