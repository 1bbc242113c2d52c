/**
 * What the commands that look at a journal share: which folder it is in, and how it is opened and closed again.
 *
 * The folder is that of `run` with the same file, environment and account. Looks write nothing. What is shown is masked as
 * in what leaves: it is copied into tickets and chats, and the file is not.
 */
import type { CollectorConfig, StorageConfig } from '../config/collector-config.ts';
import type { Result } from '../model/engine.ts';
import { loadOptions } from './options.ts';
import { type CommandWorld, EXIT, type ExitCode } from './world.ts';

export interface JournalOptions {
  readonly config?: string;
  readonly storage?: string;
  readonly json?: boolean;
}

export interface KeptConfig extends CollectorConfig {
  readonly storage: StorageConfig;
}

export interface Closable {
  close(): void;
}

/** Opens what is kept, uses it, and closes it again. What keeps from it is told, with the code that says so. */
export async function withJournal<Opened extends Closable>(
  world: CommandWorld,
  options: JournalOptions,
  open: (directory: string) => Result<Opened, string> | Promise<Result<Opened, string>>,
  use: (opened: Opened, config: KeptConfig) => ExitCode | Promise<ExitCode>,
): Promise<ExitCode> {
  const { config: file, storage: folder } = options;
  // No more of the options: an --exporter here is not one to send to.
  const loaded = await loadOptions(world, {
    ...(file === undefined ? {} : { config: file }),
    ...(folder === undefined ? {} : { storage: folder }),
  });
  if (!loaded.ok) return say(world, EXIT.wrong, ...loaded.problem);
  const { config } = loaded.value;
  const { storage } = config;
  if (storage === undefined) return say(world, EXIT.wrong, NOTHING_KEPT);
  const opened = await open(storage.directory);
  if (!opened.ok) return say(world, EXIT.failed, opened.problem);
  try {
    return await use(opened.value, { ...config, storage });
  } finally {
    opened.value.close();
  }
}

const NOTHING_KEPT =
  'There is no journal: the storage is none. Name its folder with --storage, or the configuration of the collector with --config.';

export function say({ stderr }: Pick<CommandWorld, 'stderr'>, code: ExitCode, ...lines: readonly string[]): ExitCode {
  stderr.write(lines.map((line) => `${line}\n`).join(''));
  return code;
}

export function print({ stdout }: Pick<CommandWorld, 'stdout'>, lines: readonly string[]): void {
  stdout.write(lines.map((line) => `${line}\n`).join(''));
}

/** JSON for machines: asked for, or because no person looks on. */
export function wantsJson({ stdout }: Pick<CommandWorld, 'stdout'>, { json }: JournalOptions): boolean {
  return json ?? stdout.isTTY !== true;
}
