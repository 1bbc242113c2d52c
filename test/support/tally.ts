/**
 * What a backend was sent, record by record, and by which of several collectors: each says which it is with the header
 * `x-life`, counted from 1.
 */
import type { OtlpSink, SinkRecord, SinkRequest } from './otlp-sink.ts';
import { recordBytes } from './record-bytes.ts';

/** One record in one request that was taken. */
export interface Delivery {
  readonly record: SinkRecord;
  readonly bytes: Buffer;
  /** Which collector sent it, and in the how manieth of its requests. */
  readonly life: number;
  readonly request: number;
}

export class Tally {
  readonly #sink: OtlpSink;
  readonly #deliveries = new Map<string, Delivery[]>();
  readonly #requests = new Map<number, number>();
  #others = 0;
  #looked = 0;

  constructor(sink: OtlpSink) {
    this.#sink = sink;
  }

  /** By uid, in the order of their first arrival. */
  get deliveries(): ReadonlyMap<string, readonly Delivery[]> {
    this.#look();
    return this.#deliveries;
  }

  /** Each record once, as it came first. */
  get records(): readonly SinkRecord[] {
    return [...this.deliveries.values()].flatMap((each) => each.slice(0, 1)).map(({ record }) => record);
  }

  /** How many different events of the engine came. */
  get events(): number {
    return this.deliveries.size - this.#others;
  }

  /** Those of the records that tell that a rule has matched. */
  get alerts(): readonly SinkRecord[] {
    return this.records.filter(isAlert);
  }

  /** Those of the others that are no event of the engine: gaps, losses, and events that were worked out. */
  get added(): readonly SinkRecord[] {
    return this.records.filter(isAdded);
  }

  /** How many requests this collector sent. */
  requestsOf(life: number): number {
    this.#look();
    return this.#requests.get(life) ?? 0;
  }

  /** Records that came with the uid of an earlier one and other bytes, a sentence each. */
  changes(): readonly string[] {
    return [...this.deliveries].flatMap(([uid, [first, ...again]]) => {
      const others = again.filter(({ bytes }) => first === undefined || !bytes.equals(first.bytes));
      return others.map(({ record }) => `was sent again with other bytes: ${uid} ${record.eventName}, ${record.body}`);
    });
  }

  /**
   * Records that came twice without need, a sentence each: from one collector, or again from a later one though they were
   * not in the last requests of the one before.
   *
   * @param inFlight how many requests a collector may have under way, or not written down as done, when it is killed
   */
  repetitions(inFlight: number): readonly string[] {
    return [...this.deliveries].flatMap(([uid, deliveries]) => {
      const [last, ...before] = deliveries.toReversed();
      return before.flatMap(({ life, request }) => {
        if (life === last?.life) return [`collector ${life} sent ${uid} twice`];
        const behind = this.requestsOf(life) - request;
        return behind > inFlight
          ? [`collector ${life} sent ${uid} ${behind} requests before its end; it came again`]
          : [];
      });
    });
  }

  #look(): void {
    const { requests } = this.#sink;
    for (; this.#looked < requests.length; this.#looked += 1) {
      const request = requests[this.#looked];
      if (request !== undefined) this.#take(request);
    }
  }

  #take(request: SinkRequest): void {
    const life = Number(request.headers.get('x-life'));
    const number = this.#requests.get(life) ?? 0;
    this.#requests.set(life, number + 1);
    if (request.fault !== 'take' && request.fault !== 'lose-answer') return;
    const bytes = recordBytes(request.message);
    request.records.forEach((record, index) => {
      const uid = String(record.attributes.get('log.record.uid'));
      const known = this.#deliveries.get(uid);
      if (known === undefined && (isAlert(record) || isAdded(record))) this.#others += 1;
      const delivery = { record, bytes: bytes[index] ?? Buffer.alloc(0), life, request: number };
      if (known === undefined) this.#deliveries.set(uid, [delivery]);
      else known.push(delivery);
    });
  }
}

function isAlert({ eventName }: SinkRecord): boolean {
  return eventName === 'docker.rule.match';
}

function isAdded(record: SinkRecord): boolean {
  if (isAlert(record)) return false;
  return record.eventName.startsWith('docker.events.') || record.attributes.get('docker.event.synthetic') === true;
}
