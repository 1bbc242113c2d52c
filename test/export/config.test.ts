import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { BATCH_ALIASES, batchSchema, EXPORTER_SCHEMAS, EXPORTER_TYPE_ALIASES } from '../../src/export/config.ts';
import { Secret } from '../../src/runtime/secret.ts';

const HTTP_ENDPOINT =
  'an address such as http://localhost:4318 or https://otlp.example.com, with no user or password in it';
const GRPC_ENDPOINT =
  'an address such as http://localhost:4317, https://otlp.example.com or host:4317, with no user, password, path or query in it';
const TIMEOUT = 'a duration from 100ms to 10m, such as 200ms, 5s or 1m30s';
const WAIT = 'a duration from 10ms to 1h, such as 200ms, 5s or 1m30s';
const PAIR = 'cert_file and key_file together, or neither of them';
const FILE = 'the path of a file';
const HTTP_NAME = "a header name: letters, digits and !#$%&'*+-.^_`|~ (RFC 9110, section 5.1)";
const HTTP_VALUE = 'a header value in one line, of characters that a header can carry (RFC 9110, section 5.5)';
const GRPC_NAME = 'a header name that gRPC can send: letters, digits, _, - and .';
const GRPC_VALUE = 'a header value in one line, of ASCII characters (in base64 where the name ends with -bin)';
const FRAMING = 'a header that does not say how a request is sent; this one is for this program to set';
const RECORDS = 'a whole number of records from 1 to 65536';
const BATCHES = 'a whole number of batches from 1 to 64';

const SCHEMAS = { ...EXPORTER_SCHEMAS, batch: batchSchema } as const;
type Name = keyof typeof SCHEMAS;

/** `path: message` of everything that is wrong, each once. */
function problemsOf(name: Name, written: unknown): string[] {
  const result = SCHEMAS[name].safeParse(written);
  const all = result.success ? [] : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return [...new Set(all)];
}

const RETRY = { initial_interval: 1000, max_interval: 30_000 };

