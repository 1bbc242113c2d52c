import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseCondition } from '../../src/condition/parser.ts';
import { arbitraryConditions } from '../support/arbitrary-conditions.ts';
import { printCondition } from './print.ts';
import { accepts, withoutPlaces } from './reading.ts';

describe('a printed condition', () => {
  it('is read as the same tree', () => {
    fc.assert(
      fc.property(arbitraryConditions, (tree) => {
        const text = printCondition(tree);
        const read = parseCondition(text);
        assert.ok(read.ok, `${text}: ${JSON.stringify(read)}`);
        assert.deepEqual(withoutPlaces(read.value), withoutPlaces(tree));
        assert.equal(printCondition(read.value), text);
      }),
      { numRuns: 2000 },
    );
  });

  it('is another one for another tree', () => {
    const texts = ['a.b = c', 'a.b == c', 'a.b[c] = c', 'a.b[""] = c', 'a.b = "c "', 'a.b in (c)', 'a.b in c', 'c'];
    const more = ['a.b = val(c.d)', 'a.b = c.d', 'a.b = oneof (c)', 'a.b = "oneof"', 'not (a or b)', 'not a or b'];
    const printed = [...texts, ...more].map((text) => {
      const read = parseCondition(text);
      return read.ok ? printCondition(read.value) : '';
    });
    assert.equal(new Set(printed).size, texts.length + more.length);
  });

  describe('has no parentheses and quotes that it does not need', () => {
    accepts([
      ['(((a.b = "c")) or (d)) and (not (e.f in ("g")))', '(a.b = c or d) and not e.f in (g)'],
      ['(not (a.b exists)) or ((c and d))', 'not a.b exists or c and d'],
    ]);
  });
});
