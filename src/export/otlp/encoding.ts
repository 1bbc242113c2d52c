/** How the items of a signal are written on the wire: what HTTP and gRPC send alike. */
import type { Delivered, Waiting } from '../exporter.ts';
import type { ReadableLogRecord, ReadableSpan } from '../otel.ts';
import { encodeRecord, logsRequestParts } from './logs-request.ts';
import { releaseItems } from './request.ts';
import { readProtobufResponse } from './response.ts';
import { encodeSpan, tracesRequestParts } from './traces-request.ts';

/** Items to the bytes of a request, and an answer's bytes to what they say. */
export interface Encoding<Item> {
  readonly contentType: string;
  /** Left out where an item waits as it is. */
  prepare?(item: Item): Waiting<Item>;
  release?(items: readonly Waiting<Item>[]): void;
  /** The body, in parts that follow one another. */
  encode(items: Waiting<Item>[]): readonly Buffer[];
  decodeResponse(body: Buffer): Delivered;
}

const PROTOBUF = {
  contentType: 'application/x-protobuf',
  release: releaseItems,
  decodeResponse: readProtobufResponse,
};

export const protobufLogs: Encoding<ReadableLogRecord> = {
  ...PROTOBUF,
  prepare: encodeRecord,
  encode: logsRequestParts,
};

export const protobufTraces: Encoding<ReadableSpan> = {
  ...PROTOBUF,
  prepare: encodeSpan,
  encode: tracesRequestParts,
};
