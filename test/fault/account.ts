/** Holds what came against what the engine told. */
import type { SinkRecord } from '../support/otlp-sink.ts';
import type { Tally } from '../support/tally.ts';
import { alertComplaints } from './alerts.ts';
import type { Told } from './stories.ts';

/** Everything that is not as it should be, a sentence each; of records that are no event of the engine only alerts are looked at. */
export function complaints(tally: Tally, told: readonly Told[]): readonly string[] {
  const others = new Set([...tally.added, ...tally.alerts]);
  const left = Map.groupBy(
    tally.records.filter((record) => !others.has(record)),
    ({ timeUnixNano }) => timeUnixNano,
  );
  const found = told.flatMap((event) => {
    const [record, second] = left.get(event.timeNano) ?? [];
    left.delete(event.timeNano);
    if (record === undefined) return [`lost: ${event.line}`];
    if (second !== undefined) return [`came with two uids: ${event.line}`];
    return wrongs(event, record);
  });
  const strangers = [...left.values()].flat().map(({ eventName, body }) => `nobody told ${eventName}: ${body}`);
  return [...found, ...strangers, ...alertComplaints(tally, told), ...tally.changes()];
}

function wrongs(event: Told, record: SinkRecord): readonly string[] {
  return [...event.expected].flatMap(([name, value]) => {
    const said = record.attributes.get(name);
    return said === value ? [] : [`${name} is ${said} and not ${value}: ${event.line}`];
  });
}
