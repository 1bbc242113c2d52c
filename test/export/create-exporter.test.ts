import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { inspect } from 'node:util';
import { EXPORTER_SCHEMAS, type ExporterConfig } from '../../src/export/config.ts';
import { ConsoleExporter } from '../../src/export/console/console-exporter.ts';
import { type CreatedExporter, createExporter } from '../../src/export/create-exporter.ts';
import type { Exporter } from '../../src/export/exporter.ts';
import { FileExporter } from '../../src/export/file/file-exporter.ts';
import type { ReadableSpan } from '../../src/export/otel.ts';
import { OtlpGrpcExporter } from '../../src/export/otlp/grpc-exporter.ts';
import { OtlpHttpExporter } from '../../src/export/otlp/http-exporter.ts';
import { OtlpJsonExporter } from '../../src/export/otlp/json-exporter.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { certificatePath, serverTls, startOtlpSink } from '../support/otlp-sink.ts';
import { decodeJson } from '../support/otlp-sink-decode.ts';
import { readableSpan, SPAN_ID } from '../support/readable-spans.ts';
import { logRecord } from '../support/records.ts';

/** Options as a file would have them. */
type Written = Readonly<Record<string, unknown>>;

const http = (written: Written, name = 'otlp_http'): ExporterConfig => ({
  name,
  type: 'otlp_http',
  options: EXPORTER_SCHEMAS.otlp_http.parse(written),
});
const grpc = (written: Written, name = 'otlp_grpc'): ExporterConfig => ({
  name,
  type: 'otlp_grpc',
  options: EXPORTER_SCHEMAS.otlp_grpc.parse(written),
});
const terminalOutput = (written: Written): ExporterConfig => ({
  name: 'console',
  type: 'console',
  options: EXPORTER_SCHEMAS.console.parse(written),
});
const file = (path: string): ExporterConfig => ({ name: 'file', type: 'file', options: { path } });