describe('the options of an exporter', () => {
  const defaults: readonly (readonly [name: Name, written: unknown, options: unknown])[] = [
    ['otlp_http', {}, { encoding: 'proto', headers: {}, compression: 'none', timeout: 10_000, tls: {}, retry: RETRY }],
    ['otlp_grpc', {}, { headers: {}, compression: 'none', timeout: 10_000, tls: {}, retry: RETRY }],
    ['console', {}, { format: 'auto', color: 'auto' }],
    ['file', { path: 'events.jsonl' }, { path: 'events.jsonl' }],
    ['batch', {}, { batch_size: 2048, flush_interval: 1000, max_in_flight: 4 }],
  ];
  for (const [name, written, options] of defaults) {
    it(`${name} have defaults`, () => assert.deepEqual(SCHEMAS[name].parse(written), options));
  }

  it('of one wait keep the default of the other', () => {
    const { retry } = SCHEMAS.otlp_http.parse({ retry: { initial_interval: '5s' } });
    assert.deepEqual(retry, { initial_interval: 5000, max_interval: 30_000 });
  });

  it('may all be written', () => {
    const tls = { ca_file: 'ca.pem', cert_file: 'client.pem', key_file: 'client.key' };
    const common = { compression: 'gzip', tls };
    assert.deepEqual(
      SCHEMAS.otlp_http.parse({
        ...common,
        endpoint: 'http://a',
        logs_endpoint: 'http://b',
        traces_endpoint: 'http://c',
        metrics_endpoint: 'http://d',
        encoding: 'json',
        timeout: '1m30s',
        retry: { initial_interval: 10, max_interval: '1h' },
      }),
      {
        ...common,
        endpoint: 'http://a',
        logs_endpoint: 'http://b',
        traces_endpoint: 'http://c',
        metrics_endpoint: 'http://d',
        encoding: 'json',
        headers: {},
        timeout: 90_000,
        retry: { initial_interval: 10, max_interval: 3_600_000 },
      },
    );
    assert.deepEqual(SCHEMAS.otlp_grpc.parse({ endpoint: 'a:4317', timeout: 100, tls: { ...tls, insecure: true } }), {
      endpoint: 'a:4317',
      headers: {},
      compression: 'none',
      timeout: 100,
      tls: { ...tls, insecure: true },
      retry: RETRY,
    });
  });

  it('keep the values of headers as secrets', () => {
    for (const type of ['otlp_http', 'otlp_grpc'] as const) {
      const options = SCHEMAS[type].parse({ headers: { Authorization: 'Basic hunter2' } });
      assert.ok(options.headers['Authorization'] instanceof Secret);
      assert.equal(options.headers['Authorization'].reveal(), 'Basic hunter2');
      assert.doesNotMatch(`${JSON.stringify(options)}${inspect(options, { depth: 9 })}`, /hunter2/);
    }
  });

  const rows: readonly (readonly [names: readonly Name[], written: unknown, ...problems: string[]])[] = [
    [['otlp_http'], { endpoint: 'localhost:4318' }, `endpoint: ${HTTP_ENDPOINT}`],
    [['otlp_http'], { endpoint: '' }, `endpoint: ${HTTP_ENDPOINT}`],
    [['otlp_http'], { endpoint: 4318 }, `endpoint: ${HTTP_ENDPOINT}`],
    [['otlp_http'], { logs_endpoint: 'a' }, `logs_endpoint: ${HTTP_ENDPOINT}`],
    [['otlp_http'], { logs_endpoint: true }, `logs_endpoint: ${HTTP_ENDPOINT}`],
    [['otlp_http'], { traces_endpoint: 'a' }, `traces_endpoint: ${HTTP_ENDPOINT}`],
    [['otlp_http'], { metrics_endpoint: 'a' }, `metrics_endpoint: ${HTTP_ENDPOINT}`],
    [
      ['otlp_http'],
      { endpoint: 'a', logs_endpoint: 'b' },
      `endpoint: ${HTTP_ENDPOINT}`,
      `logs_endpoint: ${HTTP_ENDPOINT}`,
    ],
    [['otlp_http'], { encoding: 'protobuf' }, 'encoding: proto or json'],
    [['otlp_grpc'], { endpoint: 'localhost' }, `endpoint: ${GRPC_ENDPOINT}`],
    [['otlp_grpc'], { endpoint: '' }, `endpoint: ${GRPC_ENDPOINT}`],
    [['otlp_grpc'], { endpoint: 4317 }, `endpoint: ${GRPC_ENDPOINT}`],
    [['otlp_grpc'], { endpoint: 'http://a/path' }, `endpoint: ${GRPC_ENDPOINT}`],
    [['otlp_grpc'], { tls: { insecure: 'yes' } }, 'tls.insecure: true or false'],
    [['otlp_http', 'otlp_grpc'], { compression: 'zstd' }, 'compression: none or gzip'],
    [['otlp_http', 'otlp_grpc'], { timeout: '99ms' }, `timeout: ${TIMEOUT}`],
    [['otlp_http', 'otlp_grpc'], { timeout: '11m' }, `timeout: ${TIMEOUT}`],
    [['otlp_http', 'otlp_grpc'], { timeout: 'soon' }, `timeout: ${TIMEOUT}`],
    [['otlp_http', 'otlp_grpc'], { timeout: true }, `timeout: ${TIMEOUT}`],
    [['otlp_http', 'otlp_grpc'], { tls: { cert_file: 'a' } }, `tls.cert_file: ${PAIR}`],
    [['otlp_http', 'otlp_grpc'], { tls: { key_file: 'a' } }, `tls.key_file: ${PAIR}`],
    [['otlp_http', 'otlp_grpc'], { tls: { ca_file: '' } }, `tls.ca_file: ${FILE}`],
    [
      ['otlp_http', 'otlp_grpc'],
      { tls: { cert_file: 1, key_file: 1 } },
      `tls.cert_file: ${FILE}`,
      `tls.key_file: ${FILE}`,
    ],
    [['otlp_http', 'otlp_grpc'], { retry: { initial_interval: '9ms' } }, `retry.initial_interval: ${WAIT}`],
    [['otlp_http', 'otlp_grpc'], { retry: { max_interval: '61m' } }, `retry.max_interval: ${WAIT}`],
    [
      ['otlp_http', 'otlp_grpc'],
      { retry: { initial_interval: '31s' } },
      'retry: an initial_interval that is not longer than max_interval',
    ],
    [
      ['otlp_http', 'otlp_grpc'],
      { headers: { a: 1, b: true, c: 'fine', d: null } },
      'headers.a: text; a number or true needs quotes',
      'headers.b: text; a number or true needs quotes',
      'headers.d: text; a number or true needs quotes',
    ],
    [
      ['otlp_http', 'otlp_grpc'],
      { headers: { 'Content-Length': '1', te: 'x', host: 'fine' } },
      `headers.Content-Length: ${FRAMING}`,
      `headers.te: ${FRAMING}`,
    ],
    [
      ['otlp_http'],
      { headers: { a: 1, 'b c': 'x', d: '1\r\nforged: 2', e: '€', "f!'": 'café\t' } },
      'headers.a: text; a number or true needs quotes',
      `headers.b c: ${HTTP_NAME}`,
      `headers.d: ${HTTP_VALUE}`,
      `headers.e: ${HTTP_VALUE}`,
    ],
    [
      ['otlp_grpc'],
      { headers: { 'a!': 'x', ':b': 'x', c: 'é', d: 'a\tb', 'e-bin': 'é', 'F-Bin': 'AQI=', 'g_.-': 'x y~' } },
      `headers.a!: ${GRPC_NAME}`,
      `headers.:b: ${GRPC_NAME}`,
      `headers.c: ${GRPC_VALUE}`,
      `headers.d: ${GRPC_VALUE}`,
      `headers.e-bin: ${GRPC_VALUE}`,
    ],
    [['console'], { format: 'text', color: 'yes' }, 'format: auto, line or json', 'color: auto, always or never'],
    [['file'], {}, `path: ${FILE}`],
    [['file'], { path: '' }, `path: ${FILE}`],
    [['file'], { path: 1 }, `path: ${FILE}`],
    [['batch'], { batch_size: 0, max_in_flight: 0 }, `batch_size: ${RECORDS}`, `max_in_flight: ${BATCHES}`],
    [['batch'], { batch_size: 65_537, max_in_flight: 65 }, `batch_size: ${RECORDS}`, `max_in_flight: ${BATCHES}`],
    [['batch'], { batch_size: 1.5, max_in_flight: 'x' }, `batch_size: ${RECORDS}`, `max_in_flight: ${BATCHES}`],
    [['batch'], { flush_interval: '9ms' }, `flush_interval: ${WAIT}`],
    [['batch'], { flush_interval: '61m' }, `flush_interval: ${WAIT}`],
  ];
  for (const [names, written, ...problems] of rows) {
    for (const name of names) {
      it(`of ${name} are not ${JSON.stringify(written)}`, () => assert.deepEqual(problemsOf(name, written), problems));
    }
  }

  const unknown: readonly (readonly [name: Name, written: unknown, key: string])[] = [
    ['otlp_http', { insecure: true }, 'insecure'],
    ['otlp_http', { tls: { insecure: true } }, 'insecure'],
    ['otlp_http', { retry: { max_elapsed_time: 1 } }, 'max_elapsed_time'],
    ['otlp_grpc', { logs_endpoint: 'http://a' }, 'logs_endpoint'],
    ['otlp_grpc', { traces_endpoint: 'http://a' }, 'traces_endpoint'],
    ['otlp_grpc', { encoding: 'proto' }, 'encoding'],
    ['console', { colour: 'never' }, 'colour'],
    ['file', { path: 'x', rotation: {} }, 'rotation'],
    ['batch', { timeout: 1 }, 'timeout'],
  ];
  for (const [name, written, key] of unknown) {
    it(`of ${name} have no ${key}`, () => {
      const result = SCHEMAS[name].safeParse(written);
      const issues = result.success ? [] : result.error.issues;
      assert.deepEqual(
        issues.map((issue) => issue.code === 'unrecognized_keys' && issue.keys),
        [[key]],
      );
    });
  }

  it('have the bounds that they say', () => {
    assert.equal(batchSchema.parse({ batch_size: 1 }).batch_size, 1);
    assert.equal(batchSchema.parse({ batch_size: 65_536 }).batch_size, 65_536);
    assert.equal(batchSchema.parse({ max_in_flight: 64 }).max_in_flight, 64);
    assert.equal(batchSchema.parse({ flush_interval: '10ms' }).flush_interval, 10);
    assert.equal(batchSchema.parse({ flush_interval: 250 }).flush_interval, 250, 'a bare number is milliseconds');
    assert.equal(SCHEMAS.otlp_http.parse({ timeout: '10m' }).timeout, 600_000);
  });

  it('have second names that lead to names that there are', () => {
    assert.deepEqual(EXPORTER_TYPE_ALIASES, { otlphttp: 'otlp_http', otlp: 'otlp_grpc' });
    const types = Object.keys(EXPORTER_SCHEMAS);
    for (const type of Object.values(EXPORTER_TYPE_ALIASES)) assert.ok(types.includes(type));
    for (const option of Object.values(BATCH_ALIASES)) assert.ok(option in batchSchema.shape);
  });
});
