import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { classifyError, classifyGrpc, classifyHttp, classifyResult } from '../../src/export/classify.ts';
import { DELIVERED, lacksSignal, resultOf } from '../../src/export/exporter.ts';
import { parseRetryAfter } from '../../src/export/retry-after.ts';

const coded = (code: string | number, message = 'boom') => Object.assign(new Error(message), { code });
const after = undefined;

describe('what an answer means', () => {
  it('quotes what the backend said, masked and cut', () => {
    assert.deepEqual(classifyHttp({ status: 503, body: ' busy, token=abcdef\n', retryAfterMs: 7 }), {
      kind: 'retry',
      reason: '503',
      detail: 'HTTP 503: busy, token=[masked]',
      retryAfterMs: 7,
    });
    const { detail } = classifyHttp({ status: 400, body: 'x'.repeat(1000), retryAfterMs: after });
    assert.ok((detail?.length ?? 0) < 400);
  });

  it('does not follow a redirect, but says where it led', () => {
    const outcome = classifyHttp({ status: 302, body: '', location: 'https://login.example.com', retryAfterMs: after });
    assert.equal(outcome.kind, 'misconfigured');
    assert.equal(outcome.detail, 'HTTP 302 towards https://login.example.com');
  });

  for (const message of [
    'grpc: received message larger than max (5 vs. 4)',
    'grpc: received message after decompression larger than max 4194304',
    'gRPC message exceeds maximum size 4194304: 5000000',
    'Received message exceeds the maximum configured message size.',
    'request entity too large',
  ]) {
    it(`tells a message that is too large: ${message}`, () => assert.equal(classifyGrpc(8, message).kind, 'split'));
  }

  for (const message of [
    'memory limit reached, slow down',
    'the rate of requests exceeds the limit of your plan',
    'Request rate is too large',
    'usage exceeds the daily quota',
  ]) {
    it(`tells a server that is busy: ${message}`, () => assert.equal(classifyGrpc(8, message).kind, 'retry'));
  }

  it('knows that a proxy found a gRPC message too large, which it says in HTTP', () => {
    assert.deepEqual(classifyGrpc(2, 'Received HTTP status code 413'), {
      kind: 'split',
      reason: 'UNKNOWN',
      detail: 'gRPC UNKNOWN: Received HTTP status code 413',
    });
    assert.equal(classifyGrpc(2, 'Received HTTP status code 418').kind, 'retry');
  });

  it('tries again what gRPC has no name for', () => {
    assert.deepEqual(classifyGrpc(77, ''), {
      kind: 'retry',
      reason: 'OTHER',
      detail: 'gRPC status 77',
      retryAfterMs: after,
    });
  });

  const errors: readonly (readonly [what: string, error: unknown, detail: string, reason?: string])[] = [
    [
      'a refused connection',
      coded('ECONNREFUSED'),
      'the connection was refused; nothing listens there (ECONNREFUSED)',
      'ECONNREFUSED',
    ],
    ['a name that is not known', coded('ENOTFOUND'), 'the host name is not known (ENOTFOUND)', 'ENOTFOUND'],
    [
      'an expired certificate',
      coded('CERT_HAS_EXPIRED'),
      'the certificate of the backend has expired (CERT_HAS_EXPIRED)',
      'CERT_HAS_EXPIRED',
    ],
    ['a code without words here', coded('EWEIRD', 'weird'), 'weird'],
    [
      'several addresses that failed',
      new AggregateError([coded('EHOSTUNREACH')]),
      'the host cannot be reached (EHOSTUNREACH)',
      'EHOSTUNREACH',
    ],
    [
      'an error of the SDK without a code',
      new Error('Concurrent export limit reached'),
      'Concurrent export limit reached',
    ],
    ['something that is no error', 'odd', 'odd'],
  ];
  for (const [what, error, detail, reason] of errors) {
    it(`${what}: retry`, () => {
      const named = reason === undefined ? {} : { reason };
      assert.deepEqual(classifyError(error), { kind: 'retry', ...named, detail, retryAfterMs: after });
    });
  }

  it('reads the statuses that exporters of the SDK give as codes', () => {
    assert.equal(classifyError(Object.assign(coded(400), { data: 'bad' })).detail, 'HTTP 400: bad');
    assert.equal(classifyError(coded(401)).kind, 'misconfigured');
    assert.deepEqual(classifyError(Object.assign(coded(3, '3 INVALID_ARGUMENT: bad'), { details: 'bad' })), {
      kind: 'split',
      reason: 'INVALID_ARGUMENT',
      detail: 'gRPC INVALID_ARGUMENT: bad',
    });
  });

  it('knows the answers of those who know nothing of a signal', () => {
    const http = (status: number) => classifyHttp({ status, body: '', retryAfterMs: after });
    for (const status of [404, 405, 501]) assert.ok(lacksSignal(http(status)), String(status));
    for (const status of [400, 401, 403, 410, 500, 503]) assert.ok(!lacksSignal(http(status)), String(status));
    assert.ok(lacksSignal(classifyGrpc(12, 'unknown service')));
    for (const code of [2, 5, 9, 14]) assert.ok(!lacksSignal(classifyGrpc(code, '')), String(code));
  });

  it('takes the outcome from exporters that know it, and the code from others', () => {
    assert.deepEqual(classifyResult({ code: 0 }), DELIVERED);
    assert.deepEqual(classifyResult({ code: 1 }).detail, 'the exporter failed without saying why');
    const outcome = { kind: 'refused', detail: 'no' } as const;
    assert.deepEqual(classifyResult(resultOf(outcome)), outcome);
  });

  it('reads Retry-After against the time that it is given', () => {
    assert.equal(parseRetryAfter('Sat, 21 Nov 2026 12:00:30 GMT', [1_795_262_400, 0]), 30_000);
    assert.equal(parseRetryAfter(undefined, [0, 0]), undefined);
    assert.equal(parseRetryAfter('1.5', [0, 0]), undefined);
    assert.equal(parseRetryAfter('', [0, 0]), undefined);
  });

  it('knows the code that Node gives for a port where nothing listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    await new Promise((resolve) => server.close(resolve));
    const error: unknown = await fetch(`http://127.0.0.1:${address.port}`).then(
      () => undefined,
      (reason: Error) => reason.cause,
    );
    assert.match(classifyError(error).detail ?? '', /ECONNREFUSED/);
  });
});
