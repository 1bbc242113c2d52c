/** What a sink can do to a request other than take it. */
import protobuf from 'protobufjs';

export type SinkFault =
  /** Takes it: for scripts in which a later request fails. */
  | 'take'
  /** Reads the request, and never answers. */
  | 'hang'
  /** Reads the request, then cuts the connection with RST. Nothing was kept. */
  | 'reset'
  /** Reads the request, then closes the connection without an answer. Nothing was kept. */
  | 'close'
  /** Keeps the records, then closes the connection without an answer: the sender cannot know. */
  | 'lose-answer'
  /** http: answers with this status; keeps nothing. */
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** grpc: ends with this status, and RetryInfo where `retryAfterMs` is given; keeps nothing. */
  | { readonly grpcStatus: number; readonly message?: string; readonly retryAfterMs?: number }
  /** Keeps all but the last `partialSuccess` records, and says so. */
  | { readonly partialSuccess: number; readonly message?: string };

const { root } = protobuf.parse(`
  syntax = "proto3";
  message Duration { int64 seconds = 1; int32 nanos = 2; }
  message RetryInfo { Duration retry_delay = 1; }
  message Any { string type_url = 1; bytes value = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
`);
const RetryInfo = root.lookupType('RetryInfo');
const Status = root.lookupType('Status');

/** `google.rpc.Status` with a `google.rpc.RetryInfo`, as it stands in `grpc-status-details-bin`. */
export function statusWithRetryInfo(code: number, message: string, retryAfterMs: number): string {
  const retryDelay = { seconds: Math.floor(retryAfterMs / 1000), nanos: (retryAfterMs % 1000) * 1e6 };
  const value = RetryInfo.encode(RetryInfo.fromObject({ retryDelay })).finish();
  const details = [{ typeUrl: 'type.googleapis.com/google.rpc.RetryInfo', value }];
  return Buffer.from(Status.encode(Status.fromObject({ code, message, details })).finish()).toString('base64');
}
