import assert from 'node:assert/strict';
import { KnownContainers } from '../../src/lifecycle/known-containers.ts';
import { labelsFrom, labelsRow } from '../../src/lifecycle/rows.ts';
import { Run } from '../../src/lifecycle/runs.ts';

const MEBIBYTE = 1024 ** 2;

/** Of a mebibyte, give or take the key. */
const LARGE = labelsRow([['large', 'x'.repeat(MEBIBYTE - 20)]]);

function withLabels(known: KnownContainers, id: string): string | undefined {
  const history = known.heardOf(id);
  known.keepLabels(history, LARGE);
  return history.labels;
}

describe('the containers that are known', () => {
  it('keep their labels as long as there is room, which those that are gone give back', () => {
    const known = new KnownContainers('docker_events');
    for (let count = 0; count < 16; count += 1) assert.equal(withLabels(known, `c${count}`), LARGE);
    assert.equal(withLabels(known, 'one too many'), '[]');
    known.remove('c0');
    assert.equal(withLabels(known, 'next'), LARGE);
    known.forgetAll();
    assert.equal(withLabels(known, 'last'), LARGE);
  });

  it('have as much room for labels after a restart', () => {
    const before = new KnownContainers('docker_events');
    for (let count = 0; count < 16; count += 1) withLabels(before, `c${count}`);
    const rows = new Map<string, string>();
    for (const [key, row] of before.changedRows()) if (row !== undefined) rows.set(key, row);
    const known = new KnownContainers('docker_events');
    known.restore(rows);
    assert.equal(known.get('c0')?.labels, LARGE);
    assert.equal(withLabels(known, 'one too many'), '[]');
  });

  it('remember for a while which were removed', () => {
    const known = new KnownContainers('docker_events');
    known.remove('first');
    assert.equal(known.wasRemoved('first'), true);
    assert.equal(known.wasRemoved('other'), false);
    for (let count = 0; count < 4096; count += 1) known.remove(`c${count}`);
    assert.equal(known.wasRemoved('first'), false);
    assert.equal(known.wasRemoved('c0'), true);
  });
});

describe('labels in one text', () => {
  it('come back as they were, whatever their keys', () => {
    const labels = new Map([
      ['__proto__', 'x'],
      ['', ''],
      ['a"b', '\u0000\ud83d'],
    ]);
    assert.deepEqual(labelsFrom(labelsRow(labels)), labels);
  });

  it('are none where the text is none, or not of this form', () => {
    for (const text of [undefined, '', '{', '{"a":"b"}', '[1,"a"]', '["a"]', 'null']) {
      assert.deepEqual(labelsFrom(text), new Map(), text);
    }
  });
});

describe('containers that were removed', () => {
  function removed(known: KnownContainers, id: string): void {
    const history = known.heardOf(id);
    history.runs.add(new Run([1, 0], 'event'));
    known.keepRuns(id, history);
    known.remove(id);
  }

  it('are known by their runs for a while, also after a restart', () => {
    const before = new KnownContainers('docker_events');
    for (let count = 0; count < 65; count += 1) removed(before, `c${count}`);
    const rows = new Map<string, string>();
    for (const [key, row] of before.changedRows()) if (row !== undefined) rows.set(key, row);
    const after = new KnownContainers('docker_events');
    after.restore(rows);
    for (const known of [before, after]) {
      assert.equal(known.heardOf('c0').runs.isEmpty, true);
      assert.deepEqual(known.heardOf('c1').runs.newest?.start, [1, 0]);
      assert.deepEqual(known.heardOf('c64').runs.newest?.start, [1, 0]);
    }
    before.forgetAll();
    assert.equal(before.heardOf('c2').runs.isEmpty, true);
  });

  it('need not be remembered where they never ran', () => {
    const known = new KnownContainers('docker_events');
    const history = known.heardOf('c1');
    known.changedRows();
    known.keepRuns('c1', history);
    known.remove('c1');
    assert.deepEqual([...known.changedRows().keys()], ['container/docker_events/c1']);
  });
});

describe('the container that is forgotten for want of room', () => {
  const running = (known: KnownContainers, id: string) => known.heardOf(id).runs.add(new Run([1, 0], 'event'));

  it('is the one that was silent longest of those that do not run', () => {
    const known = new KnownContainers('docker_events');
    running(known, 'runs');
    for (let count = 0; count < 20_000; count += 1) known.heardOf(`c${count}`);
    assert.equal(known.get('c0'), undefined);
    assert.notEqual(known.get('c1'), undefined);
    assert.notEqual(known.get('runs'), undefined);
  });

  it('is not one that was heard of since', () => {
    const known = new KnownContainers('docker_events');
    for (let count = 0; count < 20_000; count += 1) known.heardOf(`c${count}`);
    known.heardOf('c0');
    known.heardOf('new');
    assert.notEqual(known.get('c0'), undefined);
    assert.equal(known.get('c1'), undefined);
    assert.equal([...known].length, 20_000);
  });

  it('is the one that was silent longest, where all run that are asked', () => {
    let forgotten = 0;
    const known = new KnownContainers('docker_events', () => {
      forgotten += 1;
    });
    for (let count = 0; count < 20_001; count += 1) running(known, `c${count}`);
    assert.equal(known.get('c0'), undefined);
    assert.notEqual(known.get('c1'), undefined);
    assert.equal(forgotten, 1);
    assert.equal([...known].length, 20_000);
  });

  it('is always one of those that are known, however often all were asked', () => {
    const known = new KnownContainers('docker_events');
    for (let count = 0; count < 25_000; count += 1) running(known, `c${count}`);
    assert.equal([...known].length, 20_000);
    assert.notEqual(known.get('c24999'), undefined);
  });
});
