/** `config`: the configuration in effect, as a file could say it; secrets masked. */
import { printConfig } from '../config/effective.ts';
import { loadOptions, type SharedOptions } from './options.ts';
import { type CommandWorld, EXIT, type ExitCode } from './world.ts';

export async function config(world: CommandWorld, options: SharedOptions): Promise<ExitCode> {
  const loaded = await loadOptions(world, options);
  if (!loaded.ok) {
    world.stderr.write(loaded.problem.map((line) => `${line}\n`).join(''));
    return EXIT.wrong;
  }
  for (const warning of loaded.value.warnings) world.stderr.write(`warning: ${warning}\n`);
  world.stdout.write(await printConfig(loaded.value.config));
  return EXIT.ok;
}
