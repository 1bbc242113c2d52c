/**
 * The command of a container's health check, as a digest: it is compared and never shown, may be as long as its author
 * likes, and is where passwords stand. So neither memory nor the rows on disk have to hold it, but for the time that a
 * check runs, when it is the command of an exec like any.
 */
import { hash } from 'node:crypto';

/** Of a container that nothing checks. */
const NO_PROBE = '';

/** @param command in the words of the events of its execs; undefined where nothing checks the container */
export function digestOfProbe(command: string | undefined): string {
  return command === undefined ? NO_PROBE : hash('sha256', command, 'base64url');
}

/**
 * Whether an exec of this command is the health check that the digest was made of. Of the arguments an event shows only
 * how they look in one line: an exec of somebody who has it run the very same words passes for the check.
 *
 * @param digest undefined where it is not known how the container is checked: nothing passes for it then
 */
export function isProbeCommand(digest: string | undefined, command: string | undefined): boolean {
  if (digest === undefined || digest === NO_PROBE || command === undefined) return false;
  return digestOfProbe(command) === digest;
}
