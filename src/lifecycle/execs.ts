/**
 * The execs in a container: their commands, and which of them are its health check.
 *
 * An engine runs a health check as an exec, whose events look like those of anybody's. It is recognised
 *
 * - by the engine's word, `execType`, where the engine says it (proposed for engines after 29). Engines before do not, so
 *   that a label of this name would pass for it: it is believed only of a container whose labels are known and have none;
 * - else by its command, which `exec_create` and `exec_start` have, once it is known how the container is checked. The exec
 *   is remembered by its id for `exec_detach` and `exec_die`, which have no command.
 *
 * What is in doubt is no health check, and is told: an exec before it was known how the container is checked, one whose
 * beginning was not seen, and all of Podman's, which have neither command nor id. An exec is judged once, when it is first
 * seen, so that its events do not contradict each other. That holds over a restart, too: where its first events are folded
 * again, what was told of them counts, since more or less may be known of its container then.
 */
import { type EventContext, NO_CONTEXT } from '../model/context.ts';
import type { DockerEvent } from '../model/docker-event.ts';
import { suffixOf } from '../model/event-name.ts';
import type { UnixNanos } from '../model/time.ts';
import type { ContainerHistory } from './container-history.ts';
import { ownValue } from './own-words.ts';
import { isProbeCommand } from './probe.ts';

export const PROBE: EventContext = Object.freeze({ isProbe: true });

/**
 * Of `exec_create` and `exec_start`.
 *
 * @param startedAt undefined of `exec_create`
 * @param told the context of this event where it is folded again
 */
export function beginExec(
  history: ContainerHistory,
  event: DockerEvent,
  startedAt: UnixNanos | undefined,
  told: EventContext | undefined,
): EventContext {
  const id = ownValue(history, event, 'execID');
  const command = suffixOf(event.action);
  const isProbe = told === undefined ? judge(history, event, id, command) : told.isProbe === true;
  history.noteExec(id, { command, isProbe, startedAt, isInDoubt: false });
  // The engine did not say it, so that it was known by its command to be the check: what told that may not have been saved.
  if (told !== undefined && isProbe && command !== undefined && !event.attributes.has('execType')) {
    history.learnProbe(command);
  }
  return isProbe ? PROBE : NO_CONTEXT;
}

function judge(
  history: ContainerHistory,
  event: DockerEvent,
  id: string | undefined,
  command: string | undefined,
): boolean {
  return saidToBeProbe(history, event) ?? history.exec(id)?.isProbe ?? isProbeCommand(history.probe, command);
}

/** Of `exec_detach` and `exec_die`. */
export function recallExec(history: ContainerHistory, action: string, event: DockerEvent): EventContext {
  const id = ownValue(history, event, 'execID');
  const exec = history.exec(id);
  if (action === 'exec_die') history.forgetExec(id);
  const isProbe = saidToBeProbe(history, event) ?? exec?.isProbe ?? false;
  if (exec?.command === undefined) return isProbe ? PROBE : NO_CONTEXT;
  return isProbe ? { execCommand: exec.command, isProbe } : { execCommand: exec.command };
}

/** What the engine itself says; undefined where it says nothing, or a label may speak in its place. */
function saidToBeProbe(history: ContainerHistory, event: DockerEvent): boolean | undefined {
  if (history.labels === undefined) return undefined;
  const type = ownValue(history, event, 'execType');
  return type === undefined ? undefined : type === 'healthcheck';
}
