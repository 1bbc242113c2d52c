/**
 * What a backend was sent of one signal, item by item, and by which of several collectors: each says which it is with the
 * header `x-life`, counted from 1.
 */
import type { OtlpSink, SinkRequest, SinkSignal } from './otlp-sink.ts';
import { recordBytes } from './record-bytes.ts';

/** One record or span in one request that was taken. */
export interface Delivery<Item> {
  readonly item: Item;
  readonly bytes: Buffer;
  /** Which collector sent it, and in the how manieth of its requests. */
  readonly life: number;
  readonly request: number;
}

/** How the items of a signal are found and told apart. */
export interface ItemKind<Item> {
  readonly signal: SinkSignal;
  readonly itemsOf: (request: SinkRequest) => readonly Item[];
  readonly idOf: (item: Item) => string;
  /** For a person. */
  readonly textOf: (item: Item) => string;
}

export class Deliveries<Item> {
  readonly #sink: OtlpSink;
  readonly #kind: ItemKind<Item>;
  readonly #byId = new Map<string, Delivery<Item>[]>();
  readonly #requests = new Map<number, number>();
  #looked = 0;

  constructor(sink: OtlpSink, kind: ItemKind<Item>) {
    this.#sink = sink;
    this.#kind = kind;
  }

  /** By id, in the order of their first arrival. */
  get byId(): ReadonlyMap<string, readonly Delivery<Item>[]> {
    this.#look();
    return this.#byId;
  }

  /** Each once, as it came first. */
  get items(): readonly Item[] {
    return [...this.byId.values()].flatMap((each) => each.slice(0, 1)).map(({ item }) => item);
  }

  /** How many requests this collector sent. */
  requestsOf(life: number): number {
    this.#look();
    return this.#requests.get(life) ?? 0;
  }

  /** What came with the id of an earlier one and other bytes, a sentence each. */
  changes(): readonly string[] {
    return [...this.byId].flatMap(([id, [first, ...again]]) => {
      const others = again.filter(({ bytes }) => first === undefined || !bytes.equals(first.bytes));
      return others.map(({ item }) => `was sent again with other bytes: ${id} ${this.#kind.textOf(item)}`);
    });
  }

  /**
   * What came twice without need, a sentence each: from one collector, or again from a later one though it was not in the
   * last requests of the one before.
   *
   * @param inFlight how many requests a collector may have under way, or not written down as done, when it is killed
   */
  repetitions(inFlight: number): readonly string[] {
    return [...this.byId].flatMap(([id, deliveries]) => {
      const [last, ...before] = deliveries.toReversed();
      return before.flatMap(({ life, request }) => {
        if (life === last?.life) return [`collector ${life} sent ${id} twice`];
        const behind = this.requestsOf(life) - request;
        return behind > inFlight
          ? [`collector ${life} sent ${id} ${behind} requests before its end; it came again`]
          : [];
      });
    });
  }

  #look(): void {
    const { requests } = this.#sink;
    for (; this.#looked < requests.length; this.#looked += 1) {
      const request = requests[this.#looked];
      if (request?.signal === this.#kind.signal) this.#take(request);
    }
  }

  #take(request: SinkRequest): void {
    const { itemsOf, idOf } = this.#kind;
    const life = Number(request.headers.get('x-life'));
    const number = this.#requests.get(life) ?? 0;
    this.#requests.set(life, number + 1);
    if (request.fault !== 'take' && request.fault !== 'lose-answer') return;
    const bytes = recordBytes(request.message);
    itemsOf(request).forEach((item, index) => {
      const delivery = { item, bytes: bytes[index] ?? Buffer.alloc(0), life, request: number };
      const known = this.#byId.get(idOf(item));
      if (known === undefined) {
        this.#byId.set(idOf(item), [delivery]);
        this.cameFirst(item);
      } else known.push(delivery);
    });
  }

  /** For who counts them. */
  protected cameFirst(_item: Item): void {}
}
