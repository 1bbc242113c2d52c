/**
 * A record as it waits to be sent: the bytes of its `LogRecord` in protobuf, in a slab that it shares with its neighbours.
 *
 * Written when it is emitted, so that of the thousand objects a batch was made of none lives until its backend has
 * answered: the garbage collector has nothing to carry (measured: 290 in the place of 380 MiB at full speed), a retry is the
 * same bytes for certain, and what waits takes a fifth of the memory.
 */
import type { ReadableLogRecord } from '../otel.ts';

export interface EncodedRecord {
  /** What goes by resource and scope is grouped by them in a request; by identity. */
  readonly resource: ReadableLogRecord['resource'];
  readonly instrumentationScope: ReadableLogRecord['instrumentationScope'];
  readonly slab: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Large enough for 250 ordinary records; small enough that the last record in one holds little. */
const SLAB_BYTES = 262_144;

export class Slabs {
  #slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
  #at = 0;

  /** Copies the bytes in; they stay as long as anybody holds what is returned. */
  keep(
    bytes: Buffer,
    { resource, instrumentationScope }: Pick<EncodedRecord, 'resource' | 'instrumentationScope'>,
  ): EncodedRecord {
    if (this.#at + bytes.length > this.#slab.length) {
      this.#slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, bytes.length));
      this.#at = 0;
    }
    const slab = this.#slab;
    const start = this.#at;
    bytes.copy(slab, start);
    this.#at += bytes.length;
    return { resource, instrumentationScope, slab, start, end: this.#at };
  }
}
