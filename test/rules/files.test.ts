import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { BUNDLED_RULES, readRulesFiles } from '../../src/rules/files.ts';

describe('the files of rules', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rules-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('are read in the order of the configuration', async () => {
    const [one, two] = [join(folder, 'one.yaml'), join(folder, 'two.txt')];
    await writeFile(one, '1');
    await writeFile(two, '2');
    const read = await readRulesFiles({ bundled: false, files: [two, one] });
    assert.deepEqual(read, {
      files: [
        { path: two, text: '2' },
        { path: one, text: '1' },
      ],
      watched: [two, one],
      problems: [],
    });
  });

  it('of a folder are those that are named as YAML, by name, and not those in folders within', async () => {
    for (const name of ['b.yml', 'a.yaml', 'C.YAML', '.hidden.yaml', 'notes.txt', 'a.yaml.bak'])
      await writeFile(join(folder, name), name);
    await mkdir(join(folder, 'more'));
    const { files, watched } = await readRulesFiles({ bundled: false, files: [folder] });
    assert.deepEqual(
      files.map(({ path }) => basename(path)),
      ['C.YAML', 'a.yaml', 'b.yml'],
    );
    assert.deepEqual(watched, [folder, ...files.map(({ path }) => path)]);
  });

  it('begin with those that come with the program', async () => {
    const { files, watched } = await readRulesFiles({ bundled: true, files: [] });
    assert.deepEqual([files.map(({ path }) => path), watched], [[BUNDLED_RULES], [BUNDLED_RULES]]);
  });

  it('that cannot be read are told, each, and the others are read', async () => {
    const good = join(folder, 'good.yaml');
    await writeFile(good, 'x');
    const gone = join(folder, 'gone.yaml');
    const { files, watched, problems } = await readRulesFiles({ bundled: false, files: [gone, good, `${gone}/x`] });
    assert.deepEqual(
      files.map(({ path }) => path),
      [good],
    );
    assert.deepEqual(watched, [gone, good, `${gone}/x`]);
    assert.equal(problems.length, 2);
    assert.match(
      problems[0] ?? '',
      /gone\.yaml: expected a rules file or a folder of them, which cannot be read: there is none\./,
    );
  });
});
