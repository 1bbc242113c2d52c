import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { faultOf, openDatabase } from '../../src/journal/sqlite.ts';

const ROOT = join(import.meta.dirname, '../..');

describe('the door to SQLite', () => {
  it('knows a full disk, a damaged file, a busy one and one that cannot be written', () => {
    const kindOf = (errcode: number) => faultOf(Object.assign(new Error('x'), { errcode }))?.kind;
    assert.deepEqual([13, 11, 26, 5, 5 | (2 << 8), 8, 14, 10].map(kindOf), [
      'full',
      'damaged',
      'damaged',
      'busy',
      'busy',
      'unwritable',
      'unwritable',
      'unwritable',
    ]);
    const database = openDatabase(':memory:');
    assert.throws(
      () => database.exec('SELECT * FROM nothing'),
      (error) => faultOf(error)?.kind === 'damaged',
    );
    database.close();
  });

  it('knows what the system says of a folder, and what is a fault of the program', () => {
    const ofSystem = (code: string) => faultOf(Object.assign(new Error(code), { code, syscall: 'open' }))?.kind;
    assert.deepEqual(['EACCES', 'EROFS', 'ENOSPC', 'EDQUOT'].map(ofSystem), [
      'unwritable',
      'unwritable',
      'full',
      'full',
    ]);
    assert.equal(faultOf(new TypeError('x is not a function')), undefined);
    assert.equal(faultOf('a string'), undefined);
  });

  it('does not call SQLite experimental on stderr, and holds back no other warning', () => {
    // As Node 22 does it.
    const program = `
      const { openDatabase } = await import('./src/journal/sqlite.ts');
      const load = process.getBuiltinModule;
      process.getBuiltinModule = (name) => {
        process.emitWarning('SQLite is an experimental feature and might change at any time', 'ExperimentalWarning');
        process.emitWarning('something else');
        return load(name);
      };
      openDatabase(':memory:').close();
      process.emitWarning('a third thing');
    `;
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    assert.match(stderr, /Warning: something else/);
    assert.match(stderr, /Warning: a third thing/);
    assert.doesNotMatch(stderr, /SQLite/);
  });
});
