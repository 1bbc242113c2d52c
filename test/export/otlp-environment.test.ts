import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SIGNALS, type Signal } from '../../src/export/endpoint.ts';
import { type EnvironmentValue, type OtlpProtocol, readOtlpEnvironment } from '../../src/export/otlp-environment.ts';

type Env = Readonly<Record<string, string>>;

const GENERAL = 'OTEL_EXPORTER_OTLP';
const LOGS = 'OTEL_EXPORTER_OTLP_LOGS';
const own = (signal: Signal) => `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}`;

/** `{ name: [variable, value] }`, which reads better than a Map of objects. */
function shown(values: ReadonlyMap<string, EnvironmentValue>) {
  return Object.fromEntries([...values].map(([name, { variable, value }]) => [name, [variable, value]]));
}

const optionsOf = (env: Env, protocol: OtlpProtocol = 'http/protobuf', signal: Signal = 'logs') =>
  shown(readOtlpEnvironment(env).signals[signal].options(protocol));

describe('the OpenTelemetry environment', () => {
  it('says nothing where nothing is set, or everything is empty', () => {
    const names = [
      'ENDPOINT',
      'PROTOCOL',
      'HEADERS',
      'COMPRESSION',
      'TIMEOUT',
      'CERTIFICATE',
      'CLIENT_KEY',
      'INSECURE',
    ];
    const all = ['OTEL_RESOURCE_ATTRIBUTES', 'OTEL_SERVICE_NAME', 'OTEL_METRIC_EXPORT_INTERVAL'].concat(
      names.flatMap((name) => [`${GENERAL}_${name}`, ...SIGNALS.map((signal) => `${own(signal)}_${name}`)]),
      SIGNALS.map((signal) => `OTEL_${signal.toUpperCase()}_EXPORTER`),
    );
    for (const env of [{}, ...['', ' '].map((empty) => Object.fromEntries(all.map((name) => [name, empty])))]) {
      const { signals, resourceAttributes, ...rest } = readOtlpEnvironment(env);
      assert.deepEqual(rest, { serviceName: undefined, metricInterval: undefined, problems: [] });
      assert.equal(resourceAttributes.size, 0);
      for (const signal of SIGNALS) {
        const { options, headers, ...said } = signals[signal];
        const nothing = { hasEndpoint: false, hasOwnEndpoint: false, protocol: undefined, exporters: undefined };
        assert.deepEqual(said, nothing);
        assert.deepEqual([...options('http/json'), ...options('grpc'), ...headers], []);
      }
    }
  });

  describe('names an endpoint', () => {
    for (const signal of SIGNALS) {
      it(`for ${signal} by either of two variables`, () => {
        const said = (env: Env) => {
          const { hasEndpoint, hasOwnEndpoint } = readOtlpEnvironment(env).signals[signal];
          return [hasEndpoint, hasOwnEndpoint];
        };
        assert.deepEqual(said({ [`${GENERAL}_ENDPOINT`]: 'http://a' }), [true, false]);
        assert.deepEqual(said({ [`${own(signal)}_ENDPOINT`]: 'http://a' }), [true, true]);
        const others = SIGNALS.filter((other) => other !== signal).map((other) => [
          `${own(other)}_ENDPOINT`,
          'http://a',
        ]);
        assert.deepEqual(said(Object.fromEntries(others)), [false, false]);
      });

      it(`for ${signal} over HTTP as two options, since only the general one has a path put after it`, () => {
        const env = { [`${GENERAL}_ENDPOINT`]: 'http://all', [`${own(signal)}_ENDPOINT`]: 'http://own/x' };
        for (const protocol of ['http/protobuf', 'http/json'] as const) {
          assert.deepEqual(optionsOf(env, protocol, signal), {
            endpoint: [`${GENERAL}_ENDPOINT`, 'http://all'],
            [`${signal}_endpoint`]: [`${own(signal)}_ENDPOINT`, 'http://own/x'],
          });
        }
      });

      it(`for ${signal} over gRPC as one, that of its own where it is given`, () => {
        const general = { [`${GENERAL}_ENDPOINT`]: 'http://all' };
        assert.deepEqual(optionsOf(general, 'grpc', signal), { endpoint: [`${GENERAL}_ENDPOINT`, 'http://all'] });
        assert.deepEqual(optionsOf({ ...general, [`${own(signal)}_ENDPOINT`]: 'own:1' }, 'grpc', signal), {
          endpoint: [`${own(signal)}_ENDPOINT`, 'own:1'],
        });
      });
    }

    it('for each signal over HTTP, so that one exporter serves them all', () => {
      const env = Object.fromEntries(SIGNALS.map((signal) => [`${own(signal)}_ENDPOINT`, `http://${signal}`]));
      const all = Object.fromEntries(
        SIGNALS.map((signal) => [`${signal}_endpoint`, [`${own(signal)}_ENDPOINT`, `http://${signal}`]]),
      );
      for (const signal of SIGNALS) assert.deepEqual(optionsOf(env, 'http/protobuf', signal), all);
    });

    it('for a signal that does not go over HTTP to that signal alone', () => {
      const env = { [`${own('traces')}_ENDPOINT`]: 'tempo:4317', [`${LOGS}_ENDPOINT`]: 'http://loki' };
      const logs = { logs_endpoint: [`${LOGS}_ENDPOINT`, 'http://loki'] };
      assert.deepEqual(optionsOf({ ...env, [`${own('traces')}_PROTOCOL`]: 'grpc' }), logs);
      assert.deepEqual(optionsOf({ ...env, OTEL_TRACES_EXPORTER: 'none' }), logs);
      assert.deepEqual(optionsOf({ ...env, OTEL_TRACES_EXPORTER: 'console' }), logs);
      const both = { ...env, [`${GENERAL}_PROTOCOL`]: 'grpc', [`${own('traces')}_PROTOCOL`]: 'http/json' };
      assert.deepEqual(Object.keys(optionsOf(both)), ['logs_endpoint', 'traces_endpoint']);
    });
  });

  describe('has options', () => {
    const rows: readonly (readonly [name: string, written: string, path: string, value: string | number | boolean])[] =
      [
        ['COMPRESSION', 'gzip', 'compression', 'gzip'],
        ['COMPRESSION', 'GZIP', 'compression', 'gzip'],
        ['COMPRESSION', 'none', 'compression', 'none'],
        ['TIMEOUT', '2500', 'timeout', 2500],
        ['TIMEOUT', ' 2500 ', 'timeout', 2500],
        ['CERTIFICATE', '/tls/ca.pem', 'tls.ca_file', '/tls/ca.pem'],
        ['CLIENT_CERTIFICATE', '/tls/client.pem', 'tls.cert_file', '/tls/client.pem'],
        ['CLIENT_KEY', '/tls/client.key', 'tls.key_file', '/tls/client.key'],
        ['INSECURE', 'true', 'tls.insecure', true],
        ['INSECURE', 'TRUE', 'tls.insecure', true],
        ['INSECURE', 'False', 'tls.insecure', false],
      ];
    for (const [name, written, path, value] of rows) {
      it(`${name}=${written} is ${path}`, () => {
        assert.deepEqual(optionsOf({ [`${GENERAL}_${name}`]: written }, 'grpc'), {
          [path]: [`${GENERAL}_${name}`, value],
        });
        for (const signal of SIGNALS) {
          const one = { [`${GENERAL}_${name}`]: 'other', [`${own(signal)}_${name}`]: written };
          const said = optionsOf(one, 'grpc', signal);
          assert.deepEqual(said, { [path]: [`${own(signal)}_${name}`, value] }, 'that for the signal wins');
          const empty = { [`${GENERAL}_${name}`]: written, [`${own(signal)}_${name}`]: '' };
          const general = { [path]: [`${GENERAL}_${name}`, value] };
          assert.deepEqual(optionsOf(empty, 'grpc', signal), general, 'an empty one is unset');
        }
        const every = SIGNALS.map((signal) => [`${own(signal)}_${name}`, written]);
        const all = { [`${GENERAL}_${name}`]: 'not looked at', ...Object.fromEntries(every) };
        assert.deepEqual(readOtlpEnvironment(all).problems, []);
      });
    }

    it('of which INSECURE is gRPC’s alone', () => {
      assert.deepEqual(optionsOf({ [`${GENERAL}_INSECURE`]: 'true' }), {});
    });

    it('that win one by one', () => {
      const env = { [`${GENERAL}_TIMEOUT`]: '1000', [`${GENERAL}_COMPRESSION`]: 'gzip', [`${LOGS}_TIMEOUT`]: '2000' };
      assert.deepEqual(optionsOf(env), {
        compression: [`${GENERAL}_COMPRESSION`, 'gzip'],
        timeout: [`${LOGS}_TIMEOUT`, 2000],
      });
    });
  });

  describe('names a protocol', () => {
    const rows: readonly (readonly [Env, OtlpProtocol | undefined])[] = [
      [{ [`${GENERAL}_PROTOCOL`]: 'grpc' }, 'grpc'],
      [{ [`${GENERAL}_PROTOCOL`]: 'HTTP/JSON' }, 'http/json'],
      [{ [`${GENERAL}_PROTOCOL`]: 'http/protobuf' }, 'http/protobuf'],
      [{ [`${GENERAL}_PROTOCOL`]: 'grpc', [`${LOGS}_PROTOCOL`]: 'http/json' }, 'http/json'],
      [{ [`${GENERAL}_PROTOCOL`]: 'grpc', [`${LOGS}_PROTOCOL`]: '' }, 'grpc'],
      [{ [`${GENERAL}_PROTOCOL`]: 'thrift' }, undefined],
    ];
    for (const [env, protocol] of rows) {
      it(JSON.stringify(env), () => assert.equal(readOtlpEnvironment(env).signals.logs.protocol, protocol));
    }

    it('of each signal', () => {
      const { signals } = readOtlpEnvironment({
        [`${GENERAL}_PROTOCOL`]: 'grpc',
        [`${own('traces')}_PROTOCOL`]: 'http/json',
      });
      assert.deepEqual(
        SIGNALS.map((signal) => signals[signal].protocol),
        ['grpc', 'http/json', 'grpc'],
      );
    });
  });

  describe('has headers', () => {
    const H = `${GENERAL}_HEADERS`;
    const rows: readonly (readonly [written: string, headers: Env])[] = [
      ['api-key=abc', { 'api-key': 'abc' }],
      ['Authorization=Basic%20abc%3D%3D', { authorization: 'Basic abc==' }],
      ['Authorization=Basic abc==', { authorization: 'Basic abc==' }],
      [' a = 1 , b = 2 ,, ', { a: '1', b: '2' }],
      ['a=1,A=2', { a: '2' }],
      ['a=', { a: '' }],
      ['a=1%2C2', { a: '1,2' }],
      ['a=caf%C3%A9', { a: 'café' }],
      ['a%2Db=1', { 'a%2db': '1' }],
      ['cookie=a=1;b=2', { cookie: 'a=1;b=2' }],
      ['__proto__=1', JSON.parse('{"__proto__":"1"}')],
    ];
    for (const [written, headers] of rows) {
      it(written, () => {
        const { signals, problems } = readOtlpEnvironment({ [H]: written });
        assert.deepEqual(problems, []);
        for (const signal of SIGNALS) {
          assert.deepEqual(
            [...signals[signal].headers].map(([name, { value }]) => [name, value]),
            Object.entries(headers),
          );
        }
      });
    }

    for (const signal of SIGNALS) {
      it(`of both variables, and those for ${signal} win name by name`, () => {
        const H2 = `${own(signal)}_HEADERS`;
        const { signals } = readOtlpEnvironment({ [H]: 'a=1,b=2', [H2]: 'B=3,c=4' });
        for (const other of SIGNALS) {
          assert.deepEqual(
            shown(signals[other].headers),
            other === signal ? { a: [H, '1'], b: [H2, '3'], c: [H2, '4'] } : { a: [H, '1'], b: [H, '2'] },
          );
        }
      });
    }

    it('keeps any value that is percent-encoded', () => {
      fc.assert(
        fc.property(fc.dictionary(fc.stringMatching(/^[a-z0-9-]{1,8}$/), fc.string({ unit: 'binary' })), (headers) => {
          const written = Object.entries(headers).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
          const read = readOtlpEnvironment({ [H]: written.join(',') });
          assert.deepEqual(read.problems, []);
          assert.deepEqual(
            [...read.signals.logs.headers].map(([name, { value }]) => [name, value]),
            Object.entries(headers),
          );
        }),
      );
    });
  });

  describe('has a resource', () => {
    const R = 'OTEL_RESOURCE_ATTRIBUTES';

    it('whose names and values are percent-decoded', () => {
      const { resourceAttributes } = readOtlpEnvironment({ [R]: 'team=a%20b,Owner%2CName=J%C3%BCrgen, k8s.x = 1' });
      assert.deepEqual(shown(resourceAttributes), {
        team: [R, 'a b'],
        'Owner,Name': [R, 'Jürgen'],
        'k8s.x': [R, '1'],
      });
    });

    it('whose service.name stays where OTEL_SERVICE_NAME is not given', () => {
      const { resourceAttributes, serviceName } = readOtlpEnvironment({ [R]: 'service.name=a,b=c' });
      assert.deepEqual(shown(resourceAttributes), { 'service.name': [R, 'a'], b: [R, 'c'] });
      assert.equal(serviceName, undefined);
    });

    it('whose service.name loses to OTEL_SERVICE_NAME', () => {
      const env = { [R]: 'service.name=a,b=c', OTEL_SERVICE_NAME: 'events' };
      const { resourceAttributes, serviceName } = readOtlpEnvironment(env);
      assert.deepEqual(shown(resourceAttributes), { b: [R, 'c'] });
      assert.deepEqual(serviceName, { variable: 'OTEL_SERVICE_NAME', value: 'events' });
    });
  });

  describe('names exporters', () => {
    const rows: readonly (readonly [written: string, exporters: readonly string[] | undefined])[] = [
      ['otlp', ['otlp']],
      ['Console', ['console']],
      ['none', ['none']],
      ['otlp, console', ['otlp', 'console']],
      ['otlp,otlp', ['otlp']],
      [',', undefined],
      ['otlp,kafka', undefined],
    ];
    for (const [written, exporters] of rows) {
      it(written, () => {
        const { logs } = readOtlpEnvironment({ OTEL_LOGS_EXPORTER: written }).signals;
        assert.deepEqual(logs.exporters, exporters);
        const { traces } = readOtlpEnvironment({ OTEL_TRACES_EXPORTER: written }).signals;
        assert.deepEqual(traces.exporters, exporters);
      });
    }

    it('of metrics by other names', () => {
      const { metrics } = readOtlpEnvironment({ OTEL_METRICS_EXPORTER: 'prometheus,OTLP,console' }).signals;
      assert.deepEqual(metrics.exporters, ['prometheus', 'otlp', 'console']);
    });
  });

  it('says how often metrics are sent', () => {
    const variable = 'OTEL_METRIC_EXPORT_INTERVAL';
    assert.deepEqual(readOtlpEnvironment({ [variable]: '15000' }).metricInterval, { variable, value: 15_000 });
  });

  describe('tells what is wrong with', () => {
    const LIST =
      'names and values such as key1=value1,key2=value2, with commas and percent signs in them as %2C and %25';
    const MILLIS = 'a whole number of milliseconds above 0, such as 10000';
    const rows: readonly (readonly [
      variable: string,
      written: string,
      expected: string,
      got: string,
      nearest?: string,
    ])[] = [
      [`${GENERAL}_PROTOCOL`, 'http', 'http/protobuf, http/json or grpc', '"http"', 'http/protobuf'],
      [`${GENERAL}_PROTOCOL`, 'JSON', 'http/protobuf, http/json or grpc', '"JSON"', 'http/json'],
      [`${LOGS}_PROTOCOL`, 'grpcs', 'http/protobuf, http/json or grpc', '"grpcs"', 'grpc'],
      [`${GENERAL}_PROTOCOL`, 'grcp', 'http/protobuf, http/json or grpc', '"grcp"', 'grpc'],
      [`${GENERAL}_PROTOCOL`, 'thrift', 'http/protobuf, http/json or grpc', '"thrift"'],
      [`${GENERAL}_PROTOCOL`, '/', 'http/protobuf, http/json or grpc', '"/"'],
      [`${GENERAL}_COMPRESSION`, 'gz', 'gzip or none', '"gz"', 'gzip'],
      [`${LOGS}_COMPRESSION`, 'zstd', 'gzip or none', '"zstd"'],
      [`${GENERAL}_INSECURE`, 'yes', 'true or false', '"yes"'],
      [`${LOGS}_INSECURE`, '1', 'true or false', '"1"'],
      [`${GENERAL}_TIMEOUT`, '10s', MILLIS, '"10s"'],
      [`${GENERAL}_TIMEOUT`, '0', MILLIS, '"0"'],
      [`${LOGS}_TIMEOUT`, '-5', MILLIS, '"-5"'],
      [`${own('traces')}_TIMEOUT`, '-5', MILLIS, '"-5"'],
      ['OTEL_METRIC_EXPORT_INTERVAL', '60s', MILLIS, '"60s"'],
      [`${GENERAL}_TIMEOUT`, '1.5', MILLIS, '"1.5"'],
      ['OTEL_LOGS_EXPORTER', 'kafka', 'otlp, console or none', '"kafka"'],
      ['OTEL_TRACES_EXPORTER', 'zipkin', 'otlp, console or none', '"zipkin"'],
      ['OTEL_TRACES_EXPORTER', 'consle', 'otlp, console or none', '"consle"', 'console'],
      ['OTEL_METRICS_EXPORTER', 'promethus', 'otlp, prometheus, console or none', '"promethus"', 'prometheus'],
      ['OTEL_METRICS_EXPORTER', 'prom', 'otlp, prometheus, console or none', '"prom"', 'prometheus'],
      ['OTEL_LOGS_EXPORTER', 'otlp,otlp_http', 'otlp, console or none', '"otlp_http"', 'otlp'],
      [`${GENERAL}_HEADERS`, 'hunter2', LIST, 'a list whose member 1 has no "="'],
      [`${GENERAL}_HEADERS`, 'a=1,hunter2', LIST, 'a list whose member 2 has no "="'],
      [`${LOGS}_HEADERS`, '=hunter2', LIST, 'a list whose member 1 has no header name before its "="'],
      [`${GENERAL}_HEADERS`, 'a b=hunter2', LIST, 'a list whose member 1 has no header name before its "="'],
      [
        `${GENERAL}_HEADERS`,
        ',a=hunter2%zz',
        LIST,
        'a list whose member 2 has a value that is not percent-encoded UTF-8',
      ],
      ['OTEL_RESOURCE_ATTRIBUTES', 'a=1,hunter2', LIST, 'a list whose member 2 has no "="'],
      ['OTEL_RESOURCE_ATTRIBUTES', '=hunter2', LIST, 'a list whose member 1 has no name before its "="'],
      ['OTEL_RESOURCE_ATTRIBUTES', '%ff=1', LIST, 'a list whose member 1 has a name that is not percent-encoded UTF-8'],
      [
        'OTEL_RESOURCE_ATTRIBUTES',
        'a=100%',
        LIST,
        'a list whose member 1 has a value that is not percent-encoded UTF-8',
      ],
    ];
    for (const [variable, written, expected, got, nearest] of rows) {
      it(`${variable}=${written}`, () => {
        const { problems } = readOtlpEnvironment({ [variable]: written });
        assert.deepEqual(problems, [{ path: variable, line: undefined, column: undefined, expected, got, nearest }]);
      });
    }

    it('everything at once, and leaves out what cannot be read', () => {
      const read = readOtlpEnvironment({
        [`${GENERAL}_PROTOCOL`]: 'thrift',
        [`${GENERAL}_TIMEOUT`]: 'soon',
        [`${GENERAL}_HEADERS`]: 'a=1,b',
        [`${LOGS}_HEADERS`]: '%=',
        OTEL_LOGS_EXPORTER: 'a,b',
      });
      assert.deepEqual(
        read.problems.map(({ path, got }) => [path, got]),
        [
          [`${GENERAL}_PROTOCOL`, '"thrift"'],
          [`${GENERAL}_TIMEOUT`, '"soon"'],
          [`${GENERAL}_HEADERS`, 'a list whose member 2 has no "="'],
          ['OTEL_LOGS_EXPORTER', '"a"'],
          ['OTEL_LOGS_EXPORTER', '"b"'],
        ],
      );
      assert.deepEqual([...read.signals.logs.options('grpc')], []);
      assert.deepEqual([...read.signals.logs.headers.keys()], ['a', '%']);
    });

    it('a list, and never shows a part of it', () => {
      fc.assert(
        fc.property(fc.array(fc.constantFrom('SECRET', '=', ',', '%', ' ', 'é', '\n')), (parts) => {
          const written = parts.join('');
          const env = { [`${GENERAL}_HEADERS`]: written, OTEL_RESOURCE_ATTRIBUTES: written };
          assert.doesNotMatch(JSON.stringify(readOtlpEnvironment(env).problems), /SECRET/);
        }),
      );
    });

    it('a word, cut and without what may be a secret', () => {
      const [first, second] = readOtlpEnvironment({
        [`${GENERAL}_PROTOCOL`]: `https://user:hunter2@host/\u001b[31m`,
        [`${GENERAL}_COMPRESSION`]: 'z'.repeat(200),
      }).problems;
      assert.equal(first?.got, '"https://[masked]@host/\\u001b[31m"');
      assert.equal(second?.got, `"${'z'.repeat(80)}… (200 characters)"`);
    });
  });
});
