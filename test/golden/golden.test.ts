import assert from 'node:assert/strict';
import { CATALOGUE } from '../../src/mapping/catalogue.ts';
import { schema } from '../../src/mapping/config.ts';
import { createMapper } from '../../src/mapping/mapper.ts';
import {
  type GoldenPair,
  goldenEntry,
  goldenNames,
  isUpdatingGolden,
  readGolden,
  toGolden,
  writeGolden,
} from '../support/golden.ts';

const map = createMapper(schema.parse({}));

describe('the golden pairs', () => {
  it('cover every action of the catalogue, and nothing else', () => {
    const actions = Object.entries(CATALOGUE).flatMap(([type, names]) => names.map((name) => `${type}.${name}`));
    assert.deepEqual(goldenNames(), actions.sort());
  });

  for (const name of goldenNames()) {
    const pairs = readGolden(name);
    if (isUpdatingGolden) {
      const update = (pair: GoldenPair) => ({ ...pair, record: toGolden(map(goldenEntry(pair))) });
      writeGolden(name, pairs.map(update));
      continue;
    }
    for (const pair of pairs) {
      it(`${name}: ${pair.title}`, () => {
        const { event } = goldenEntry(pair);
        assert.ok(name === `${event.type}.${event.action.split(': ')[0]}`, 'the event belongs to another file');
        assert.deepEqual(JSON.parse(JSON.stringify(toGolden(map(goldenEntry(pair))))), pair.record);
      });
    }
  }
});
