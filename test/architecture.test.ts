/**
 * The picture of the project, held by a test. Imports go one way:
 *
 *   cli ──► commands ──► collector ──► { engine receiver lifecycle rules journal mapping processing export metrics telemetry config }
 *                                          │  stages never import one another; they meet in collector.ts
 *                                          ▼
 *                              condition ──► runtime ──► model
 *
 * config/ is assembled from the stages' own config.ts files, and may import those and nothing else of a stage. Each
 * outside package has one door.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const STAGES = [
  'engine',
  'receiver',
  'lifecycle',
  'rules',
  'journal',
  'mapping',
  'processing',
  'export',
  'metrics',
  'telemetry',
];

/** Which files may import which outside package. Everything not listed here may not be imported at all. */
const DOORS: readonly (readonly [RegExp, RegExp])[] = [
  [/^node:/, /.*/],
  [/^dockerode$/, /^src\/engine\/dockerode\.ts$/],
  [/^zod$/, /^src\/(config\/.*|[a-z]+\/config|runtime\/fields)\.ts$/],
  [/^yaml$/, /^src\/(config|rules\/load)\/yaml\.ts$/],
  [/^re2js$/, /^src\/condition\/regex\.ts$/],
  [/^commander$/, /^src\/(cli|commands\/.*)\.ts$/],
  [/^pino$/, /^src\/telemetry\/log\.ts$/],
  [/^(@opentelemetry\/.*|@grpc\/grpc-js)$/, /^src\/export\/otel(-grpc|-http|-metrics)?\.ts$/],
];

/** Parts in the order of the arrows: each may import itself and those in its list. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  cli: ['commands', 'runtime', 'model'],
  commands: ['collector', 'config', 'runtime', 'model'],
  index: ['collector', 'config', 'export', 'mapping', 'runtime', 'model'],
  collector: [...STAGES, 'config', 'condition', 'runtime', 'model'],
  config: ['runtime', 'model'],
  condition: ['runtime', 'model'],
  runtime: ['model'],
  model: [],
  ...Object.fromEntries(STAGES.map((stage) => [stage, ['condition', 'runtime', 'model']])),
};

interface Import {
  readonly from: string;
  readonly to: string;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s[^'";]*?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'/g;
  return [...text.matchAll(pattern)].map((match) => {
    const target = match[1] ?? match[2] ?? match[3] ?? '';
    const to = target.startsWith('.') ? relative(ROOT, join(ROOT, dirname(file), target)) : target;
    return { from: file, to };
  });
}

function partOf(file: string): string {
  const inside = file.slice('src/'.length);
  return inside.includes('/') ? inside.slice(0, inside.indexOf('/')) : inside.replace(/\.ts$/, '');
}

function complaint({ from, to }: Import): string | undefined {
  if (!to.startsWith('src/')) {
    if (to === 'package.json') return undefined;
    const door = DOORS.find(([name]) => name.test(to));
    if (door === undefined) return `${from} imports ${to}, which has no door`;
    return door[1].test(from) ? undefined : `${from} imports ${to}, whose door is ${door[1].source}`;
  }
  const [fromPart, toPart] = [partOf(from), partOf(to)];
  if (fromPart === toPart) return undefined;
  if (fromPart === 'config' && STAGES.includes(toPart) && /^src\/[a-z]+\/config\.ts$/.test(to)) return undefined;
  return ARROWS[fromPart]?.includes(toPart)
    ? undefined
    : `${from} imports ${to}: no arrow from ${fromPart} to ${toPart}`;
}

const files = globSync('src/**/*.ts', { cwd: ROOT }).sort();

describe('the architecture', () => {
  it('has only the arrows of the picture', () => {
    const complaints = files
      .flatMap(importsOf)
      .map(complaint)
      .filter((text) => text !== undefined);
    assert.deepEqual(complaints, [], 'see the picture at the head of this test and docs/architecture.md');
  });

  it('has no circle between files', () => {
    const graph = new Map(files.map((file) => [file, importsOf(file).map(({ to }) => to)]));
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): string[] => {
      if (path.includes(file)) return [[...path.slice(path.indexOf(file)), file].join(' → ')];
      if (done.has(file)) return [];
      const found = (graph.get(file) ?? []).flatMap((next) => visit(next, [...path, file]));
      done.add(file);
      return found;
    };
    assert.deepEqual(
      files.flatMap((file) => visit(file, [])),
      [],
    );
  });

  it('sees an arrow that is not in the picture', () => {
    assert.equal(
      complaint({ from: 'src/receiver/x.ts', to: 'src/export/y.ts' }),
      'src/receiver/x.ts imports src/export/y.ts: no arrow from receiver to export',
    );
    assert.equal(
      complaint({ from: 'src/mapping/x.ts', to: 'dockerode' }),
      'src/mapping/x.ts imports dockerode, whose door is ^src\\/engine\\/dockerode\\.ts$',
    );
  });

  it('ends the process in one place only', () => {
    const exits = files.filter((file) => /process\.exit\(/.test(readFileSync(join(ROOT, file), 'utf8')));
    assert.deepEqual(
      exits.filter((file) => file !== 'src/cli.ts'),
      [],
    );
  });

  it('asks for time and chance at their doors only', () => {
    const banned = /\b(Date\.now\(|new Date\(\)|setTimeout\(|setInterval\(|Math\.random\(|performance\.now\()/;
    const users = files.filter((file) => banned.test(readFileSync(join(ROOT, file), 'utf8')));
    assert.deepEqual(users, ['src/runtime/clock.ts', 'src/runtime/random.ts']);
  });
});
