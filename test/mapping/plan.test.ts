import assert from 'node:assert/strict';
import { CATALOGUE } from '../../src/mapping/catalogue.ts';
import { planOf } from '../../src/mapping/plan.ts';
import { ownContainerKeys, SHADOWABLE_KEYS } from '../../src/model/own-keys.ts';
import { entryOf, eventLine } from '../support/events.ts';

function planFor(type: string, action: string) {
  return planOf(entryOf(eventLine({ type, action })).event);
}

describe('planOf', () => {
  it('has a plan made beforehand for every action of the catalogue, and only for those', () => {
    for (const [type, actions] of Object.entries(CATALOGUE)) {
      for (const action of actions) assert.equal(planFor(type, action), planFor(type, action), `${type} ${action}`);
    }
    assert.notEqual(planFor('container', 'freeze'), planFor('container', 'freeze'));
  });

  it('reads the same own keys on each container action as the lifecycle trusts', () => {
    for (const action of CATALOGUE.container) {
      const own = [...planFor('container', action).plan.own.keys()].filter((key) => key !== 'image' && key !== 'name');
      assert.deepEqual(own.sort(), [...(ownContainerKeys(action) ?? [])].sort(), action);
    }
  });

  it('takes every key that may be shadowed for a label where the action is not known', () => {
    const { own } = planFor('container', 'freeze').plan;
    for (const key of SHADOWABLE_KEYS) assert.equal(own.has(key), false, key);
  });
});
