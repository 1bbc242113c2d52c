/** `check`: everything that is wrong with configurations, at once, each with its place. Starts nothing. */
import type { LoadedConfig } from '../config/load.ts';
import { load, readConfigFile } from './options.ts';
import { type CommandWorld, EXIT, type ExitCode } from './world.ts';

/** @param files checked one by one; without any, what the environment makes is checked */
export async function check(world: CommandWorld, files: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  for (const path of files.length > 0 ? files : [undefined]) {
    const problems = await checkOne(world, path);
    if (problems > 0) code = EXIT.wrong;
  }
  return code;
}

/** Resolves with the number of problems. */
async function checkOne(world: CommandWorld, path: string | undefined): Promise<number> {
  const name = path ?? 'environment';
  const file = path === undefined ? undefined : await readConfigFile(path);
  const loaded =
    file?.ok === false ? { ok: false as const, problem: [file.problem] } : await load(file?.value, world, {});
  if (!loaded.ok) {
    const count = loaded.problem.length;
    const lines = [...loaded.problem, `${name}: ${count} ${count === 1 ? 'problem' : 'problems'}`];
    world.stderr.write(lines.map((line) => `${line}\n`).join(''));
    return count;
  }
  for (const warning of loaded.value.warnings) world.stderr.write(`${name}: warning: ${warning}\n`);
  world.stdout.write(`${name}: OK, ${summary(loaded.value)}\n`);
  return 0;
}

function summary({ config }: LoadedConfig): string {
  const { host, context } = config.engine;
  const source = host ?? (context === undefined ? 'the engine that is found at the start' : `context ${context}`);
  const pipelines = config.pipelines.map(({ name, exporters }) => {
    return `${name} to ${exporters.map((exporter) => exporter.name).join(', ')}`;
  });
  return `events of ${source}; ${pipelines.join('; ')}`;
}
