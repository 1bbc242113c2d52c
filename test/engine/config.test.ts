import assert from 'node:assert/strict';
import { schema } from '../../src/engine/config.ts';

const HOST =
  'an endpoint such as unix:///var/run/docker.sock, tcp://host:2376 or ssh://user@host, with no password in it';

describe('the engine’s options', () => {
  it('need nothing to be said', () => {
    assert.deepEqual(schema.parse({}), { connect_timeout: 10_000, filters: {}, read_interval: 30 });
  });

  it('check the engine’s certificate unless told otherwise', () => {
    assert.deepEqual(schema.parse({ tls: { ca_file: '/ca.pem' } }).tls, {
      ca_file: '/ca.pem',
      insecure_skip_verify: false,
    });
  });

  const WRONG: readonly (readonly [unknown, string])[] = [
    [{ host: '' }, HOST],
    [{ host: 'ftp://x' }, HOST],
    [{ host: 'unix://relative/path' }, HOST],
    [{ host: 'tcp://me:hunter2@engine:2376' }, HOST],
    [{ tls: { cert_file: '/cert.pem' } }, 'cert_file and key_file together, or neither of them'],
    [{ tls: { key_file: '/key.pem' } }, 'cert_file and key_file together, or neither of them'],
    [{ context: '' }, 'the name of a context, as `docker context ls` shows it'],
    [{ api_version: '1' }, 'an API version in quotes, such as "1.52"'],
    [
      { filters: { type: 'container' } },
      'names of filters, each with a list of values: {type: [container, network], event: [die]}',
    ],
    [
      { filters: ['type=container'] },
      'names of filters, each with a list of values: {type: [container, network], event: [die]}',
    ],
    ...['https://engine:9323/metrics', 'engine:9323', 'http://me:hunter2@engine:9323/metrics'].map(
      (endpoint) =>
        [
          { metrics_endpoint: endpoint },
          'the http:// address of the engine’s metrics, such as http://127.0.0.1:9323/metrics, with no password in it',
        ] as const,
    ),
    [{ read_interval: '1s' }, 'a duration from 0ms to 50ms, such as 30ms'],
    [{ connect_timeout: '1ms' }, 'a duration from 100ms to 10m, such as 200ms, 5s or 1m30s'],
  ];
  for (const [options, expected] of WRONG) {
    it(`refuse ${JSON.stringify(options)}`, () => {
      const { error } = schema.safeParse(options);
      assert.deepEqual(
        error?.issues.map(({ message }) => message),
        [expected],
      );
    });
  }
});
