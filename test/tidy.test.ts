/** What people would otherwise repeat in review. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/** All files but those that .gitignore names; without asking git, which a machine that runs tests need not have. */
function ownFiles(): string[] {
  const ignored = read('.gitignore')
    .split('\n')
    .filter((pattern) => pattern !== '');
  const exclude = ['.git', ...ignored.map((pattern) => pattern.replace(/\/$/, ''))];
  return globSync('**/*', { cwd: ROOT, exclude }).filter((file) => statSync(join(ROOT, file)).isFile());
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

function linesWith(files: readonly string[], pattern: RegExp): string[] {
  return files.flatMap((file) =>
    read(file)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim().slice(0, 100)}`] : [])),
  );
}

/** @param door a file, a folder, or the name that files of several folders have */
function isDoor(file: string, door: string): boolean {
  return door.endsWith('/') ? file.startsWith(door) : file === door || file.endsWith(`/${door}`);
}

describe('the house', () => {
  const files = ownFiles();
  const sources = files.filter((file) => /^src\/.*\.ts$/.test(file));
  const tests = files.filter((file) => /^test\/.*\.ts$/.test(file) && file !== 'test/tidy.test.ts');

  it('has no unfinished work and no types given up in its sources', () => {
    assert.deepEqual(
      linesWith(sources, /\b(TODO|FIXME|XXX)\b|: any\b|\bas any\b|as unknown as|@ts-(ignore|expect-error)/),
      [],
    );
  });

  it('has no tests that wait for time, run alone or are left out', () => {
    assert.deepEqual(linesWith(tests, /\bsetTimeout\(|\bsetInterval\(|\bsleep\(\d|\.(only|skip)\(|Math\.random\(/), []);
  });

  it('has no source file above 350 lines', () => {
    const long = [...sources, ...tests].filter(
      (file) => read(file).split('\n').length > (file.startsWith('src') ? 350 : 600),
    );
    assert.deepEqual(long, []);
  });

  it('begins every main file with its design', () => {
    const mains = [
      'src/receiver/receiver.ts',
      'src/lifecycle/lifecycle.ts',
      'src/journal/memory-journal.ts',
      'src/journal/durable-journal.ts',
      'src/collector.ts',
      'src/engine/engine.ts',
      'src/mapping/mapper.ts',
      'src/export/lane.ts',
      'src/config/load.ts',
      'src/rules/load/load.ts',
    ];
    assert.deepEqual(
      mains.filter((file) => !/^(#!.*\n)?(\/\*\*|\/\/)/.test(read(file))),
      [],
    );
  });

  const { dependencies, devDependencies } = JSON.parse(read('package.json'));

  it('pins every dependency exactly', () => {
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      assert.match(String(version), /^(npm:.+@)?\d+\.\d+\.\d+$/, name);
    }
  });

  it('gives a reason for every dependency, with its version and the doors that it really has', () => {
    const rows = [...read('docs/dependencies.md').matchAll(/^\| `(.+?)` \| (.+?) \| (.+) \|$/gm)];
    const told = Object.fromEntries(rows.map(([, name, version]) => [name, version]));
    assert.deepEqual(told, { ...dependencies, ...devDependencies });
    for (const [, name = '', , whyAndDoors = ''] of rows) {
      const imports = [`from '${name}'`, `import('${name}')`];
      const importers = sources.filter((file) => imports.some((text) => read(file).includes(text)));
      const doors = [...(whyAndDoors.split(' | ')[1] ?? '').matchAll(/`(.+?)`/g)].map(([, door = '']) => door);
      const closed = importers.filter((file) => !doors.some((door) => isDoor(file, door)));
      assert.deepEqual(closed, [], `docs/dependencies.md tells other doors of ${name}`);
      const unused = doors.filter((door) => !importers.some((file) => isDoor(file, door)));
      assert.deepEqual(unused, [], `docs/dependencies.md tells more doors of ${name} than there are`);
    }
  });

  it('has no dead link between its documents', () => {
    const documents = files.filter((file) => file.endsWith('.md'));
    const dead = documents.flatMap((file) =>
      [...read(file).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
        .map((match) => match[1] ?? '')
        .filter((target) => !existsSync(join(ROOT, dirname(file), target)))
        .map((target) => `${file} → ${target}`),
    );
    assert.deepEqual(dead, []);
  });
});
