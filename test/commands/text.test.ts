import assert from 'node:assert/strict';
import { ago, counted, sizeText, table } from '../../src/commands/text.ts';

describe('text of the commands', () => {
  it('stands in columns, without blanks at the ends', () => {
    assert.deepEqual(table([['A', 'LONGER', ''], ['longest', 'b', 'and the rest'], ['c']]), [
      'A        LONGER',
      'longest  b       and the rest',
      'c',
    ]);
  });

  it('lets no name of a stranger drive the terminal', () => {
    assert.deepEqual(table([['\u001b[31m', 'x\ny']]), ['\\u001b[31m  x\\u000ay']);
  });

  const NOW = [1_000_000, 500_000_000] as const;
  const AGES: readonly (readonly [number, string])[] = [
    [0, '0 s ago'],
    [119, '119 s ago'],
    [120, '2 min ago'],
    [7199, '119 min ago'],
    [7200, '2 h ago'],
    [172_799, '47 h ago'],
    [172_800, '2 days ago'],
  ];
  for (const [seconds, text] of AGES) {
    it(`says ${text} of what was ${seconds} s before`, () => {
      assert.equal(ago([NOW[0] - seconds, 0], NOW), text);
    });
  }

  it('says now of what a clock says is to come, and nothing of what is not known', () => {
    assert.equal(ago([NOW[0] + 5, 0], NOW), 'now');
    assert.equal(ago(undefined, NOW), '-');
  });

  it('says sizes and counts as people do', () => {
    assert.deepEqual([0, 1023, 1024, 1536, 10 * 1024 ** 2, 5 * 1024 ** 4].map(sizeText), [
      '0 bytes',
      '1023 bytes',
      '1 KiB',
      '1.5 KiB',
      '10 MiB',
      '5120 GiB',
    ]);
    assert.deepEqual(
      [0, 1, 2000].map((count) => counted(count, 'record')),
      ['0 records', '1 record', '2,000 records'],
    );
  });
});
