/**
 * Crash or intended stop: how a container's run ended.
 *
 * | before the `die`                                       | exit code      | reason       | intended |
 * | ------------------------------------------------------ | -------------- | ------------ | -------- |
 * | SIGKILL was sent on purpose                            | any            | `killed`     | yes      |
 * | SIGTERM, SIGINT or SIGQUIT was sent, 10 minutes ago at | any            | `stopped`    | yes      |
 * |   most; or another signal, of which the process died   | 128 + signal   | `stopped`    | yes      |
 * | the kernel killed for want of memory, no signal since  | 137            | `oom_killed` | no       |
 * | nothing of these                                       | 0              | `completed`  | yes      |
 * |                                                        | another        | `failed`     | no       |
 * |                                                        | not readable   | `unknown`    | no       |
 *
 * A signal that programs use to talk to a process (SIGHUP to reload, SIGUSR1) is not a wish that it should end, unless it
 * died of just that signal. The ten minutes keep a SIGTERM that was shrugged off last week from excusing today's crash;
 * `docker stop` with a longer grace period ends with SIGKILL or with exit code 0, and both are told as they are.
 * An `oom` may concern another process of the container, so that only exit code 137 (128 + SIGKILL) makes it the cause. The
 * same holds for the attribute `oomKilled` of a `die`. A signal whose number is not known undoes the `oom` before it, too.
 */
import type { ExitContext } from '../model/context.ts';
import type { UnixNanos } from '../model/time.ts';
import type { ContainerHistory } from './container-history.ts';
import { ASKED_TO_STOP_SECONDS, asksToStop, type SentSignal, SIGKILL } from './signals.ts';

/** @param exitCodeText the engine's own value; undefined where none can be trusted */
export function judgeExit(
  history: Pick<ContainerHistory, 'signal' | 'oom'>,
  exitCodeText: string | undefined,
  at: UnixNanos | undefined,
): ExitContext {
  const exitCode = exitCodeText !== undefined && /^\d{1,10}$/.test(exitCodeText) ? Number(exitCodeText) : undefined;
  const signal = history.signal;
  if (signal !== undefined && endedBy(signal, exitCode, at)) {
    return { reason: signal.number === SIGKILL ? 'killed' : 'stopped', intended: true, signal: signal.number };
  }
  if (history.oom && exitCode === 128 + SIGKILL) return { reason: 'oom_killed', intended: false, signal: undefined };
  if (exitCode === 0) return { reason: 'completed', intended: true, signal: undefined };
  return { reason: exitCode === undefined ? 'unknown' : 'failed', intended: false, signal: undefined };
}

/**
 * How a run ended whose `die` nobody sent: only what was seen before, or the engine's word that the kernel killed, counts.
 * Exit code 0 may be a stop as well as a finished run, and another one may be a stop as well as a crash.
 *
 * @returns undefined where nothing is known
 */
export function judgeUnseenExit(
  history: Pick<ContainerHistory, 'signal' | 'oom'>,
  exitCodeText: string | undefined,
  at: UnixNanos | undefined,
): ExitContext | undefined {
  const isTimed = at !== undefined && history.signal?.at !== undefined;
  const exit = judgeExit(isTimed ? history : { signal: undefined, oom: history.oom }, exitCodeText, at);
  return exit.signal === undefined && exit.reason !== 'oom_killed' ? undefined : exit;
}

function endedBy(signal: SentSignal, exitCode: number | undefined, at: UnixNanos | undefined): boolean {
  if (exitCode === 128 + signal.number) return true;
  if (!asksToStop(signal.number)) return false;
  return signal.at === undefined || at === undefined || at[0] - signal.at[0] <= ASKED_TO_STOP_SECONDS;
}
