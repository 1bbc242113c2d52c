/** Holds what came against what the engine told. */
import type { SinkRecord } from '../support/otlp-sink.ts';
import type { Tally } from '../support/tally.ts';
import type { Told } from './stories.ts';

/** Everything that is not as it should be, a sentence each; records that are no event of the engine are left out. */
export function complaints(tally: Tally, told: readonly Told[]): readonly string[] {
  const added = new Set(tally.added);
  const left = Map.groupBy(
    tally.records.filter((record) => !added.has(record)),
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
  return [...found, ...strangers, ...tally.changes()];
}

function wrongs(event: Told, record: SinkRecord): readonly string[] {
  return [...event.expected].flatMap(([name, value]) => {
    const said = record.attributes.get(name);
    return said === value ? [] : [`${name} is ${said} and not ${value}: ${event.line}`];
  });
}
