/** An event that nobody sent, in the form in which an engine would have sent it. */
import type { DockerEvent } from '../model/docker-event.ts';
import type { EngineIdentity } from '../model/engine.ts';
import type { Received } from '../model/entry.ts';
import type { Difference } from '../model/inventory.ts';
import { toDecimalNanos, type UnixNanos } from '../model/time.ts';
import { uidOf } from './identity.ts';

/** @param occasion tells those without a time apart, which would have one uid each time that they happen */
export function syntheticEvent(
  { event, synthetic }: Difference,
  observedAt: UnixNanos,
  engine: EngineIdentity,
  occasion: string,
): Received {
  const uid = event.time === undefined ? uidOf({ ...event, actorId: `${event.actorId}/${occasion}` }) : uidOf(event);
  return { raw: lineOf(event), event, uid, observedAt, engine, synthetic };
}

/** The line that decodes to this event: keys in the engine's order, attributes sorted, what is not known left out. */
export function lineOf({ type, action, actorId, attributes, scope, time }: DockerEvent): string {
  const sorted = [...attributes].sort(([left], [right]) => (left < right ? -1 : 1));
  const pairs = sorted.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  const actor = `{"ID":${JSON.stringify(actorId)},"Attributes":{${pairs.join(',')}}}`;
  const parts = [`"Type":${JSON.stringify(type)}`, `"Action":${JSON.stringify(action)}`, `"Actor":${actor}`];
  if (scope !== undefined) parts.push(`"scope":${JSON.stringify(scope)}`);
  if (time !== undefined) parts.push(`"time":${time[0]}`, `"timeNano":${toDecimalNanos(time)}`);
  return `{${parts.join(',')}}`;
}
