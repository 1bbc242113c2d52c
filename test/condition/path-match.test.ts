import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compilePaths } from '../../src/condition/path-match.ts';

function isUnder(paths: readonly string[], path: string): boolean {
  const compiled = compilePaths(paths);
  assert.ok(compiled.ok);
  return compiled.value(path);
}

const FILE = '/opt/dir/subdir/file.txt';

const ROWS: readonly (readonly [paths: readonly string[], path: string, answer: boolean])[] = [
  [['/opt/dir'], FILE, true],
  [['/opt/dir/'], FILE, true],
  [['opt//dir'], FILE, true],
  [['/opt/dir/subdir'], FILE, true],
  [[FILE], FILE, true],
  [[`${FILE}/more`], FILE, false],
  [['/opt/dir2'], FILE, false],
  [['/opt/di'], FILE, false],
  [['/dir'], FILE, false],
  [['/opt/dir3', '/opt/dir'], FILE, true],
  [['/opt/dir3', '/opt/dir2'], FILE, false],
  [['/opt/*'], FILE, true],
  [['/opt/*/subdir'], FILE, true],
  [['/opt/di?/subdir'], FILE, true],
  [['/opt/dii?/subdir'], FILE, false],
  [['/opt/di[r]/subdir'], FILE, true],
  [['/opt/di[!r]/subdir'], FILE, false],
  [['/opt/*/subdir2'], FILE, false],
  [['/opt/*/*/subsubdir'], FILE, false],
  [['/opt*file.txt'], FILE, false],
  [['/*/*/*/*'], FILE, true],
  [['/*/*/*/*/*'], FILE, false],
  [['/opt/*/none', '/opt/d*/subdir'], FILE, true],
  [['/opt/dir/none', '/opt/*/subdir'], FILE, true],
  [['/opt', '/opt/none'], FILE, true],
  [['/opt/none', '/opt'], FILE, true],
  [['/'], FILE, true],
  [[''], FILE, true],
  [['/'], '', true],
  [['/opt'], '', false],
  [['*'], '', false],
  [[], FILE, false],
];

describe('a path', () => {
  for (const [paths, path, answer] of ROWS) {
    it(`${path} ${answer ? 'begins' : 'does not begin'} with ${JSON.stringify(paths)}`, () => {
      assert.equal(isUnder(paths, path), answer);
    });
  }

  it('begins with what any one of the paths alone says it does', () => {
    const part = fc.constantFrom('a', 'b', '*', '?', '[ab]', 'a*');
    const paths = fc.array(
      fc.array(part, { maxLength: 3 }).map((parts) => parts.join('/')),
      { maxLength: 4 },
    );
    const path = fc.array(fc.constantFrom('a', 'b', 'ab'), { maxLength: 4 }).map((parts) => parts.join('/'));
    fc.assert(
      fc.property(paths, path, (all, one) => {
        assert.equal(
          isUnder(all, one),
          all.some((alone) => isUnder([alone], one)),
        );
      }),
    );
  });

  it('is not held against a part that is too long to be harmless', () => {
    const problem = 'The pattern has 301 characters, and 300 are the most.';
    assert.deepEqual(compilePaths(['/opt', `/opt/*/${'*'.repeat(301)}`]), { ok: false, problem });
  });
});
