import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseCondition } from '../../../src/condition/parser.ts';
import { Collection } from '../../../src/rules/load/collection.ts';
import { Lists } from '../../../src/rules/load/lists.ts';
import { Macros } from '../../../src/rules/load/macros.ts';
import { Report } from '../../../src/rules/load/report.ts';
import { Texts } from '../../../src/rules/load/texts.ts';
import { Written } from '../../../src/rules/load/written.ts';
import { printCondition } from '../../condition/print.ts';

const PLACE = { file: 'f', line: 1, column: 1 };

/** A condition as text, in which the names may stand. */
function conditionWith(...names: readonly string[]): fc.Arbitrary<string> {
  const { condition } = fc.letrec<{ condition: string }>((tie) => ({
    condition: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('docker.type = a', 'docker.action exists', 'docker.scope in (b, c)', ...names, ...names),
      fc.array(tie('condition'), { minLength: 2, maxLength: 3 }).map((terms) => `(${terms.join(' and ')})`),
      fc.array(tie('condition'), { minLength: 2, maxLength: 3 }).map((terms) => `(${terms.join(' or ')})`),
      tie('condition').map((term) => `not (${term})`),
    ),
  }));
  return condition;
}

function printed(text: string): string {
  const parsed = parseCondition(text);
  assert.ok(parsed.ok, text);
  return printCondition(parsed.value);
}

describe('macros put into a condition', () => {
  it('give what the text with their conditions in parentheses gives', () => {
    const all = fc.tuple(conditionWith(), conditionWith('one'), conditionWith('one', 'two'));
    fc.assert(
      fc.property(all, ([one, two, condition]) => {
        const report = new Report();
        const collection = new Collection(report);
        for (const [name, text] of Object.entries({ one, two })) {
          collection.addMacro({ name, place: PLACE, isAppended: false, condition: Written.at(text, PLACE) });
        }
        const macros = new Macros(collection, new Lists(collection.lists), new Texts(), report);
        const tree = macros.put(Written.at(condition, PLACE), { kind: 'rule', name: 'R' });
        assert.ok(tree !== undefined && report.count === 0);
        const inText = condition.replaceAll('two', `(${two})`).replaceAll('one', `(${one})`);
        assert.equal(printCondition(tree), printed(inText));
      }),
      { numRuns: 300 },
    );
  });
});
