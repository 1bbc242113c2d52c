/** Event lines as an engine writes them, with defaults for everything. */

import type { EventEntry, Received } from '../../src/model/entry.ts';
import { decodeFrame } from '../../src/receiver/decode.ts';
import { uidOf } from '../../src/receiver/identity.ts';
import { IDENTITY } from './scripted-engine.ts';

export interface LineParts {
  readonly type?: string;
  readonly action?: string;
  readonly id?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly scope?: string;
  /** All digits. */
  readonly timeNano?: string;
}

const NOON = '1795262400';

/** One event as the engine writes it, without a line end. */
export function eventLine(parts: LineParts = {}): string {
  const { type = 'container', action = 'start', id = 'c1', scope = 'local', timeNano = `${NOON}000000001` } = parts;
  const attributes = parts.attributes ?? { image: 'busybox:local', name: 'web' };
  const head = { Type: type, Action: action, Actor: { ID: id, Attributes: attributes }, scope };
  return `${JSON.stringify(head).slice(0, -1)},"time":${timeNano.slice(0, -9)},"timeNano":${timeNano}}`;
}

/** `count` different events, a millisecond apart. */
export function eventLines(count: number, parts: LineParts = {}): string[] {
  return Array.from({ length: count }, (_, index) => {
    return eventLine({ ...parts, timeNano: `${NOON}${String(index * 1_000_000).padStart(9, '0')}` });
  });
}

/** A line as the receiver hands it on. */
export function receivedOf(line: string): Received {
  const decoded = decodeFrame(line);
  if (!decoded.ok) throw new Error(`not an event: ${decoded.reason}`);
  const { event } = decoded;
  return { raw: line, event, uid: uidOf(event), observedAt: [1_795_262_401, 0], engine: IDENTITY };
}

/** A line as the journal keeps it, without context. */
export function entryOf(line: string): EventEntry {
  return { kind: 'event', ...receivedOf(line), context: {} };
}
