/**
 * How a container's run ended, as attributes and as words.
 *
 * Whether it was a crash is decided before, in the light of the events that led to it, and comes with the entry. Where it
 * did not come, nothing is claimed: neither a reason nor an error.
 */
import type { ExitReason } from '../model/context.ts';
import { SIGNAL_MAX, signalName } from '../model/signals.ts';
import { putSignal } from './readers.ts';
import { put } from './registry.ts';
import type { Facts } from './types/type-mapping.ts';

/** Above it, a shell and the engine tell a death by signal: 128 + its number. */
const SIGNALLED = 128;

/** The name of the signal that an exit code tells of. */
function signalOf(exitCode: number): string | undefined {
  const number = exitCode - SIGNALLED;
  return number >= 1 && number <= SIGNAL_MAX ? signalName(number) : undefined;
}

/** One of few: 255 exit codes, 62 signals and `oom_killed`. */
function errorType(reason: ExitReason, exitCode: number | undefined): string | undefined {
  if (reason === 'oom_killed') return 'oom_killed';
  if (reason !== 'failed' || exitCode === undefined) return undefined;
  return signalOf(exitCode) ?? `exit_code_${exitCode}`;
}

export function putExit({ attributes, context }: Facts): void {
  const { exit } = context;
  if (exit === undefined) return;
  put(attributes, 'docker.container.exit.reason', exit.reason);
  put(attributes, 'docker.container.exit.intended', exit.intended);
  if (exit.signal !== undefined && exit.signal >= 1 && exit.signal <= SIGNAL_MAX) putSignal(attributes, exit.signal);
  const error = errorType(exit.reason, exitCodeOf({ attributes }));
  if (error !== undefined) put(attributes, 'error.type', error);
}

function exitCodeOf({ attributes }: Pick<Facts, 'attributes'>): number | undefined {
  const code = attributes['process.exit.code'];
  return typeof code === 'number' ? code : undefined;
}

const REASONS: Readonly<Record<ExitReason, string>> = {
  completed: 'it had finished',
  failed: 'it failed',
  stopped: 'it was stopped on request',
  killed: 'it was killed on request',
  oom_killed: 'the kernel killed it, being out of memory',
  unknown: 'why is not known',
};

/** What exit codes above the program's own mean by custom (docker run, POSIX shells). */
export function codeMeaning(exitCode: number): string | undefined {
  if (exitCode === 125) return 'the engine could not run it';
  if (exitCode === 126) return 'its command cannot be executed';
  if (exitCode === 127) return 'its command was not found';
  const signal = signalOf(exitCode);
  return signal === undefined ? undefined : `by ${signal}`;
}

/** `: it failed (by SIGSEGV)`, or nothing where nothing is known. */
export function exitMeaning(facts: Facts): string {
  const code = exitCodeOf(facts);
  const exit = facts.context.exit?.reason;
  // The signal of an OOM kill is always the same, and the reason says more.
  const meaning = code === undefined || exit === 'oom_killed' ? undefined : codeMeaning(code);
  const reason = exit === undefined ? undefined : REASONS[exit];
  if (reason === undefined) return meaning === undefined ? '' : ` (${meaning})`;
  return meaning === undefined ? `: ${reason}` : `: ${reason} (${meaning})`;
}
