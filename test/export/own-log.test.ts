import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { EXPORTER_SCHEMAS, type ExporterConfig } from '../../src/export/config.ts';
import { createOwnLog, type OwnLog } from '../../src/export/own-log.ts';
import { VERSION } from '../../src/export/version.ts';
import type { Happening, Level } from '../../src/model/telemetry.ts';
import { FakeClock, passUntil } from '../support/fake-clock.ts';
import { type OtlpSink, startOtlpSink } from '../support/otlp-sink.ts';
import { seededRandom } from '../support/seeded-random.ts';

const line = (message: string, level: Level = 'info', fields?: Happening['fields']): Happening => ({
  name: 'receiver.waiting',
  level,
  message,
  ...(fields === undefined ? {} : { fields }),
});

const http = (endpoint: string, name = 'otlp_http'): ExporterConfig => ({
  name,
  type: 'otlp_http',
  options: EXPORTER_SCHEMAS.otlp_http.parse({ endpoint }),
});

const NEVER = new AbortController().signal;

describe('the own log over OTLP', () => {
  let clock: FakeClock;
  let sink: OtlpSink;
  let told: Happening[];
  let log: OwnLog;
  beforeEach(async () => {
    clock = new FakeClock();
    sink = await startOtlpSink({ kind: 'http' });
    told = [];
  });
  afterEach(async () => {
    await log.stop(AbortSignal.abort());
    await sink.stop();
    assert.equal(clock.pending, 0);
  });

  async function start(exporters: readonly ExporterConfig[] = [http(sink.endpoint)]): Promise<void> {
    const created = await createOwnLog({
      exporters,
      hostName: 'host-1',
      resourceAttributes: { 'deployment.environment.name': 'prod' },
      clock,
      random: seededRandom(1),
      terminal: { stdout: new PassThrough(), isTerminal: false, env: {} },
      tell: (happening) => told.push(happening),
    });
    assert.ok(created.ok, created.ok ? '' : created.problem.message);
    log = created.value;
  }

  it('makes a record of each line, with its time, level and fields, from who wrote it', async () => {
    await start();
    log.write(
      line('No events for now.', 'warn', { receiver: 'docker_events', retry_ms: 250, is_new: true, code: undefined }),
    );
    clock.advance(1000);
    await sink.waitForRecords(1);
    const [record] = sink.records;
    assert.deepEqual(
      [record?.eventName, record?.body, record?.severityNumber, record?.severityText, record?.timeUnixNano],
      ['docker_events_otel.receiver.waiting', 'No events for now.', 13, 'WARN', '1795262400000000000'],
    );
    assert.equal(record?.observedTimeUnixNano, '1795262400000000000');
    assert.deepEqual(Object.fromEntries(record?.attributes ?? []), {
      'docker_events_otel.receiver': 'docker_events',
      'docker_events_otel.retry_ms': 250n,
      'docker_events_otel.is_new': true,
    });
    assert.deepEqual(Object.fromEntries(record?.resource ?? []), {
      'service.name': 'docker-events-otel',
      'service.version': VERSION,
      'service.instance.id': 'host-1',
      'host.name': 'host-1',
      'deployment.environment.name': 'prod',
    });
    assert.deepEqual(sink.violations, []);
  });

  it('sends lines in their order, errors without waiting, and each to every exporter', async () => {
    const other = await startOtlpSink({ kind: 'http' });
    await start([http(sink.endpoint), http(other.endpoint, 'otlp_http/b')]);
    for (const level of ['debug', 'info', 'warn', 'error'] as const) log.write(line(level, level));
    await Promise.all([sink.waitForRecords(4), other.waitForRecords(4)]);
    assert.deepEqual(
      sink.records.map(({ body, severityNumber }) => [body, severityNumber]),
      [
        ['debug', 5],
        ['info', 9],
        ['warn', 13],
        ['error', 17],
      ],
    );
    await log.stop(NEVER);
    await other.stop();
  });

  it('does not pass on control characters', async () => {
    await start();
    log.write(line('a\u001b[31m\nb', 'error', { detail: 'c\rd' }));
    await sink.waitForRecords(1);
    assert.equal(sink.records[0]?.body, 'a\\u001b[31m\\u000ab');
    assert.equal(sink.records[0]?.attributes.get('docker_events_otel.detail'), 'c\\u000dd');
  });

  it('delivers at its stop what waits', async () => {
    await start();
    log.write(line('Stopped.'));
    await log.stop(NEVER);
    assert.deepEqual(
      sink.records.map(({ body }) => body),
      ['Stopped.'],
    );
    assert.deepEqual(told, []);
  });

  it('tells its own failures itself, once a minute at most, and that they are over', async () => {
    sink.answerAlways({ status: 503 });
    await start();
    log.write(line('first', 'error'));
    await sink.waitForRequests(1);
    await passUntil(clock, sink.waitForRequests(4), 5);
    assert.equal(told.length, 1);
    assert.match(told[0]?.message ?? '', /^Exporter otlp_http of the collector's own log could not deliver: .*503/);
    sink.answerAlways('take');
    await passUntil(clock, sink.waitForRecords(1), 5);
    // The sink has it a moment before the answer is read.
    while (told.length < 2) await setImmediate();
    assert.match(told[1]?.message ?? '', /^Exporter otlp_http of the collector's own log delivers again/);
    assert.deepEqual(
      sink.records.map(({ body }) => body),
      ['first'],
    );
  });

  it('forgets the oldest lines when too many wait, and says so once a minute', async () => {
    sink.answerAlways('hang');
    await start();
    log.write(line('first', 'error'));
    await sink.waitForRequests(1);
    for (let index = 0; index < 3000; index += 1) log.write(line(`line ${index}`));
    assert.deepEqual(
      told.map(({ message }) => message),
      [
        "1 line so far did not reach exporter otlp_http of the collector's own log, the oldest first, because it does not keep up. They are here.",
      ],
    );
    clock.advance(60_000);
    log.write(line('one more'));
    assert.match(told[1]?.message ?? '', /^953 lines so far did not reach/);
    assert.equal(told.length, 2);
    sink.answerAlways('take');
    await passUntil(clock, sink.waitForRecords(2049), 5);
    const bodies = sink.records.map(({ body }) => body);
    assert.deepEqual(
      [bodies[0], bodies[1], bodies.at(-2), bodies.at(-1)],
      ['first', 'line 953', 'line 2999', 'one more'],
    );
  });

  it('does not wait at its stop for a backend that fails', async () => {
    sink.answerAlways({ status: 503 });
    await start();
    log.write(line('first', 'error'));
    await sink.waitForRequests(1);
    await log.stop(NEVER);
    assert.equal(told.length, 1);
  });

  it('waits at its stop for a backend that is well again', async () => {
    sink.answerNext({ status: 503 });
    await start();
    log.write(line('first', 'error'));
    while (told.length === 0) await setImmediate();
    clock.advance(clock.nextDelayMs ?? 0);
    await sink.waitForRecords(1);
    while (told.length === 1) await setImmediate();
    log.write(line('last'));
    await log.stop(NEVER);
    assert.equal(sink.records.length, 2);
    assert.equal(told.length, 2, 'nothing was dropped');
  });

  it('does not wait at its stop for a backend that failed and now says nothing', async () => {
    sink.answerNext({ status: 503 });
    sink.answerAlways('hang');
    await start();
    log.write(line('first', 'error'));
    await sink.waitForRequests(1);
    while (told.length === 0) await setImmediate();
    await log.stop(NEVER);
    assert.equal(clock.pending, 0);
  });

  it('does not wait at its stop beyond two seconds, or the deadline, for a backend that says nothing', async () => {
    const abort = (limit: AbortController) => limit.abort();
    for (const [before, end] of [
      [() => {}, () => clock.advance(2000)],
      [() => {}, abort],
      [abort, () => {}],
    ] as const) {
      sink.answerAlways('hang');
      await start();
      const known = sink.requests.length;
      log.write(line('first', 'error'));
      await sink.waitForRequests(known + 1);
      const limit = new AbortController();
      before(limit);
      const stopped = log.stop(limit.signal);
      await setImmediate();
      end(limit);
      await stopped;
      assert.match(
        told.pop()?.message ?? '',
        /^1 line so far did not reach exporter otlp_http of the collector's own log/,
      );
    }
  });

  it('tells what the backend refuses', async () => {
    sink.answerAlways({ status: 400, body: 'no such tenant' });
    await start();
    log.write(line('first', 'error'));
    while (told.length < 1) await setImmediate();
    assert.match(
      told[0]?.message ?? '',
      /^The backend refused 1 line of exporter otlp_http of the collector's own log: .*400.*\. They are here\.$/,
    );
  });

  it('says what is wrong with an exporter', async () => {
    await start([]);
    const config = http('http://localhost:4318');
    assert.equal(config.type, 'otlp_http');
    const options = EXPORTER_SCHEMAS.otlp_http.parse({
      endpoint: 'https://localhost:4318',
      tls: { ca_file: '/nonexistent/ca' },
    });
    const created = await createOwnLog({
      exporters: [{ name: 'otlp_http', type: 'otlp_http', options }],
      hostName: 'host-1',
      resourceAttributes: { 'deployment.environment.name': 'prod' },
      clock,
      random: seededRandom(1),
      terminal: { stdout: new PassThrough(), isTerminal: false, env: {} },
      tell() {},
    });
    assert.match(created.ok ? '' : created.problem.message, /^exporters\.otlp_http\.tls\.ca_file .*\/nonexistent\/ca/);
  });
});
