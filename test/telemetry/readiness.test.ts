import assert from 'node:assert/strict';
import { readinessOf } from '../../src/telemetry/readiness.ts';
import { exporterState, metricsState, noon, receiverState, statusOf } from '../support/statuses.ts';

const TROUBLE = { message: 'There is no socket at this path (ENOENT).', since: noon(-30) };

describe('readiness', () => {
  it('is there when it runs, is connected, delivers, and can write', () => {
    assert.deepEqual(readinessOf(statusOf()), { isReady: true, problems: [] });
    assert.deepEqual(readinessOf(statusOf({ storage: undefined })), { isReady: true, problems: [] });
  });

  it('is not there while it starts or stops, and what is not connected then is no problem', () => {
    const receivers = [receiverState({ isConnected: false })];
    assert.deepEqual(readinessOf(statusOf({ state: 'starting', receivers })), {
      isReady: false,
      problems: ['The collector is starting.'],
    });
    assert.deepEqual(readinessOf(statusOf({ state: 'stopping', receivers })), {
      isReady: false,
      problems: ['The collector is stopping.'],
    });
  });

  it('tells already while it starts what is in its way', () => {
    const receivers = [receiverState({ isConnected: false, since: noon(-30), trouble: TROUBLE })];
    assert.equal(readinessOf(statusOf({ state: 'starting', receivers })).problems.length, 2);
  });

  it('tells which receiver is not connected, since when and why', () => {
    const receivers = [
      receiverState(),
      receiverState({ name: 'docker_events/b', isConnected: false, since: noon(-30), trouble: TROUBLE }),
      receiverState({ name: 'docker_events/c', endpoint: 'tcp://c:2376', isConnected: false, since: noon(-60) }),
    ];
    assert.deepEqual(readinessOf(statusOf({ receivers })), {
      isReady: false,
      problems: [
        'Receiver docker_events/b has not been connected to unix:///var/run/docker.sock since 2026-11-21T11:59:30Z. There is no socket at this path (ENOENT).',
        'Receiver docker_events/c has not been connected to tcp://c:2376 since 2026-11-21T11:59:00Z.',
      ],
    });
  });

  it('tells which exporter does not deliver; one that is off is as it should be', () => {
    const trouble = { message: 'The backend answered 503.', since: noon(-5) };
    const exporters = [
      exporterState({ name: 'traces:otlp_http', signal: 'traces', state: 'off', trouble }),
      exporterState({ state: 'failing', trouble }),
      exporterState({ name: 'file', destination: '/var/log/a.json', state: 'failing' }),
    ];
    assert.deepEqual(readinessOf(statusOf({ exporters })), {
      isReady: false,
      problems: [
        'Exporter otlp_http has not delivered to http://localhost:4318/v1/logs (OTLP, http/protobuf) since 2026-11-21T11:59:55Z. The backend answered 503.',
        'Exporter file has not delivered to /var/log/a.json.',
      ],
    });
  });

  it('tells which exporter does not send metrics', () => {
    const trouble = { message: 'The backend answered 401.', since: noon(-5) };
    const metrics = [
      metricsState({ state: 'off', trouble }),
      metricsState({ name: 'metrics:b', state: 'failing', trouble }),
    ];
    assert.deepEqual(readinessOf(statusOf({ metrics })).problems, [
      'Exporter metrics:b has not delivered to http://localhost:4318/v1/metrics (OTLP, http/protobuf) since 2026-11-21T11:59:55Z. The backend answered 401.',
    ]);
  });

  it('tells of a storage that cannot be written', () => {
    const trouble = { message: 'No space is left (ENOSPC).', since: noon(-120) };
    const storage = { directory: '/var/lib/state', bytes: 1, maxBytes: 2, trouble };
    assert.deepEqual(readinessOf(statusOf({ storage })).problems, [
      'The storage /var/lib/state has not been written since 2026-11-21T11:58:00Z. No space is left (ENOSPC).',
    ]);
  });
});
