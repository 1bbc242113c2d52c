/** The spans that a backend was sent, by their ids. */
import { Deliveries } from './deliveries.ts';
import type { OtlpSink, SinkSpan } from './otlp-sink.ts';

export class SpanTally extends Deliveries<SinkSpan> {
  constructor(sink: OtlpSink) {
    super(sink, {
      signal: 'traces',
      itemsOf: ({ spans }) => spans,
      idOf: ({ traceId, spanId }) => `${traceId}/${spanId}`,
      textOf: ({ name, attributes }) => `${name} of ${attributes.get('container.name')}`,
    });
  }
}
