/**
 * `check`: everything that is wrong with configurations, at once, each with its place.
 *
 * What is right as text is also put together as `run` would do it here, because that finds TLS files that cannot be read
 * and engines that cannot be named so. Nothing is started, and no engine and no backend is spoken to.
 */
import { createTelemetry, type Log } from '../collector.ts';
import type { Result } from '../model/engine.ts';
import { configPath, load, readConfigFile } from './options.ts';
import { collectorIn } from './session.ts';
import { sendsText } from './text.ts';
import { type CommandWorld, EXIT, type ExitCode } from './world.ts';

/** @param files checked one by one; without any, what `run` would use is checked */
export async function check(world: CommandWorld, files: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  for (const path of files.length > 0 ? files : [configPath(world, {})]) {
    const name = path ?? 'environment';
    const checked = await checkOne(world, name, path);
    if (checked.ok) {
      world.stdout.write(`${name}: OK, ${checked.value}\n`);
    } else {
      code = EXIT.wrong;
      const count = checked.problem.length;
      tell(world, [...checked.problem, `${name}: ${count} ${count === 1 ? 'problem' : 'problems'}`]);
    }
  }
  return code;
}

/** Resolves with what the configuration does, or with all that is wrong with it. */
async function checkOne(
  world: CommandWorld,
  name: string,
  path: string | undefined,
): Promise<Result<string, readonly string[]>> {
  const file = path === undefined ? undefined : await readConfigFile(path);
  if (file?.ok === false) return { ok: false, problem: [file.problem] };
  const loaded = await load(file?.value, world, {});
  if (!loaded.ok) return loaded;
  const { config, warnings } = loaded.value;
  tell(
    world,
    warnings.map((warning) => `${name}: warning: ${warning}`),
  );
  const collector = await collectorIn(world, config, createTelemetry(SILENT, world.clock));
  if (!collector.ok) {
    const lines = collector.problem.message.split('\n');
    return { ok: false, problem: lines.map((line) => `${name}: ${line}`) };
  }
  const { source, destinations, rulesWarnings } = collector.value;
  tell(
    world,
    rulesWarnings.map((warning) => `${name}: warning: ${warning}`),
  );
  const sends = sendsText(destinations);
  const does =
    config.storage === undefined
      ? `reads ${source} and ${sends}`
      : `reads ${source}, ${sends}, and keeps what waits in ${config.storage.directory}`;
  return { ok: true, value: does };
}

const SILENT: Log = { wants: () => false, write: () => {} };

function tell({ stderr }: CommandWorld, lines: readonly string[]): void {
  stderr.write(lines.map((line) => `${line}\n`).join(''));
}
