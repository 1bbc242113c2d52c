/** Holds what a sink got against what the witness saw. Written from the documentation, not from the mapping. */
import type { SinkRecord, SinkValue } from '../support/otlp-sink.ts';
import type { SeenEvent } from './reader.ts';
import { typedValueOf } from './typed-view.ts';

/** How an event can be read back from a record: by the typed attributes, or by the keys of the logtail view. */
export interface RecordView {
  readonly type: (record: SinkRecord) => string;
  readonly action: (record: SinkRecord) => string;
  readonly id: (record: SinkRecord) => string;
  /** Whether the attribute can be read back from the record with just this value. */
  readonly holds: (record: SinkRecord, event: SeenEvent, key: string, value: string) => boolean;
}

export function said(record: SinkRecord, name: string): string {
  return textOf(record.attributes.get(name)) ?? '';
}

/** As the engine would have written the value. */
export function textOf(value: SinkValue): string | undefined {
  if (value === undefined) return undefined;
  return Array.isArray(value) ? JSON.stringify(value) : String(value);
}

export const TYPED_VIEW: RecordView = {
  type: (record) => said(record, 'docker.event.type'),
  action: (record) => {
    const base = said(record, 'docker.event.action');
    const command = record.attributes.get('docker.exec.command');
    if ((base === 'exec_create' || base === 'exec_start') && command !== undefined) return `${base}: ${command}`;
    return base === 'health_status' ? `${base}: ${said(record, 'docker.health.status')}` : base;
  },
  id: (record) => said(record, 'docker.actor.id'),
  holds: (record, event, key, value) => typedValueOf(record, event, key) === value || labelled(record, key, value),
};

/** Every attribute under its own key. A key that something else has the name of is a label still. */
export const LOGTAIL_VIEW: RecordView = {
  type: (record) => said(record, '_type_'),
  action: (record) => said(record, '_action_'),
  id: (record) => said(record, '_id_'),
  holds: (record, _event, key, value) => textOf(record.attributes.get(key)) === value || labelled(record, key, value),
};

function labelled(record: SinkRecord, key: string, value: string): boolean {
  const prefixes = ['container.label.', 'docker.image.label.', 'docker.attribute.'];
  return prefixes.some((prefix) => textOf(record.attributes.get(prefix + key)) === value);
}

/** Everything that is not as it should be, a sentence each; empty when every event arrived exactly once, and nothing else. */
export function complaints(
  seen: readonly SeenEvent[],
  records: readonly SinkRecord[],
  view: RecordView,
): readonly string[] {
  const found: string[] = [];
  const left = Map.groupBy(records, (record) =>
    keyOf(record.timeUnixNano, view.type(record), view.action(record), view.id(record)),
  );
  for (const event of seen) {
    const candidates = left.get(keyOf(event.timeNano, event.type, event.action, event.id)) ?? [];
    const match = candidates.find((record) => lacks(event, record, view).length === 0) ?? candidates[0];
    if (match === undefined) {
      found.push(`never arrived: ${event.raw}`);
      continue;
    }
    candidates.splice(candidates.indexOf(match), 1);
    found.push(...lacks(event, match, view).map((what) => `${what} of ${event.raw}`));
  }
  const extra = [...left.values()].flat();
  found.push(
    ...extra.map(
      (record) => `arrived without an event, or twice: ${record.timeUnixNano} ${record.eventName}, ${record.body}`,
    ),
  );
  return found;
}

function keyOf(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

function lacks(event: SeenEvent, record: SinkRecord, view: RecordView): readonly string[] {
  const found: string[] = [];
  const base = event.action.split(':')[0] ?? '';
  const name = `docker.${event.type}.${base.replaceAll('-', '_')}`;
  if (record.eventName !== name) found.push(`the event name is ${record.eventName}`);
  if (said(record, 'docker.event.scope') !== event.scope)
    found.push(`the scope is ${said(record, 'docker.event.scope')}`);
  if (BigInt(record.observedTimeUnixNano) < BigInt(event.timeNano) - CLOCK_SLACK)
    found.push('it was observed before it happened');
  for (const [key, value] of event.attributes) {
    if (!view.holds(record, event, key, value)) found.push(`cannot read back ${key}=${value}`);
  }
  return found;
}

/** Observed times come from a clock of milliseconds. */
const CLOCK_SLACK = 1_000_000n;
