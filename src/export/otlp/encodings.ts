/** The two ways to put records into the body of an OTLP/HTTP request. */
import type { Encoding } from './http-exporter.ts';
import { encodeLogsRequest } from './logs-request.ts';
import { readProtobufResponse } from './response.ts';

export const protobufEncoding: Encoding = {
  contentType: 'application/x-protobuf',
  encode: encodeLogsRequest,
  decodeResponse: readProtobufResponse,
};
