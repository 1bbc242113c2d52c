/**
 * The answer to an OTLP export: `ExportLogsServiceResponse` and those of the other signals, of which only `partial_success`
 * (1) matters, with the number that was rejected (1, int64: `rejected_log_records`, `rejected_spans`,
 * `rejected_data_points`) and `error_message` (2, string). Read here by hand, because it is all there is to read.
 */
import { maskText } from '../../runtime/mask.ts';
import { DELIVERED, type Delivered } from '../exporter.ts';
import { fieldsOf } from './protobuf-reader.ts';

/** Empty and unreadable answers mean success: the status has said so already, and Loki answers 204 without a body. */
export function readProtobufResponse(bytes: Uint8Array): Delivered {
  let rejected = 0;
  let message = '';
  for (const field of fieldsOf(bytes)) {
    if (field.number !== 1 || typeof field.value === 'number') continue;
    for (const inner of fieldsOf(field.value)) {
      if (inner.number === 1 && typeof inner.value === 'number') rejected = inner.value;
      if (inner.number === 2 && typeof inner.value !== 'number') message = Buffer.from(inner.value).toString('utf8');
    }
  }
  return deliveredWith(rejected, message);
}

const REJECTED = ['rejectedLogRecords', 'rejectedSpans', 'rejectedDataPoints'] as const;

export function readJsonResponse(text: string): Delivered {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // With a 200 it was taken; some backends say so in a word of their own.
    return DELIVERED;
  }
  const partial = property(parsed, 'partialSuccess');
  const message = property(partial, 'errorMessage');
  const rejected = REJECTED.map((key) => property(partial, key)).find((count) => count !== undefined);
  return deliveredWith(Number(rejected ?? 0), typeof message === 'string' ? message : '');
}

/** Zero rejected with a message is a warning (OTLP, partial success). */
function deliveredWith(rejected: number, message: string): Delivered {
  const count = Number.isSafeInteger(rejected) && rejected > 0 ? rejected : 0;
  if (count === 0 && message === '') return DELIVERED;
  return { kind: 'delivered', rejected: count, detail: message === '' ? undefined : maskText(message, 300) };
}

function property(holder: unknown, key: string): unknown {
  if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, key)) return undefined;
  return Reflect.get(holder, key);
}
