/** Tables of conditions that are read, and of conditions that are refused. */
import assert from 'node:assert/strict';
import { parseCondition } from '../../src/condition/parser.ts';
import { printCondition } from './print.ts';

/** A condition, and how it is printed where that is another text. */
export type Accepted = string | readonly [text: string, printed: string];

export function accepts(table: readonly Accepted[]): void {
  for (const row of table) {
    const [text, printed] = typeof row === 'string' ? [row, row] : row;
    it(`reads ${text}`, () => assert.equal(printedOf(text), printed));
  }
}

/** `‸` in the text is where the problem is. */
export type Refused = readonly [text: string, message: string, near?: string];

export function refuses(table: readonly Refused[]): void {
  for (const [marked, message, near] of table) {
    it(`refuses ${marked}`, () => {
      const text = marked.replace('‸', '');
      const problem = { message, at: marked.indexOf('‸'), ...(near === undefined ? {} : { near }) };
      assert.deepEqual(parseCondition(text), { ok: false, problem });
    });
  }
}

export function printedOf(text: string): string {
  const read = parseCondition(text);
  return read.ok ? printCondition(read.value) : `${read.problem.message} at ${read.problem.at}`;
}

/** A tree or a part of one, without what tells where in the text it stood. */
export function withoutPlaces(tree: unknown): unknown {
  return JSON.parse(JSON.stringify(tree, (key, value: unknown) => (key === 'at' ? undefined : value)));
}
