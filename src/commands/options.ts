/** The options that every command shares, and the configuration that they, a file and the environment make. */
import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import type { ConfigArguments } from '../config/collector-config.ts';
import { type LoadedConfig, loadConfig } from '../config/load.ts';
import { problemText } from '../config/problem-text.ts';
import type { Result } from '../model/engine.ts';
import type { CommandWorld } from './world.ts';

/** As commander gives them. */
export interface SharedOptions {
  readonly config?: string;
  readonly host?: string;
  readonly context?: string;
  readonly exporter?: readonly string[];
  readonly endpoint?: string;
  readonly protocol?: string;
  readonly eventQueueSize?: string;
  readonly storage?: string;
  readonly flushInterval?: string;
  readonly rules?: readonly string[];
  readonly view?: readonly string[];
  readonly logLevel?: string;
  readonly logFormat?: string;
  readonly listen?: string;
}

const CONFIG_VARIABLE = 'DOCKER_EVENTS_OTEL_CONFIG';

export function configOption(): Option {
  return new Option('-c, --config <file>', `a YAML file, or a Logtail configuration (also ${CONFIG_VARIABLE})`);
}

export function addSharedOptions(command: Command): Command {
  const engine = 'Where events come from:';
  const records = 'Where records go, and how:';
  const log = 'What is told meanwhile, on stderr:';
  const add = (group: string, flags: string, description: string) =>
    command.addOption(new Option(flags, description).helpGroup(group));
  const addList = (group: string, flags: string, description: string) =>
    command.addOption(new Option(flags, description).helpGroup(group).argParser(appendWords));
  command.addOption(configOption());
  add(
    engine,
    '-H, --host <endpoint>',
    'the engine: unix:///path, tcp://host:port, ssh://user@host, npipe://… (also DOCKER_HOST)',
  );
  add(engine, '--context <name>', 'the engine of this docker context (also DOCKER_CONTEXT)');
  addList(
    records,
    '-e, --exporter <name>',
    'otlp, otlp_http, otlp_grpc, console, or the name of an exporter in the file; several with commas, or repeated',
  );
  add(records, '--endpoint <url>', 'the OTLP endpoint: http://localhost:4318 (also OTEL_EXPORTER_OTLP_ENDPOINT)');
  add(records, '--protocol <protocol>', 'http/protobuf, http/json or grpc (also OTEL_EXPORTER_OTLP_PROTOCOL)');
  addList(
    records,
    '--rules <file>',
    "a rules file in Falco's form, or a folder of them; several with commas, or repeated",
  );
  addList(records, '--view <name>', 'how a record is written: otel, falco, logtail; several with commas, or repeated');
  add(
    records,
    '--event-queue-size <count>',
    'how many events may wait in memory for a backend that is away; with storage the rest waits on disk',
  );
  add(
    records,
    '--storage <folder>',
    'where the journal is kept, so that a restart loses nothing; none keeps nothing (also DOCKER_EVENTS_OTEL_STORAGE)',
  );
  add(records, '--flush-interval <duration>', 'how long a record may wait for others to go with: 500ms, 1s');
  add(log, '--log-level <level>', 'debug, info, warn or error');
  add(log, '--log-format <format>', 'json, text, or auto: text on a terminal');
  add(
    'How it can be watched:',
    '--listen <address>',
    'where health, status and metrics can be read: 127.0.0.1:9464, or none (also DOCKER_EVENTS_OTEL_LISTEN)',
  );
  return command;
}

/** Not commander's own list, which would take a file that stands behind it for one more word. */
export function appendWords(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), ...value.split(',').map((word) => word.trim())];
}

/** Undefined where the environment alone configures. */
export function configPath({ env }: Pick<CommandWorld, 'env'>, options: SharedOptions): string | undefined {
  return options.config ?? (env[CONFIG_VARIABLE] || undefined);
}

/** The problems are finished lines. */
export async function loadOptions(
  world: Pick<CommandWorld, 'env' | 'machine'>,
  options: SharedOptions,
): Promise<Result<LoadedConfig, readonly string[]>> {
  const path = configPath(world, options);
  if (path === undefined) return load(undefined, world, options);
  const file = await readConfigFile(path);
  return file.ok ? load(file.value, world, options) : { ok: false, problem: [file.problem] };
}

export interface ConfigFile {
  readonly path: string;
  readonly text: string;
}

export async function readConfigFile(path: string): Promise<Result<ConfigFile, string>> {
  try {
    return { ok: true, value: { path, text: await readFile(path, 'utf8') } };
  } catch (error) {
    return { ok: false, problem: `${path}: ${whyUnreadable(error)}` };
  }
}

function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  switch (code) {
    case 'ENOENT':
      return 'there is no such file. Check the path; a relative one begins at the folder that the command is started in.';
    case 'EISDIR':
      return 'this is a folder, and a file is expected.';
    case 'EACCES':
      return 'this process may not read the file (EACCES). Check its permissions, and those of its folders.';
    default:
      return `the file cannot be read (${code}).`;
  }
}

/** @param file undefined where there is none */
export async function load(
  file: ConfigFile | undefined,
  { env, machine }: Pick<CommandWorld, 'env' | 'machine'>,
  options: SharedOptions,
): Promise<Result<LoadedConfig, readonly string[]>> {
  const loaded = await loadConfig({ file, env, machine, args: argumentsOf(options) });
  if (loaded.ok) return loaded;
  return { ok: false, problem: loaded.problem.map((problem) => problemText(problem, file?.path)) };
}

function argumentsOf(options: SharedOptions): ConfigArguments {
  const { host, context, endpoint, protocol, eventQueueSize, storage, flushInterval, logLevel, logFormat, listen } =
    options;
  return {
    host,
    context,
    endpoint,
    protocol,
    eventQueueSize,
    storage,
    flushInterval,
    logLevel,
    logFormat,
    listen,
    exporters: options.exporter,
    rules: options.rules,
    views: options.view,
  };
}
