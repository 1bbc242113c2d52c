import assert from 'node:assert/strict';
import { CleanAttributes } from '../../src/processing/clean-attributes.ts';

const idOf = (index: number) => index.toString(16).padStart(64, '0');

describe('attributes in which nothing was to be masked', () => {
  it('are remembered by the id of the engine, and by no other', () => {
    const clean = new CleanAttributes();
    const attributes = new Map([['name', 'web']]);
    for (const actorId of [idOf(1), 'web', '']) clean.note({ actorId, attributes }, attributes);
    assert.equal(clean.of(idOf(1)), attributes);
    assert.deepEqual([clean.of('web'), clean.of('')], [undefined, undefined]);
  });

  it('are those that are the same as they may leave, and none where keys are not the same', () => {
    const written = new Map([
      ['a', '1'],
      ['b', '2'],
    ]);
    const rememberedOf = (...masked: readonly (readonly [string, string])[]) => {
      const clean = new CleanAttributes();
      clean.note({ actorId: idOf(1), attributes: written }, new Map(masked));
      const known = clean.of(idOf(1));
      return known && [...known];
    };
    assert.deepEqual(rememberedOf(['a', '1'], ['b', '[masked]']), [['a', '1']]);
    assert.equal(rememberedOf(['a', '1']), undefined);
    assert.equal(rememberedOf(['a', '1'], ['[masked]', '2']), undefined);
  });

  it('are not remembered where they are long', () => {
    const clean = new CleanAttributes();
    for (const [index, length] of [4093, 4094].entries()) {
      const attributes = new Map([['key', 'x'.repeat(length)]]);
      clean.note({ actorId: idOf(index + 1), attributes }, attributes);
    }
    assert.deepEqual([clean.of(idOf(1))?.size, clean.of(idOf(2))], [1, undefined]);
  });

  it('are forgotten all at once rather than growing without bound', () => {
    const clean = new CleanAttributes();
    const attributes = new Map<string, string>();
    for (let index = 0; index <= 1024; index += 1) clean.note({ actorId: idOf(index), attributes }, attributes);
    assert.equal(clean.of(idOf(0)), undefined);
    assert.notEqual(clean.of(idOf(1024)), undefined);
  });
});
