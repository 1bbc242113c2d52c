import assert from 'node:assert/strict';
import fc from 'fast-check';
import { grpcTarget, httpUrl, SIGNALS } from '../../src/export/endpoint.ts';

const HTTP_FORMS = 'Write it as http://localhost:4318 or https://otlp.example.com.';
const GRPC_FORMS = 'Write it as http://localhost:4317, https://otlp.example.com or host:4317.';
const LOGIN = 'has a user or password in it, which would show in logs. Put credentials into headers instead.';
const HASH = 'has a "#" in it, which is never sent to a backend. Leave it and what follows out.';
const PATH = `has a path or query in it, which gRPC has no use for. ${GRPC_FORMS}`;

describe('the address that a signal is posted to', () => {
  const rows: readonly (readonly [endpoint: string, logsUrl: string, asOwnEndpoint: string])[] = [
    ['http://a', 'http://a/v1/logs', 'http://a/'],
    ['http://a/', 'http://a/v1/logs', 'http://a/'],
    ['http://a:4318', 'http://a:4318/v1/logs', 'http://a:4318/'],
    ['https://a:443', 'https://a/v1/logs', 'https://a/'],
    ['http://a/x', 'http://a/x/v1/logs', 'http://a/x'],
    ['http://a/x/', 'http://a/x/v1/logs', 'http://a/x/'],
    ['http://a/x//', 'http://a/x/v1/logs', 'http://a/x//'],
    ['http://a/v1/logs', 'http://a/v1/logs/v1/logs', 'http://a/v1/logs'],
    ['https://a?key=1', 'https://a/v1/logs?key=1', 'https://a/?key=1'],
    ['http://a/@x', 'http://a/@x/v1/logs', 'http://a/@x'],
    ['http://127.0.0.1:1', 'http://127.0.0.1:1/v1/logs', 'http://127.0.0.1:1/'],
    ['http://[::1]', 'http://[::1]/v1/logs', 'http://[::1]/'],
    ['http://[2001:DB8::1]:4318', 'http://[2001:db8::1]:4318/v1/logs', 'http://[2001:db8::1]:4318/'],
    ['HTTPS://A/X', 'https://a/X/v1/logs', 'https://a/X'],
    ['  http://a \n', 'http://a/v1/logs', 'http://a/'],
  ];
  for (const [endpoint, url, asOwnEndpoint] of rows) {
    it(`${JSON.stringify(endpoint)} → ${url}`, () => {
      for (const signal of SIGNALS) {
        const value = url.replace(/logs(\?|$)/, `${signal}$1`);
        assert.deepEqual(httpUrl({ endpoint }, signal), { ok: true, value });
        assert.deepEqual(httpUrl({ [`${signal}_endpoint`]: endpoint }, signal), { ok: true, value: asOwnEndpoint });
      }
    });
  }

  it('is on this machine where none is given', () => {
    assert.deepEqual(httpUrl({}, 'logs'), { ok: true, value: 'http://localhost:4318/v1/logs' });
    assert.deepEqual(httpUrl({}, 'traces'), { ok: true, value: 'http://localhost:4318/v1/traces' });
    assert.deepEqual(httpUrl({}, 'metrics'), { ok: true, value: 'http://localhost:4318/v1/metrics' });
  });

  it('is its own where both are given, and never that of another signal', () => {
    const endpoints = { endpoint: 'http://a', logs_endpoint: 'http://b/c', metrics_endpoint: 'http://d' };
    assert.deepEqual(httpUrl(endpoints, 'logs'), { ok: true, value: 'http://b/c' });
    assert.deepEqual(httpUrl(endpoints, 'traces'), { ok: true, value: 'http://a/v1/traces' });
    assert.deepEqual(httpUrl(endpoints, 'metrics'), { ok: true, value: 'http://d/' });
  });

  const problems: readonly (readonly [endpoint: string, problem: string])[] = [
    ['', `is "", which has no scheme. ${HTTP_FORMS}`],
    ['localhost:4318', `is "localhost:4318", which has no scheme. ${HTTP_FORMS}`],
    ['//a', `is "//a", which has no scheme. ${HTTP_FORMS}`],
    ['http:a', `is "http:a", which has no scheme. ${HTTP_FORMS}`],
    ['a\u001b[31m', `is "a\\u001b[31m", which has no scheme. ${HTTP_FORMS}`],
    ['grpc://a:4317', `has the scheme "grpc", which OTLP is not spoken over. ${HTTP_FORMS}`],
    ['unix:///x.sock', `has the scheme "unix", which OTLP is not spoken over. ${HTTP_FORMS}`],
    ['http://', `is "http://", which is not an address. ${HTTP_FORMS}`],
    ['http:///a', `is "http:///a", which is not an address. ${HTTP_FORMS}`],
    ['http://a:99999', `is "http://a:99999", which is not an address. ${HTTP_FORMS}`],
    ['http://a:b', `is "http://a:b", which is not an address. ${HTTP_FORMS}`],
    ['http://a b', `is "http://a b", which is not an address. ${HTTP_FORMS}`],
    ['http://a\nb', `is "http://a\\u000ab", which is not an address. ${HTTP_FORMS}`],
    ['http://::1:4318', `is "http://::1:4318", which is not an address. ${HTTP_FORMS}`],
    ['http://[::1', `is "http://[::1", which is not an address. ${HTTP_FORMS}`],
    ['http://a:1:2?api_key=hunter2', `is "http://a:1:2", which is not an address. ${HTTP_FORMS}`],
    ['http://a#part', HASH],
    ['http://a/#', HASH],
  ];
  for (const [endpoint, problem] of problems) {
    it(`is not ${JSON.stringify(endpoint)}`, () => {
      assert.deepEqual(httpUrl({ endpoint }, 'logs'), { ok: false, problem });
      assert.deepEqual(httpUrl({ logs_endpoint: endpoint }, 'logs'), { ok: false, problem });
    });
  }
});

