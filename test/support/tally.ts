/** The log records that a backend was sent, by their uids. */
import { Deliveries } from './deliveries.ts';
import type { OtlpSink, SinkRecord } from './otlp-sink.ts';

export class Tally extends Deliveries<SinkRecord> {
  #others = 0;

  constructor(sink: OtlpSink) {
    super(sink, {
      signal: 'logs',
      itemsOf: ({ records }) => records,
      idOf: ({ attributes }) => String(attributes.get('log.record.uid')),
      textOf: ({ eventName, body }) => `${eventName}, ${body}`,
    });
  }

  /** Each record once, as it came first. */
  get records(): readonly SinkRecord[] {
    return this.items;
  }

  /** How many different events of the engine came. */
  get events(): number {
    return this.byId.size - this.#others;
  }

  /** Those of the records that tell that a rule has matched. */
  get alerts(): readonly SinkRecord[] {
    return this.records.filter(isAlert);
  }

  /** Those of the others that are no event of the engine: gaps, losses, and events that were worked out. */
  get added(): readonly SinkRecord[] {
    return this.records.filter(isAdded);
  }

  protected override cameFirst(record: SinkRecord): void {
    if (isAlert(record) || isAdded(record)) this.#others += 1;
  }
}

function isAlert({ eventName }: SinkRecord): boolean {
  return eventName === 'docker.rule.match';
}

function isAdded(record: SinkRecord): boolean {
  if (isAlert(record)) return false;
  return record.eventName.startsWith('docker.events.') || record.attributes.get('docker.event.synthetic') === true;
}
