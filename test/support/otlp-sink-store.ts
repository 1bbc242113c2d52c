/** What a sink has seen, and who waits for more of it. */
import type { DecodedRequest, SinkRecord } from './otlp-sink-decode.ts';
import type { SinkFault } from './otlp-sink-faults.ts';

export interface SinkRequest {
  readonly path: string;
  readonly headers: ReadonlyMap<string, string>;
  /** The body as it came, compressed where it was compressed. */
  readonly raw: Buffer;
  /** The OTLP message itself. */
  readonly message: Buffer;
  /** All records that were in it, kept or not. */
  readonly records: readonly SinkRecord[];
  readonly fault: SinkFault;
}

export class SinkStore {
  readonly records: SinkRecord[] = [];
  readonly requests: SinkRequest[] = [];
  readonly violations: string[] = [];
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

  /** Decides what is done with a request, and keeps its records where they are to be kept. */
  receive(
    request: Omit<SinkRequest, 'fault' | 'records'>,
    decoded: DecodedRequest,
  ): SinkFault | { readonly refused: string } {
    if (!decoded.ok) return this.refuse(`${request.path}: ${decoded.reason}`);
    const fault = this.#script.shift() ?? this.#always;
    const { records } = decoded;
    this.requests.push({ ...request, records, fault });
    this.records.push(...records.slice(0, keptOf(fault, records.length)));
    this.#look();
    return fault;
  }

  /** A request that breaks the protocol. */
  refuse(reason: string): { readonly refused: string } {
    this.violations.push(reason);
    this.#look();
    return { refused: reason };
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

function keptOf(fault: SinkFault, count: number): number {
  if (fault === 'take' || fault === 'lose-answer') return count;
  if (typeof fault === 'object' && 'partialSuccess' in fault) return count - fault.partialSuccess;
  return 0;
}
