/** A span as a backend reads it. */
import {
  attributesOf,
  count,
  field,
  hex,
  itemsOf,
  list,
  nanos,
  type SinkAround,
  type SinkValue,
  text,
} from './otlp-sink-values.ts';

/** Ids are lower-case hex digits. Integers are `bigint`, doubles are `number`. */
export interface SinkSpan extends SinkAround {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly flags: number;
  readonly name: string;
  /** 1 is INTERNAL. */
  readonly kind: number;
  /** Decimal, all digits. */
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: ReadonlyMap<string, SinkValue>;
  readonly droppedAttributesCount: number;
  /** How many events it has; none of ours has any. */
  readonly events: number;
  readonly links: readonly SinkLink[];
  /** 0 UNSET, 1 OK, 2 ERROR. */
  readonly status: { readonly code: number; readonly message: string };
}

export interface SinkLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly flags: number;
  readonly attributes: ReadonlyMap<string, SinkValue>;
}

export function spansOf(request: object): readonly SinkSpan[] {
  return itemsOf(request, ['resourceSpans', 'scopeSpans', 'spans'], (span, around) => {
    const status = field(span, 'status');
    return {
      traceId: hex(span, 'traceId'),
      spanId: hex(span, 'spanId'),
      parentSpanId: hex(span, 'parentSpanId'),
      traceState: text(span, 'traceState'),
      flags: count(span, 'flags'),
      name: text(span, 'name'),
      kind: count(span, 'kind'),
      startTimeUnixNano: nanos(span, 'startTimeUnixNano'),
      endTimeUnixNano: nanos(span, 'endTimeUnixNano'),
      attributes: attributesOf(span),
      droppedAttributesCount: count(span, 'droppedAttributesCount'),
      events: list(span, 'events').length,
      links: list(span, 'links').map((link) => ({
        traceId: hex(link, 'traceId'),
        spanId: hex(link, 'spanId'),
        flags: count(link, 'flags'),
        attributes: attributesOf(link),
      })),
      status: { code: count(status, 'code'), message: text(status, 'message') },
      ...around,
    };
  });
}
