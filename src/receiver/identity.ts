/**
 * What makes an event the same event: type, action, actor id, scope, exact time and all attributes.
 *
 * The bytes of the line will not do: the order of its keys differs between API versions, and the old top-level fields
 * come and go with them. Two events that are equal in all of this, to the nanosecond, cannot be told apart by anybody.
 * The engine is not part of it, so that an event that every manager of a swarm reports has one identity.
 */
import { hash } from 'node:crypto';
import type { DockerEvent } from '../model/docker-event.ts';
import { toDecimalNanos } from '../model/time.ts';

/** 128 of SHA-256's bits as 32 hex digits: the chance that two of a trillion events meet is below 1e-14. */
const UID_LENGTH = 32;

/** The uid of an event as the engine said it, before a dialect is translated. */
export function uidOf(event: DockerEvent): string {
  return hash('sha256', canonicalText(event), 'hex').slice(0, UID_LENGTH);
}

/** JSON, so that no two different events give the same text, whatever stands in a label. */
function canonicalText({ type, action, actorId, scope, time, attributes }: DockerEvent): string {
  const parts = [type, action, actorId, scope ?? '', time === undefined ? '' : toDecimalNanos(time)];
  const fixed = parts.length;
  let previous = '';
  for (const [key, value] of attributes) {
    // Engines write their attributes sorted; a sort is paid for only where one did not.
    if (key < previous) {
      parts.length = fixed;
      for (const sorted of [...attributes.keys()].sort()) parts.push(sorted, attributes.get(sorted) ?? '');
      break;
    }
    parts.push(key, value);
    previous = key;
  }
  return JSON.stringify(parts);
}
