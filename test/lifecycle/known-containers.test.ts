import assert from 'node:assert/strict';
import { KnownContainers } from '../../src/lifecycle/known-containers.ts';
import { labelsFrom, labelsRow } from '../../src/lifecycle/rows.ts';

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
