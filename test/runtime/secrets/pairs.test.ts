/** Values that stand apart from their names: what is masked of them, and what stays. */
import assert from 'node:assert/strict';
import { replacePairs } from '../../../src/runtime/secrets/pairs.ts';

const masked = (text: string) => replacePairs(text, () => '[masked]');

describe('a value apart from its name', () => {
  const cases: readonly (readonly [text: string, shown: string])[] = [
    ['- name: DB_PASSWORD\n  value: s3cret', '- name: DB_PASSWORD\n  value: [masked]'],
    ['- name: DB_PASSWORD\n  value: "s3cret"', '- name: DB_PASSWORD\n  value: "[masked]"'],
    ['<add key="DbPassword" value="s3cret"/>', '<add key="DbPassword" value="[masked]"/>'],
    ['<db><user>app</user><password>s3 cret</password></db>', '<db><user>app</user><password>[masked]</password></db>'],
  ];
  for (const [text, shown] of cases) it(`is masked: ${text}`, () => assert.equal(masked(text), shown));

  const innocents = [
    '- name: LEVEL\n  value: debug',
    '- name: DB_PASSWORD\n- name: LEVEL\n  value: debug',
    '- name: DB_PASSWORD\n  value: $(cat /run/secrets/db)',
    '<name>shop-1</name>',
    '<password></password>',
    '<password>s3cret</user>',
    'the value of a name',
  ];
  for (const text of innocents) it(`stays: ${text}`, () => assert.equal(masked(text), text));
});
