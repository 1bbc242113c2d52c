/** Ends collectors while they find out that their engine was started anew, and tell what became of its containers. */
import assert from 'node:assert/strict';
import type { MarkedPoint } from '../../src/model/mark.ts';
import { complaints } from './account.ts';
import { Trial } from './trial.ts';

describe('a collector that is killed while it tells of an engine that was started anew, at', () => {
  let trial: Trial;

  afterEach(() => trial.end());

  const points: readonly MarkedPoint[] = ['receiver.read', 'journal.written', 'lane.sending'];
  for (const [index, point] of points.entries()) {
    it(`${point} tells one gap, and of each container that vanished once`, async () => {
      trial = await Trial.begin({ seed: 60 + index });
      // It knows the engine's containers then, and has no time to write that down as it does at its end.
      await trial.liveOn({ events: 100, says: 'receiver.inventory', signal: 'SIGKILL' });
      const vanished = await trial.restartEngine();
      trial.publish(5);
      for (const count of [1, 2]) await trial.live({ point, count });
      await trial.liveOn({ added: 1 + vanished.length });
      assert.deepEqual(complaints(trial.tally, trial.told), []);
      const { added } = trial.tally;
      const gaps = added.filter(({ eventName }) => eventName === 'docker.events.gap');
      assert.equal(gaps.length, 1);
      // One that was killed before it could tell why leaves that open.
      const reason = String(gaps[0]?.attributes.get('docker.events.gap.reason'));
      assert.match(reason, /^(engine_restarted|not_known)$/);
      const destroyed = added.filter(({ eventName }) => eventName === 'docker.container.destroy');
      assert.deepEqual(
        destroyed.map(({ attributes }) => attributes.get('docker.actor.id')).sort(),
        [...vanished].sort(),
      );
      // Those of them that ran have ended, though nobody saw it: one run each.
      const happened = (id: string, action: string) =>
        trial.told.some(({ line }) => line.includes(`"Action":"${action}"`) && line.includes(id));
      const ran = vanished.filter((id) => happened(id, 'start') && !happened(id, 'die'));
      assert.ok(ran.length > 0);
      const unseen = trial.spans.items.filter(({ name, attributes }) => {
        return name === 'container run' && attributes.get('docker.span.estimated') === 'end';
      });
      assert.deepEqual(unseen.map(({ attributes }) => attributes.get('container.id')).sort(), ran.toSorted());
      assert.deepEqual(trial.spans.changes(), []);
    }).timeout(120_000);
  }
});