interface TerminalParts {
  readonly isTerminal?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

function setupWith({ isTerminal = false, env = {} }: TerminalParts = {}) {
  const stdout = new PassThrough();
  return { clock: new FakeClock(), terminal: { stdout, isTerminal, env } };
}

async function created(config: ExporterConfig): Promise<CreatedExporter> {
  const result = await createExporter(config, setupWith());
  assert.ok(result.ok, result.ok ? '' : result.problem.message);
  return result.value;
}

async function messageOf(config: ExporterConfig): Promise<string> {
  const result = await createExporter(config, setupWith());
  return result.ok ? 'no problem' : result.problem.message;
}

async function send(exporter: Exporter): Promise<void> {
  const { error } = await new Promise<{ error?: Error }>((resolve) => exporter.export([logRecord()], resolve));
  assert.equal(error, undefined);
}

describe('an exporter is made from its configuration', () => {
  const rows: readonly (readonly [
    config: ExporterConfig,
    destination: string,
    type: { readonly prototype: Exporter },
  ])[] = [
    [http({}), 'http://localhost:4318/v1/logs (OTLP, http/protobuf)', OtlpHttpExporter],
    [http({ encoding: 'json' }), 'http://localhost:4318/v1/logs (OTLP, http/json)', OtlpJsonExporter],
    [http({ endpoint: 'https://a/otlp/' }), 'https://a/otlp/v1/logs (OTLP, http/protobuf)', OtlpHttpExporter],
    [
      http({ endpoint: 'http://a', logs_endpoint: 'https://b/x?api_key=hunter2' }),
      'https://b/x (OTLP, http/protobuf)',
      OtlpHttpExporter,
    ],
    [grpc({}), 'localhost:4317 (OTLP, gRPC without TLS)', OtlpGrpcExporter],
    [grpc({ endpoint: 'https://a' }), 'a:443 (OTLP, gRPC)', OtlpGrpcExporter],
    [grpc({ endpoint: 'a:4317' }), 'a:4317 (OTLP, gRPC)', OtlpGrpcExporter],
    [grpc({ endpoint: 'a:4317', tls: { insecure: true } }), 'a:4317 (OTLP, gRPC without TLS)', OtlpGrpcExporter],
    [terminalOutput({}), 'this output (JSON lines)', ConsoleExporter],
    [terminalOutput({ format: 'line' }), 'this output (lines)', ConsoleExporter],
    [file('/var/log/events.jsonl'), '/var/log/events.jsonl (OTLP JSON lines)', FileExporter],
  ];
  for (const [config, destination, type] of rows) {
    it(`that sends to ${destination}`, async () => {
      const { exporter, destination: shown } = await created(config);
      assert.equal(shown, destination);
      assert.equal(Object.getPrototypeOf(exporter), type.prototype);
      await exporter.shutdown();
    });
  }

  it('with the deadline and the waits that are configured', async () => {
    const written = { timeout: '3s', retry: { initial_interval: '50ms', max_interval: '2m' } };
    for (const config of [http(written), http({ ...written, encoding: 'json' }), grpc(written)]) {
      const { exporter, timeoutMs, retry } = await created(config);
      assert.deepEqual({ timeoutMs, retry }, { timeoutMs: 3000, retry: { initialMs: 50, maxMs: 120_000 } });
      await exporter.shutdown();
    }
  });

  it('without a deadline where text would be written twice', async () => {
    for (const config of [terminalOutput({}), file('x')]) {
      const { timeoutMs, retry } = await created(config);
      assert.deepEqual({ timeoutMs, retry }, { timeoutMs: 2 ** 31 - 1, retry: { initialMs: 1000, maxMs: 30_000 } });
    }
  });

  it('without showing a secret', async () => {
    const headers = { Authorization: 'Basic hunter2' };
    const logs_endpoint = 'http://a/hunter?key=hunter2';
    for (const config of [http({ headers, logs_endpoint }), grpc({ headers })]) {
      const { destination, exporter } = await created(config);
      assert.doesNotMatch(destination, /hunter2/);
      assert.doesNotMatch(`${inspect(config, { depth: 9 })}${JSON.stringify(config.options)}`, /Basic hunter2/);
      await exporter.shutdown();
    }
  });

  it('without touching the file before there is a record', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'create-exporter-'));
    const path = join(folder, 'events.jsonl');
    const { exporter } = await created(file(path));
    await assert.rejects(stat(path), { code: 'ENOENT' });
    await send(exporter);
    await exporter.shutdown();
    assert.match(await readFile(path, 'utf8'), /^\{"resourceLogs":\[.*"docker\.container\.die".*\]\}\n$/);
    await rm(folder, { recursive: true });
  });
});

const WAYS = [
  ['http/protobuf', 'http', http],
  ['http/json', 'http', (written: Written) => http({ ...written, encoding: 'json' })],
  ['gRPC', 'grpc', grpc],
] as const;

describe('an OTLP exporter that was made from its configuration', () => {
  for (const [what, kind, config] of WAYS) {
    it(`sends over ${what} with its headers, compressed, under its name`, async () => {
      const sink = await startOtlpSink({ kind });
      const headers = { 'X-API-Key': 'hunter2', 'x-tenant': 'a b' };
      const { exporter } = await created(config({ endpoint: sink.endpoint, headers, compression: 'gzip' }));
      await send(exporter);
      await exporter.shutdown();
      await sink.stop();
      assert.deepEqual(sink.violations, []);
      assert.equal(sink.records.length, 1);
      const sent = sink.requests[0]?.headers;
      assert.equal(sent?.get('x-api-key'), 'hunter2');
      assert.equal(sent?.get('x-tenant'), 'a b');
      assert.equal(sent?.get(kind === 'grpc' ? 'grpc-encoding' : 'content-encoding'), 'gzip');
      assert.match(String(sent?.get('user-agent')), /^docker-events-otel\/\d+\.\d+\.\d+/);
    });

    it(`sends over ${what} with TLS by its files`, async () => {
      const sink = await startOtlpSink({ kind, tls: serverTls({ clients: true }) });
      const tls = {
        ca_file: certificatePath('ca.pem'),
        cert_file: certificatePath('client.pem'),
        key_file: certificatePath('client.key'),
      };
      const { exporter } = await created(config({ endpoint: sink.endpoint, tls }));
      await send(exporter);
      await exporter.shutdown();
      await sink.stop();
      assert.equal(sink.records.length, 1);
    });
  }
});

