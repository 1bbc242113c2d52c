/**
 * How metrics are written on the wire: what HTTP and gRPC send alike.
 *
 * What writes them takes 40 ms to load. A start does not have them, because events wait to be read; so it is loaded with the
 * first export.
 */
import type { MetricsReport } from '../../model/metric.ts';
import type { Encoding } from './encoding.ts';
import { readJsonResponse, readProtobufResponse } from './response.ts';

type Request = typeof import('./metrics-request.ts');

let loaded: Request | undefined;

/** To be awaited before anything is encoded. */
export async function loadMetricsRequest(): Promise<void> {
  loaded ??= await import('./metrics-request.ts');
}

function request(): Request {
  if (loaded === undefined) throw new Error('metrics are encoded before it was loaded how');
  return loaded;
}

/** Each report is a request of its own, and one is sent at a time. */
export const protobufMetrics: Encoding<MetricsReport> = {
  contentType: 'application/x-protobuf',
  encode: (reports: MetricsReport[]) => reports.map((report) => request().protobufRequest(report)),
  decodeResponse: readProtobufResponse,
};

export const jsonMetrics: Encoding<MetricsReport> = {
  contentType: 'application/json',
  encode: (reports: MetricsReport[]) => reports.map((report) => request().jsonRequest(report)),
  decodeResponse: (body) => readJsonResponse(body.toString('utf8')),
};
