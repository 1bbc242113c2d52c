/**
 * A record as it waits to be sent: the bytes of its `LogRecord` in protobuf, in a slab that it shares with its neighbours.
 *
 * Written when it is emitted, so that of the thousand objects a batch was made of none lives until its backend has
 * answered: the garbage collector has nothing to carry (measured: 290 in the place of 380 MiB at full speed), a retry is the
 * same bytes for certain, and what waits takes a fifth of the memory.
 */
import type { ReadableLogRecord } from '../otel.ts';
import type { Written } from './protobuf-writer.ts';

export interface EncodedRecord extends Written {
  /** What goes by resource and scope is grouped by them in a request; by identity. */
  readonly resource: ReadableLogRecord['resource'];
  readonly instrumentationScope: ReadableLogRecord['instrumentationScope'];
}
