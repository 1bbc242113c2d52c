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
  // JSON.parse gives objects that inherit nothing enumerable.
  for (const key in value) {
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
    return exactTimeOf(text, timeNano);
  }
  if (time === undefined) return undefined;
  const seconds = Number.isSafeInteger(time) ? Number(time) : -1;
  if (seconds < 0 || seconds > LATEST_SECONDS) {
    return `its "time" is not a whole number of seconds from 0 to ${LATEST_SECONDS}`;
  }
  return [seconds, 0];
}

/** Whole seconds of 2^63 - 1 nanoseconds: more than that neither the engine's time nor OTLP's can hold. */
const LATEST_SECONDS = 9_223_372_036;

function exactTimeOf(text: string, rounded: number): UnixNanos | string {
  try {
    return exactTime(text, rounded) ?? 'its "timeNano" is not a whole number of nanoseconds from 0 to 2^63 - 1';
  } catch {
    // JSON.parse took the text before. With a reviver it takes a frame of the stack for each level, and nothing else fails.
    return 'it is nested too deeply';
  }
}
