/** Where each signal goes when no pipeline says so. */
import assert from 'node:assert/strict';
import { loaded, problemsOf, type Sources, shapeOf } from './support.ts';

const ALL = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const LOGS = 'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT';
const TRACES = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT';
const METRICS = 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT';
const A = 'http://a:4318';

interface Row {
  readonly it: string;
  readonly file?: string;
  readonly env?: Sources['env'];
  readonly args?: Sources['args'];
  /** Pipelines with their exporters; a question mark for those that nobody asked for. */
  readonly are: readonly string[];
}

const ENVIRONMENT: readonly Row[] = [
  { it: 'nothing but logs to this terminal where nothing is set', are: ['logs: console'] },
  {
    it: 'all signals to an endpoint for all',
    env: { [ALL]: A },
    are: ['logs: otlp_http', 'traces?: otlp_http', 'metrics?: otlp_http'],
  },
  { it: 'logs alone to an endpoint for logs', env: { [LOGS]: A }, are: ['logs: otlp_http'] },
  {
    it: 'traces to an endpoint for traces, which somebody asks for by that',
    env: { [TRACES]: A },
    are: ['logs: console', 'traces: otlp_http'],
  },
  {
    it: 'metrics to an endpoint for metrics, which somebody asks for by that',
    env: { [METRICS]: A },
    are: ['logs: console', 'metrics: otlp_http'],
  },
  {
    it: 'what is asked for beside what is not',
    env: { [ALL]: A, [TRACES]: 'http://b' },
    are: ['logs: otlp_http', 'traces: otlp_http', 'metrics?: otlp_http'],
  },
  {
    it: 'what exporters are named for',
    env: { [ALL]: A, OTEL_TRACES_EXPORTER: 'otlp', OTEL_METRICS_EXPORTER: 'otlp' },
    are: ['logs: otlp_http', 'traces: otlp_http', 'metrics: otlp_http'],
  },
  {
    it: 'to no endpoint but the usual one where an exporter is named without it',
    env: { OTEL_TRACES_EXPORTER: 'otlp' },
    are: ['logs: console', 'traces: otlp_http'],
  },
  {
    it: 'nothing of what is turned off',
    env: { [ALL]: A, OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' },
    are: ['logs: otlp_http'],
  },
  {
    it: 'no logs where traces and metrics go somewhere',
    env: { [ALL]: A, OTEL_LOGS_EXPORTER: 'none' },
    are: ['traces?: otlp_http', 'metrics?: otlp_http'],
  },
  {
    it: 'metrics alone',
    env: { OTEL_LOGS_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'otlp' },
    are: ['metrics: otlp_http'],
  },
  {
    it: 'metrics to nowhere where they are only read',
    env: { [ALL]: A, OTEL_METRICS_EXPORTER: 'prometheus' },
    are: ['logs: otlp_http', 'traces?: otlp_http'],
  },
  {
    it: 'metrics also to where they are sent',
    env: { OTEL_METRICS_EXPORTER: 'prometheus,otlp' },
    are: ['logs: console', 'metrics: otlp_http'],
  },
  {
    it: 'nothing at all where metrics can be read and that is all that is wanted',
    env: { OTEL_LOGS_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'prometheus' },
    are: [],
  },
  {
    it: 'traces to this terminal',
    env: { OTEL_TRACES_EXPORTER: 'console,otlp' },
    are: ['logs: console', 'traces: console otlp_http'],
  },
  {
    it: 'metrics to this terminal',
    env: { [ALL]: A, OTEL_METRICS_EXPORTER: 'console,otlp', OTEL_TRACES_EXPORTER: 'none' },
    are: ['logs: otlp_http', 'metrics: console otlp_http'],
  },
  {
    it: 'metrics to this terminal, and nothing else',
    env: { OTEL_LOGS_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'console' },
    are: ['metrics: console'],
  },
  {
    it: 'by the protocol of each signal',
    env: { [ALL]: A, OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'grpc' },
    are: ['logs: otlp_http', 'traces?: otlp_grpc', 'metrics?: otlp_http'],
  },
  {
    it: 'through exporters of their own where they are told other things',
    env: { [ALL]: A, OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'a=b', OTEL_EXPORTER_OTLP_METRICS_HEADERS: 'a=b' },
    are: ['logs: otlp_http', 'traces?: otlp_http/traces', 'metrics?: otlp_http/traces'],
  },
];

const FILES: readonly Row[] = [
  {
    it: 'traces and metrics to the OTLP exporters of a file',
    file: 'exporters: {console: , otlp_http: , file: {path: x}, otlp_grpc/b: {endpoint: "b:1"}}',
    are: [
      'logs: console otlp_http file otlp_grpc/b',
      'traces?: otlp_http otlp_grpc/b',
      'metrics?: otlp_http otlp_grpc/b',
    ],
  },
  { it: 'logs alone where no exporter of a file speaks OTLP', file: 'exporters: {console: }', are: ['logs: console'] },
  {
    it: 'to an exporter that has addresses of some signals, those alone',
    file: `exporters: {otlp_http/l: {logs_endpoint: "${A}"}, otlp_http/t: {traces_endpoint: "${A}"}, otlp_http/a: {endpoint: "${A}", traces_endpoint: "${A}"}}`,
    are: ['logs: otlp_http/l otlp_http/a', 'traces: otlp_http/t otlp_http/a', 'metrics?: otlp_http/a'],
  },
  {
    it: 'no logs to a file’s exporters that all have other addresses',
    file: `exporters: {otlp_http: {traces_endpoint: "${A}", metrics_endpoint: "${A}"}}`,
    are: ['traces: otlp_http', 'metrics: otlp_http'],
  },
  {
    it: 'with a file nothing of what the environment turns off',
    file: 'exporters: {otlp_http: , console: }',
    env: { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'prometheus', OTEL_LOGS_EXPORTER: 'none' },
    are: ['logs: otlp_http console'],
  },
  {
    it: 'with a file nothing where the environment says none beside others',
    file: 'exporters: {otlp_http: }',
    env: { OTEL_TRACES_EXPORTER: 'none,otlp' },
    are: ['logs: otlp_http', 'metrics?: otlp_http'],
  },
  {
    it: 'with a file logs to the usual address, whatever other addresses the environment has',
    file: 'exporters: {otlp_http: {timeout: 3s}}',
    env: { [TRACES]: A },
    are: ['logs: otlp_http', 'traces: otlp_http'],
  },
  {
    it: 'with a file to those of its exporters that the environment asks for',
    file: 'exporters: {otlp_http: , console: }',
    env: { OTEL_TRACES_EXPORTER: 'console', OTEL_METRICS_EXPORTER: 'otlp,console' },
    are: ['logs: otlp_http console', 'traces: console', 'metrics: otlp_http console'],
  },
  {
    it: 'with a file logs alone to an exporter to which the environment gives an address for logs alone',
    file: 'exporters: {otlp_http: {timeout: 3s}}',
    env: { [LOGS]: A },
    are: ['logs: otlp_http'],
  },
  {
    it: 'with a file to an exporter by what the environment says of each signal',
    file: 'exporters: {otlp_http: {timeout: 3s}}',
    env: { [ALL]: A, OTEL_EXPORTER_OTLP_METRICS_COMPRESSION: 'gzip' },
    are: ['logs: otlp_http', 'traces?: otlp_http', 'metrics?: otlp_http/metrics'],
  },
];

const ARGUMENTS: readonly Row[] = [
  { it: 'logs alone to a terminal', env: { [ALL]: A }, args: { exporters: ['console'] }, are: ['logs: console'] },
  {
    it: 'all signals to an endpoint, whatever addresses the environment has',
    env: { [LOGS]: 'http://b' },
    args: { endpoint: A },
    are: ['logs: otlp_http', 'traces?: otlp_http', 'metrics?: otlp_http'],
  },
  {
    it: 'all signals over OTLP, by a protocol or without',
    args: { exporters: ['otlp', 'console'], protocol: 'grpc' },
    are: ['logs: otlp_grpc console', 'traces?: otlp_grpc', 'metrics?: otlp_grpc'],
  },
  {
    it: 'only logs over OTLP where there is an address for logs alone',
    env: { [LOGS]: A },
    args: { exporters: ['otlp'] },
    are: ['logs: otlp_http'],
  },
  {
    it: 'over OTLP once where it is asked for by two names',
    args: { exporters: ['otlp', 'otlp_http'] },
    are: ['logs: otlp_http', 'traces?: otlp_http', 'metrics?: otlp_http'],
  },
  {
    it: 'not what the environment turns off',
    env: { OTEL_TRACES_EXPORTER: 'none' },
    args: { endpoint: A },
    are: ['logs: otlp_http', 'metrics?: otlp_http'],
  },
  {
    it: 'no logs to an exporter of the file that has another address',
    file: `exporters: {otlp_http/a: , otlp_http/t: {traces_endpoint: "${A}"}}`,
    args: { exporters: ['otlp_http/t'] },
    are: ['traces: otlp_http/t'],
  },
  {
    it: 'to an exporter of the file',
    file: 'exporters: {otlp_http/a: , otlp_http/b: }',
    args: { exporters: ['otlp_http/b'] },
    are: ['logs: otlp_http/b', 'traces?: otlp_http/b', 'metrics?: otlp_http/b'],
  },
];

describe('without pipelines', () => {
  for (const [source, rows] of Object.entries({ environment: ENVIRONMENT, file: FILES, 'command line': ARGUMENTS })) {
    describe(`the ${source} sends`, () => {
      for (const { it: what, file, are, ...sources } of rows) {
        it(what, async () => {
          const { config, warnings } = await loaded(file, sources);
          assert.deepEqual(shapeOf(config), are);
          // Addresses are short here.
          assert.deepEqual(
            warnings.filter((warning) => !warning.includes('has no path')),
            [],
          );
        });
      }
    });
  }

  it('every receiver is read, also where metrics are all there is', async () => {
    const file = `receivers: {docker_events: , docker_events/b: {host: "tcp://b:1"}}`;
    const names = async (env: Sources['env']) => (await loaded(file, { env })).config.receivers.map(({ name }) => name);
    assert.deepEqual(await names(undefined), ['docker_events', 'docker_events/b']);
    const env = { OTEL_LOGS_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'otlp' };
    assert.deepEqual(await names(env), ['docker_events', 'docker_events/b']);
  });

  it('nothing that goes anywhere is a problem', async () => {
    const says =
      'OTEL_LOGS_EXPORTER: expected otlp, console, or both: without an exporter there is nothing to run for, got "none".';
    const none = { OTEL_LOGS_EXPORTER: 'none' };
    assert.deepEqual(await problemsOf(undefined, { env: none }), [says]);
    const all = { ...none, [ALL]: A, OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' };
    assert.deepEqual(await problemsOf(undefined, { env: all }), [says]);
    const unread = { ...none, OTEL_METRICS_EXPORTER: 'prometheus', DOCKER_EVENTS_OTEL_LISTEN: 'none' };
    assert.deepEqual(await problemsOf(undefined, { env: unread }), [says]);
  });

  it('metrics that are only to be read, and cannot be, are told', async () => {
    const env = { OTEL_METRICS_EXPORTER: 'prometheus', DOCKER_EVENTS_OTEL_LISTEN: 'none' };
    assert.deepEqual((await loaded(undefined, { env })).warnings, [
      'OTEL_METRICS_EXPORTER names prometheus, but metrics can be read nowhere: service.telemetry.http.listen is none.',
    ]);
  });

  it('traces have the processors of logs', async () => {
    const { config } = await loaded(
      'processors: {filter: {exclude: ["docker.type = image"]}, batch: {batch_size: 7}}\nexporters: {otlp_http: }\n',
    );
    const [logs, traces] = config.pipelines;
    assert.equal(traces?.filter, logs?.filter);
    assert.equal(traces?.batch.batch_size, 7);
    assert.deepEqual(traces?.receivers, ['docker_events']);
  });

  it('an exporter that no signal goes to is told', async () => {
    const { warnings } = await loaded(`exporters: {console: , otlp_http: {traces_endpoint: "${A}"}}`, {
      env: { OTEL_TRACES_EXPORTER: 'none' },
    });
    assert.deepEqual(warnings, ['exporters.otlp_http is in no pipeline, and gets no records.']);
  });
});