describe('an exporter that cannot be made', () => {
  const missing =
    '/nonexistent/ca.pem cannot be read (ENOENT). Check that it exists and that this process may read it.';

  it('names the TLS file that is missing, by the name of the exporter', async () => {
    const tls = { ca_file: '/nonexistent/ca.pem' };
    assert.equal(await messageOf(http({ tls }, 'otlp_http/eu')), `exporters.otlp_http/eu.tls.ca_file ${missing}`);
    assert.equal(await messageOf(grpc({ tls })), `exporters.otlp_grpc.tls.ca_file ${missing}`);
  });

  it('names an endpoint that is none, where its options were not checked', async () => {
    const httpOptions = EXPORTER_SCHEMAS.otlp_http.parse({});
    const grpcOptions = EXPORTER_SCHEMAS.otlp_grpc.parse({});
    const unchecked: readonly (readonly [ExporterConfig, string])[] = [
      [
        { name: 'otlp_http', type: 'otlp_http', options: { ...httpOptions, endpoint: 'a' } },
        'exporters.otlp_http.endpoint is "a", which has no scheme. Write it as http://localhost:4318 or https://otlp.example.com.',
      ],
      [
        { name: 'otlp_http/b', type: 'otlp_http', options: { ...httpOptions, logs_endpoint: 'ftp://a' } },
        'exporters.otlp_http/b.logs_endpoint has the scheme "ftp", which OTLP is not spoken over. Write it as http://localhost:4318 or https://otlp.example.com.',
      ],
      [
        { name: 'otlp_grpc', type: 'otlp_grpc', options: { ...grpcOptions, endpoint: 'http://u:hunter2@a' } },
        'exporters.otlp_grpc.endpoint has a user or password in it, which would show in logs. Put credentials into headers instead.',
      ],
    ];
    for (const [config, message] of unchecked) assert.equal(await messageOf(config), message);
  });
});

