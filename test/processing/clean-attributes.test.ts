import assert from 'node:assert/strict';
import { CleanAttributes } from '../../src/processing/clean-attributes.ts';

const idOf = (index: number) => index.toString(16).padStart(64, '0');

describe('attributes in which nothing was to be masked', () => {
  it('are remembered by the id of the engine, and by no other', () => {
    const clean = new CleanAttributes();
    const attributes = new Map([['name', 'web']]);
    for (const actorId of [idOf(1), 'web', '']) clean.note({ actorId, attributes });
    assert.equal(clean.of(idOf(1)), attributes);
    assert.deepEqual([clean.of('web'), clean.of('')], [undefined, undefined]);
  });

  it('are not remembered where they are long', () => {
    const clean = new CleanAttributes();
    clean.note({ actorId: idOf(1), attributes: new Map([['key', 'x'.repeat(4093)]]) });
    clean.note({ actorId: idOf(2), attributes: new Map([['key', 'x'.repeat(4094)]]) });
    assert.deepEqual([clean.of(idOf(1))?.size, clean.of(idOf(2))], [1, undefined]);
  });

  it('are forgotten all at once rather than growing without bound', () => {
    const clean = new CleanAttributes();
    for (let index = 0; index <= 1024; index += 1) clean.note({ actorId: idOf(index), attributes: new Map() });
    assert.equal(clean.of(idOf(0)), undefined);
    assert.notEqual(clean.of(idOf(1024)), undefined);
  });
});
