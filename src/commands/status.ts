/**
 * `status`: how the collector of this configuration is, in its own words. Where nobody answers it says so, and shows what the
 * journal on this machine tells.
 *
 * Ends with 0 where it is ready, 1 where it is not, and 2 where nobody answers or the configuration is wrong; so it can be
 * used by scripts. Not for health checks of a container: each is an `exec`, three events in the stream that is read.
 */
import {
  addressText,
  ask,
  askableAt,
  type ListenAddress,
  parseListen,
  readStatus,
  type ToldStatus,
} from '../collector/health.ts';
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
  const address = await addressOf(world, options);
  if (!address.ok) return say(world, EXIT.wrong, ...address.problem);
  const told = await askAt(world, address.value);
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

/** Undefined where the configuration has none. */
async function addressOf(
  world: CommandWorld,
  { listen, config }: StatusOptions,
): Promise<Result<ListenAddress | undefined, readonly string[]>> {
  if (listen !== undefined) {
    const address = parseListen(listen);
    if (address !== undefined) return { ok: true, value: address };
    return { ok: false, problem: [`--listen: expected an address such as 127.0.0.1:9464, got "${listen}".`] };
  }
  const loaded = await loadOptions(world, config === undefined ? {} : { config });
  if (!loaded.ok) return loaded;
  const configured = loaded.value.config.service.listen;
  return { ok: true, value: configured === undefined ? undefined : parseListen(configured) };
}

const NO_ADDRESS =
  "There is no address to ask at: service.telemetry.http.listen is none. Name the collector's with --listen, or its configuration with --config.";

const ANY_PORT =
  "The configuration leaves the port to the system (0), so that it is not known here. The collector's log says where it listens; name that with --listen.";

interface Told {
  readonly text: string;
  readonly value: ToldStatus;
}

async function askAt({ clock }: CommandWorld, listen: ListenAddress | undefined): Promise<Result<Told, string>> {
  if (listen === undefined) return { ok: false, problem: NO_ADDRESS };
  if (listen.port === 0) return { ok: false, problem: ANY_PORT };
  const limit = deadline(clock, ANSWER_MS);
  const at = askableAt(listen);
  const answer = await ask(at, '/status', limit.signal);
  limit.cancel();
  const read = answer.ok ? readStatus(answer.value) : answer;
  if (answer.ok && read.ok) return { ok: true, value: { text: answer.value, value: read.value } };
  const why = read.ok ? '' : read.problem;
  return {
    ok: false,
    problem: `No collector tells its status at http://${addressText(at)}/status: ${why}. Is it running, and with this configuration? Its log says where it listens; name that with --listen.`,
  };
}

async function showJournal(world: CommandWorld, { config, storage }: StatusOptions): Promise<void> {
  const options = { ...(config === undefined ? {} : { config }), ...(storage === undefined ? {} : { storage }) };
  const loaded = await loadOptions(world, options);
  if (!loaded.ok || loaded.value.config.storage === undefined) return;
  say(world, EXIT.wrong, 'The journal on this machine says:', '');
  await journalStatus(world, options);
}