describe('the console exporter that is configured', () => {
  const LINE = /^\d\d:\d\d:\d\d\.123 {2}WARN {3}container die {13}web /;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters.
  const COLORED = /^\u001b\[90m\d\d:\d\d:\d\d\.123\u001b\[39m {2}\u001b\[33mWARN /;
  const JSON_LINE = /^\{"time":"2026-11-21T12:03:14\.123456789Z",/;
  const rows: readonly (readonly [written: Written, terminal: TerminalParts, output: RegExp])[] = [
    [{}, { isTerminal: true }, COLORED],
    [{}, { isTerminal: true, env: { NO_COLOR: '1' } }, LINE],
    [{}, { isTerminal: true, env: { TERM: 'dumb' } }, LINE],
    [{}, {}, JSON_LINE],
    [{}, { env: { FORCE_COLOR: '1' } }, JSON_LINE],
    [{ format: 'line' }, {}, LINE],
    [{ format: 'line' }, { env: { FORCE_COLOR: '1' } }, COLORED],
    [{ format: 'line', color: 'always' }, { env: { NO_COLOR: '1' } }, COLORED],
    [{ color: 'never' }, { isTerminal: true }, LINE],
    [{ format: 'json', color: 'always' }, { isTerminal: true }, JSON_LINE],
  ];
  for (const [written, terminal, output] of rows) {
    it(`writes ${output.source.slice(0, 12)}… for ${JSON.stringify([written, terminal])}`, async () => {
      const setup = setupWith(terminal);
      const result = await createExporter(terminalOutput(written), setup);
      assert.ok(result.ok);
      await send(result.value.exporter);
      assert.match(String(setup.terminal.stdout.read()), output);
      await result.value.exporter.shutdown();
    });
  }
});

describe('an exporter of traces', () => {
  async function createdForTraces(config: ExporterConfig, setup = setupWith()) {
    const result = await createExporter(config, setup, 'traces');
    assert.ok(result.ok, result.ok ? '' : result.problem.message);
    return result.value;
  }

  async function sendSpan(exporter: Exporter<ReadableSpan>): Promise<void> {
    const { error } = await new Promise<{ error?: Error }>((resolve) => exporter.export([readableSpan()], resolve));
    assert.equal(error, undefined);
  }

  const rows: readonly (readonly [config: ExporterConfig, destination: string])[] = [
    [http({}), 'http://localhost:4318/v1/traces (OTLP, http/protobuf)'],
    [http({ encoding: 'json' }), 'http://localhost:4318/v1/traces (OTLP, http/json)'],
    [http({ endpoint: 'http://a', logs_endpoint: 'http://b/logs' }), 'http://a/v1/traces (OTLP, http/protobuf)'],
    [http({ endpoint: 'http://a', traces_endpoint: 'http://b/x?key=hunter2' }), 'http://b/x (OTLP, http/protobuf)'],
    [grpc({ endpoint: 'https://a' }), 'a:443 (OTLP, gRPC)'],
    [terminalOutput({ format: 'line' }), 'this output (lines)'],
    [file('/var/log/events.jsonl'), '/var/log/events.jsonl (OTLP JSON lines)'],
  ];
  for (const [config, destination] of rows) {
    it(`sends to ${destination}`, async () => {
      const { exporter, destination: shown } = await createdForTraces(config);
      assert.equal(shown, destination);
      await exporter.shutdown();
    });
  }

  for (const [what, kind, config] of WAYS) {
    it(`sends over ${what} as that for logs does`, async () => {
      const sink = await startOtlpSink({ kind });
      const headers = { 'X-API-Key': 'hunter2' };
      const { exporter } = await createdForTraces(config({ endpoint: sink.endpoint, headers, compression: 'gzip' }));
      await sendSpan(exporter);
      await exporter.shutdown();
      await sink.stop();
      assert.deepEqual(sink.violations, []);
      assert.deepEqual(
        sink.spans.map(({ name, spanId }) => [name, spanId]),
        [['container run', SPAN_ID]],
      );
      assert.equal(sink.requests[0]?.headers.get('x-api-key'), 'hunter2');
    });
  }

  it('adds lines of OTLP JSON to a file, in which ids are in hex', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'create-exporter-'));
    const path = join(folder, 'spans.jsonl');
    const { exporter } = await createdForTraces(file(path));
    await sendSpan(exporter);
    await exporter.shutdown();
    const text = await readFile(path, 'utf8');
    assert.match(text, /^\{"resourceSpans":\[.*\]\}\n$/);
    const decoded = decodeJson(text, 'traces');
    assert.ok(decoded.ok, decoded.ok ? '' : decoded.reason);
    assert.equal(decoded.spans[0]?.spanId, SPAN_ID);
    await rm(folder, { recursive: true });
  });

  for (const [format, output] of [
    ['line', /^\d\d:\d\d:\d\d\.123 {2}SPAN {3}container run {13}shop-web /],
    ['json', /^\{"time":"2026-11-21T12:03:14\.123456789Z","end":/],
  ] as const) {
    it(`writes to a terminal as ${format}`, async () => {
      const setup = setupWith();
      const { exporter } = await createdForTraces(terminalOutput({ format }), setup);
      await sendSpan(exporter);
      assert.match(String(setup.terminal.stdout.read()), output);
      await exporter.shutdown();
    });
  }

  it('names its own endpoint where that is none', async () => {
    const options = { ...EXPORTER_SCHEMAS.otlp_http.parse({}), traces_endpoint: 'ftp://a' };
    const result = await createExporter({ name: 'otlp_http', type: 'otlp_http', options }, setupWith(), 'traces');
    assert.ok(!result.ok);
    assert.match(result.problem.message, /^exporters\.otlp_http\.traces_endpoint has the scheme "ftp"/);
  });
});
