/**
 * A frame to an event, or to the reason why it is none. Frame, then parse, then trust: nothing behind this file checks
 * a type again. Total: whatever the text, it gives an event or a refusal.
 */
import type { DockerEvent } from '../model/docker-event.ts';
import type { UnixNanos } from '../model/time.ts';
import { exactTime } from './exact-time.ts';

export type Decoded =
  | { readonly ok: true; readonly event: DockerEvent; readonly line: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly reason: string; readonly isJson: boolean };

/** @param text one JSON object, as the engine sent it */
export function decodeFrame(text: string): Decoded {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refusal('it is not JSON', false);
  }
  if (!isRecord(value)) return refusal('it is not a JSON object');
  const { Type: type, Action: action, Actor: actor, scope } = value;
  if (typeof type !== 'string' || type === '') return refusal('it has no "Type"');
  if (typeof action !== 'string' || action === '') return refusal('it has no "Action"');
  if (actor !== undefined && !isRecord(actor)) return refusal('its "Actor" is not an object');
  const actorId = actor?.['ID'] ?? '';
  if (typeof actorId !== 'string') return refusal('its "Actor.ID" is not a string');
  if (scope !== undefined && typeof scope !== 'string') return refusal('its "scope" is not a string');
  const attributes = attributesOf(actor?.['Attributes']);
  if (typeof attributes === 'string') return refusal(attributes);
  const time = timeOf(text, value);
  if (typeof time === 'string') return refusal(time);
  return {
    ok: true,
    event: {
      type,
      action,
      actorId,
      attributes,
      scope: scope === '' ? undefined : scope,
      time,
      originalAction: undefined,
    },
    line: value,
  };
}

function refusal(reason: string, isJson = true): Decoded {
  return { ok: false, reason, isJson };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();

/** The attributes, or the reason why they are none. Go writes only strings; other scalars are taken by their text. */
function attributesOf(value: unknown): ReadonlyMap<string, string> | string {
  if (value === undefined || value === null) return NO_ATTRIBUTES;
  if (!isRecord(value)) return 'its "Actor.Attributes" is not an object';
  const attributes = new Map<string, string>();
  for (const key of Object.keys(value)) {
    const attribute = value[key];
    if (typeof attribute === 'string') attributes.set(key, attribute);
    else if (typeof attribute === 'number' || typeof attribute === 'boolean') attributes.set(key, String(attribute));
    else return 'one of its "Actor.Attributes" is not a string';
  }
  return attributes;
}

/** The time, undefined when the engine gave none (it leaves 0 out), or the reason why what it gave is no time. */
function timeOf(text: string, value: Readonly<Record<string, unknown>>): UnixNanos | undefined | string {
  const { timeNano, time } = value;
  if (timeNano !== undefined) {
    if (typeof timeNano !== 'number') return 'its "timeNano" is not a number';
    return exactTime(text, timeNano) ?? 'its "timeNano" is not a whole number of nanoseconds from 0 to 2^63 - 1';
  }
  if (time === undefined) return undefined;
  if (!Number.isSafeInteger(time) || Number(time) < 0) return 'its "time" is not a whole number of seconds';
  return [Number(time), 0];
}
