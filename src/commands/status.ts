/**
 * `status`: how the collector of this configuration is, in its own words. Where nobody answers it says so, and shows what the
 * journal on this machine tells. So it does where another one answers: of two collectors on a machine only one has the
 * address that is everybody's default, and that it is well says nothing of the other. They are told apart by their storage,
 * where somebody named one.
 *
 * Ends with 0 where it is ready, 1 where it is not, and 2 where nobody answers, another one does, or the configuration is
 * wrong; so it can be used by scripts. Not for health checks of a container: each is an `exec`, three events in the stream that is read.
 */
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  addressText,
  ask,
  askableAt,
  type ListenAddress,
  parseListen,
  readStatus,
  type ToldStatus,
} from '../collector/health.ts';
import { NO_STORAGE, usualDirectory } from '../config/storage.ts';
import type { Result } from '../model/engine.ts';
import { deadline } from '../runtime/clock.ts';
import { escapeControls } from '../runtime/mask.ts';
import { status as journalStatus } from './journal.ts';
import { type JournalOptions, print, say } from './journal-folder.ts';
import { loadOptions } from './options.ts';
import { statusText } from './status-text.ts';
import { type CommandWorld, EXIT, type ExitCode } from './world.ts';

export interface StatusOptions extends JournalOptions {
  /** `host:port` in the place of the configured one. */
  readonly listen?: string;
}

/** A collector answers in a millisecond, unless it has no time for anything. */
const ANSWER_MS = 5000;

export async function status(world: CommandWorld, options: StatusOptions): Promise<ExitCode> {
  const wanted = await wantedOf(world, options);
  if (!wanted.ok) return say(world, EXIT.wrong, ...wanted.problem);
  const told = await askAt(world, wanted.value);
  if (!told.ok) {
    say(world, EXIT.wrong, escapeControls(told.problem));
    // A machine that asks for a status must not take a journal for one.
    if (options.json !== true) await showJournal(world, options);
    return EXIT.wrong;
  }
  const { text, value } = told.value;
  print(world, options.json === true ? [escapeControls(text.trim())] : statusText(value));
  return value.readiness.isReady ? EXIT.ok : EXIT.failed;
}

/** Whom to ask. */
interface Wanted {
  /** Undefined where the configuration has none. */
  readonly address: ListenAddress | undefined;
  /** Undefined where nobody named it: it is then that of the account, and the collector may have another one. */
  readonly directory: string | undefined;
}

async function wantedOf(
  world: CommandWorld,
  { listen, config, storage }: StatusOptions,
): Promise<Result<Wanted, readonly string[]>> {
  if (listen !== undefined) {
    const address = parseListen(listen);
    if (address !== undefined) return { ok: true, value: { address, directory: named(storage) } };
    return { ok: false, problem: [`--listen: expected an address such as 127.0.0.1:9464, got "${listen}".`] };
  }
  const loaded = await loadOptions(world, withoutUndefined({ config, storage }));
  if (!loaded.ok) return loaded;
  const { service, storage: kept } = loaded.value.config;
  const address = service.listen === undefined ? undefined : parseListen(service.listen);
  const usual = usualDirectory(world.env, world.machine);
  return { ok: true, value: { address, directory: kept?.directory === usual ? undefined : kept?.directory } };
}

function named(storage: string | undefined): string | undefined {
  return storage === NO_STORAGE ? undefined : storage;
}

const NO_ADDRESS =
  "There is no address to ask at: service.telemetry.http.listen is none. Name the collector's with --listen, or its configuration with --config.";

const ANY_PORT =
  "The configuration leaves the port to the system (0), so that it is not known here. The collector's log says where it listens; name that with --listen.";

interface Told {
  readonly text: string;
  readonly value: ToldStatus;
}

async function askAt({ clock }: CommandWorld, { address: listen, directory }: Wanted): Promise<Result<Told, string>> {
  if (listen === undefined) return { ok: false, problem: NO_ADDRESS };
  if (listen.port === 0) return { ok: false, problem: ANY_PORT };
  const limit = deadline(clock, ANSWER_MS);
  const at = askableAt(listen);
  const answer = await ask(at, '/status', limit.signal);
  limit.cancel();
  const read = answer.ok ? readStatus(answer.value) : answer;
  if (answer.ok && read.ok) {
    const another = anotherOf(read.value, directory);
    if (another !== undefined) return { ok: false, problem: `At http://${addressText(at)}/status ${another}` };
    return { ok: true, value: { text: answer.value, value: read.value } };
  }
  const why = read.ok ? '' : read.problem;
  return {
    ok: false,
    problem: `No collector tells its status at http://${addressText(at)}/status: ${why}. Is it running, and with this configuration? Its log says where it listens; name that with --listen.`,
  };
}

/** What is to be said behind the address, where it is not the collector that keeps its journal in `directory`. */
function anotherOf({ status }: ToldStatus, directory: string | undefined): string | undefined {
  const theirs = status.storage?.directory;
  if (directory === undefined || isSameFolder(directory, theirs)) return undefined;
  const keeps = theirs === undefined ? 'keeps nothing on disk' : `keeps what waits in ${theirs}`;
  return `another collector answers: it ${keeps}, and the one that is asked for in ${directory}. Only one of them can have this address. The log of the other says whether it listens, and where; name that with --listen.`;
}

function isSameFolder(one: string, other: string | undefined): boolean {
  return other !== undefined && (one === other || realOf(one) === realOf(other));
}

/** Behind links. What cannot be looked at is as it was written. */
function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

async function showJournal(world: CommandWorld, { config, storage }: StatusOptions): Promise<void> {
  const options = withoutUndefined({ config, storage });
  const loaded = await loadOptions(world, options);
  if (!loaded.ok || loaded.value.config.storage === undefined) return;
  say(world, EXIT.wrong, 'The journal on this machine says:', '');
  await journalStatus(world, options);
}

function withoutUndefined({
  config,
  storage,
}: {
  readonly config: string | undefined;
  readonly storage: string | undefined;
}): Pick<StatusOptions, 'config' | 'storage'> {
  return { ...(config === undefined ? {} : { config }), ...(storage === undefined ? {} : { storage }) };
}
