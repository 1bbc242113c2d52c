/** What a sink has seen, and who waits for more of it. */
import type { DecodedRequest, SinkItems, SinkRecord, SinkSignal } from './otlp-sink-decode.ts';
import type { SinkFault } from './otlp-sink-faults.ts';
import type { SinkMetric } from './otlp-sink-metrics.ts';
import type { SinkSpan } from './otlp-sink-spans.ts';

/** Records, spans or metrics are all that were in it, kept or not. */
export interface SinkRequest extends SinkItems {
  readonly signal: SinkSignal;
  readonly path: string;
  readonly headers: ReadonlyMap<string, string>;
  /** The body as it came, compressed where it was compressed. */
  readonly raw: Buffer;
  /** The OTLP message itself. */
  readonly message: Buffer;
  readonly fault: SinkFault;
}

export class SinkStore {
  readonly records: SinkRecord[] = [];
  readonly spans: SinkSpan[] = [];
  readonly metrics: SinkMetric[] = [];
  readonly requests: SinkRequest[] = [];
  readonly violations: string[] = [];
  /** The paths of requests for a signal that this sink does not have. */
  readonly notThere: string[] = [];
  readonly #script: SinkFault[];
  #always: SinkFault = 'take';
  #waiting: { readonly isEnough: () => boolean; readonly resolve: () => void }[] = [];

  constructor(script: readonly SinkFault[]) {
    this.#script = [...script];
  }

  answerNext(faults: readonly SinkFault[]): void {
    this.#script.push(...faults);
  }

  answerAlways(fault: SinkFault): void {
    this.#always = fault;
  }

  /** Decides what is done with a request, and keeps what was in it where that is to be kept. */
  receive(
    request: Omit<SinkRequest, 'fault' | keyof SinkItems>,
    decoded: DecodedRequest,
  ): SinkFault | { readonly refused: string } {
    if (!decoded.ok) return this.refuse(`${request.path}: ${decoded.reason}`);
    const fault = this.#script.shift() ?? this.#always;
    const { records, spans, metrics } = decoded;
    this.requests.push({ ...request, records, spans, metrics, fault });
    this.records.push(...keptOf(fault, records));
    this.spans.push(...keptOf(fault, spans));
    this.metrics.push(...keptOf(fault, metrics));
    this.#look();
    return fault;
  }

  /** A request that breaks the protocol. */
  refuse(reason: string): { readonly refused: string } {
    this.violations.push(reason);
    this.#look();
    return { refused: reason };
  }

  /** A request for a signal that this sink does not have. */
  away(path: string): void {
    this.notThere.push(path);
    this.#look();
  }

  /** Resolves when `isEnough` holds; looked at again after every request. */
  waitUntil(isEnough: () => boolean): Promise<void> {
    if (isEnough()) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ isEnough, resolve }));
  }

  #look(): void {
    const ready = this.#waiting.filter(({ isEnough }) => isEnough());
    this.#waiting = this.#waiting.filter((waiter) => !ready.includes(waiter));
    for (const { resolve } of ready) resolve();
  }
}

function keptOf<Item>(fault: SinkFault, items: readonly Item[]): readonly Item[] {
  if (fault === 'take' || fault === 'lose-answer') return items;
  if (typeof fault !== 'object' || !('partialSuccess' in fault)) return [];
  return items.slice(0, Math.max(0, items.length - fault.partialSuccess));
}