describe('the server that gRPC speaks to', () => {
  const rows: readonly (readonly [endpoint: string, url: string, insecure: boolean | 'as tls.insecure says'])[] = [
    ['http://a:4317', 'a:4317', true],
    ['https://a:4317', 'a:4317', false],
    ['http://a', 'a:80', true],
    ['http://a:80', 'a:80', true],
    ['https://a/', 'a:443', false],
    ['https://a:443', 'a:443', false],
    ['HTTP://A:1', 'a:1', true],
    ['http://[::1]:4317', '[::1]:4317', true],
    ['https://[::1]', '[::1]:443', false],
    ['a:4317', 'a:4317', 'as tls.insecure says'],
    ['a:80', 'a:80', 'as tls.insecure says'],
    ['a:443', 'a:443', 'as tls.insecure says'],
    ['a:4317/', 'a:4317', 'as tls.insecure says'],
    [' a:4317 ', 'a:4317', 'as tls.insecure says'],
    ['127.0.0.1:4317', '127.0.0.1:4317', 'as tls.insecure says'],
    ['[::1]:4317', '[::1]:4317', 'as tls.insecure says'],
  ];
  for (const [endpoint, url, insecure] of rows) {
    it(`${JSON.stringify(endpoint)} → ${url}`, () => {
      for (const asked of [true, false, undefined]) {
        const value = { url, insecure: typeof insecure === 'boolean' ? insecure : asked === true };
        assert.deepEqual(grpcTarget({ endpoint, tls: { insecure: asked } }), { ok: true, value });
      }
    });
  }

  it('is on this machine where none is given', () => {
    assert.deepEqual(grpcTarget({}), { ok: true, value: { url: 'localhost:4317', insecure: true } });
  });

  const problems: readonly (readonly [endpoint: string, problem: string])[] = [
    ['', `is "", which is not an address. ${GRPC_FORMS}`],
    ['a', `is "a", which has neither a scheme nor a port. ${GRPC_FORMS}`],
    ['[::1]', `is "[::1]", which has neither a scheme nor a port. ${GRPC_FORMS}`],
    ['::1:4317', `is "::1:4317", which is not an address. ${GRPC_FORMS}`],
    ['//a:4317', `is "//a:4317", which is not an address. ${GRPC_FORMS}`],
    ['a:99999', `is "a:99999", which is not an address. ${GRPC_FORMS}`],
    ['http://', `is "http://", which is not an address. ${GRPC_FORMS}`],
    ['http:///a', `is "http:///a", which is not an address. ${GRPC_FORMS}`],
    ['dns:///a:4317', `has the scheme "dns", which OTLP is not spoken over. ${GRPC_FORMS}`],
    ['http://a/x', PATH],
    ['http://a?x=1', PATH],
    ['a:4317/x', PATH],
    ['a:4317?x', PATH],
    ['http://a#x', HASH],
    ['a:4317#x', HASH],
  ];
  for (const [endpoint, problem] of problems) {
    it(`is not ${JSON.stringify(endpoint)}`, () => {
      for (const insecure of [true, false]) {
        assert.deepEqual(grpcTarget({ endpoint, tls: { insecure } }), { ok: false, problem });
      }
    });
  }
});

describe('a login in an endpoint', () => {
  const rows: readonly string[] = [
    'http://user:hunter2@a:4318',
    'http://user@a',
    'https://:hunter2@a',
    'user:hunter2@a:4318',
    'http:user:hunter2@a',
    'http://user:hunter2@[bad',
    'http:// user:hunter2@a',
    'ftp://user:hunter2@a',
  ];
  for (const endpoint of rows) {
    it(`is refused: ${endpoint}`, () => {
      assert.deepEqual(httpUrl({ endpoint }, 'logs'), { ok: false, problem: LOGIN });
      assert.deepEqual(httpUrl({ logs_endpoint: endpoint }, 'logs'), { ok: false, problem: LOGIN });
      assert.deepEqual(grpcTarget({ endpoint }), { ok: false, problem: LOGIN });
    });
  }

  const unreadable: readonly string[] = [
    'http://user:hunter2/x@a:4318',
    'user:hunter2/x@a:4318',
    'http:/user:hunter2@a',
    'https:\\\\user:hunter2@a',
    'ht!tp://user:hunter2@a',
    'http://user:hunter2?@a',
    'http://user:hunter2#@a',
  ];
  for (const endpoint of unreadable) {
    it(`is guessed where nothing can be read: ${endpoint}`, () => {
      assert.deepEqual(httpUrl({ endpoint }, 'logs'), { ok: false, problem: LOGIN });
      assert.doesNotMatch(JSON.stringify(grpcTarget({ endpoint })), /hunter2/);
    });
  }

  it('is never shown', () => {
    const part = fc.constantFrom('http://', 'https:', 'ftp://', '//', '/', '\\', '?', '#', ':', '@', '[', ' ', 'user');
    const parts = fc.tuple(fc.array(part), fc.array(part), fc.array(part));
    fc.assert(
      fc.property(parts, ([before, between, after]) => {
        const endpoint = [...before, 'hunter2', ...between, '@', ...after].join('');
        for (const result of [httpUrl({ endpoint }, 'logs'), grpcTarget({ endpoint })]) {
          if (!result.ok) assert.doesNotMatch(result.problem, /hunter2/);
        }
      }),
    );
  });
});
