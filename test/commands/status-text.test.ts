import assert from 'node:assert/strict';
import { statusText } from '../../src/commands/status-text.ts';
import type { CollectorStatus } from '../../src/model/status.ts';
import { readinessOf } from '../../src/telemetry/readiness.ts';
import { exporterState, metricsState, noon, receiverState, statusOf } from '../support/statuses.ts';

function linesOf(status: CollectorStatus): string[] {
  return statusText({ status, readiness: readinessOf(status) }).map((line) => line.replace(/(\S) {2,}/g, '$1  '));
}

describe('a status for a person', () => {
  it('tells of a collector that is well', () => {
    assert.deepEqual(linesOf(statusOf()), [
      'Collector  docker-events-otel 1.2.3: running, ready',
      'Started  2026-11-21T10:00:00Z (2 h ago)',
      'Storage  /var/lib/state: 3 MiB of at most 1 GiB',
      'Events  1,300 received + 5 worked out = 1 refused + 104 known already + 1,200 accepted',
      '           of those accepted 3 recovered, 0 reported by another engine of the swarm; 1 gap told',
      '',
      'RECEIVER  ENGINE  CONNECTED  LAST EVENT  RUNNING',
      'docker_events  unix:///var/run/docker.sock  yes, since 60 min  2026-11-21T11:59:50Z (10 s ago)  4',
      '',
      'EXPORTER otlp_http: logs to http://localhost:4318/v1/logs (OTLP, http/protobuf)',
      '  delivering; last delivered 1 s ago; 4 on their way or in a batch',
      '    10 carried over + 1,200 appended',
      '  = 1,100 exported + 90 filtered + 8 passed over + 1 rejected + 2 dropped + 9 waiting',
    ]);
  });

  it('tells what is wrong, where it is and all together at the end', () => {
    const trouble = { message: 'It is away.', since: noon(-30) };
    const status = statusOf({
      receivers: [receiverState({ isConnected: false, since: noon(-30), lastEvent: undefined })],
      exporters: [
        exporterState({ state: 'failing', trouble, lastDelivered: undefined }),
        exporterState({ name: 'traces:otlp_http', signal: 'traces', state: 'off', trouble }),
      ],
      storage: { directory: '/s', bytes: 0, maxBytes: 1024, trouble },
    });
    const lines = linesOf(status);
    assert.equal(lines[0], 'Collector  docker-events-otel 1.2.3: running, not ready');
    assert.equal(
      lines[2],
      'Storage  /s: 0 bytes of at most 1 KiB; cannot be written since 2026-11-21T11:59:30Z (30 s ago)',
    );
    assert.equal(lines[7], 'docker_events  unix:///var/run/docker.sock  NO, since 30 s  -  4');
    assert.equal(
      lines[10],
      '  FAILING since 2026-11-21T11:59:30Z (30 s ago); nothing delivered yet; 4 on their way or in a batch',
    );
    assert.equal(lines[15], '  off since 2026-11-21T11:59:30Z (30 s ago): It is away.');
    assert.deepEqual(lines.slice(18), [
      '',
      'Not ready:',
      '  - Receiver docker_events has not been connected to unix:///var/run/docker.sock since 2026-11-21T11:59:30Z.',
      '  - Exporter otlp_http has not delivered to http://localhost:4318/v1/logs (OTLP, http/protobuf) since 2026-11-21T11:59:30Z. It is away.',
      '  - The storage /s has not been written since 2026-11-21T11:59:30Z. It is away.',
    ]);
  });

  it('tells where metrics are sent, without sums', () => {
    const trouble = { message: 'Metrics could not be sent.', since: noon(-30) };
    const metrics = [
      metricsState(),
      metricsState({ name: 'metrics:b', state: 'failing', trouble, lastDelivered: undefined }),
    ];
    assert.deepEqual(linesOf(statusOf({ metrics })).slice(13), [
      '',
      'EXPORTER metrics:otlp_http: metrics to http://localhost:4318/v1/metrics (OTLP, http/protobuf)',
      '  delivering; last delivered 40 s ago',
      '',
      'EXPORTER metrics:b: metrics to http://localhost:4318/v1/metrics (OTLP, http/protobuf)',
      '  FAILING since 2026-11-21T11:59:30Z (30 s ago); nothing delivered yet',
      '',
      'Not ready:',
      '  - Exporter metrics:b has not delivered to http://localhost:4318/v1/metrics (OTLP, http/protobuf) since 2026-11-21T11:59:30Z. Metrics could not be sent.',
    ]);
  });

  it('shows sums that are not even', () => {
    const { intake } = statusOf();
    const lines = linesOf(
      statusOf({
        exporters: [exporterState({ exported: 1000 })],
        intake: { ...intake, refused: 2 },
        storage: undefined,
      }),
    );
    assert.equal(lines[2], 'Storage  none: what waits is lost at the end of the process');
    assert.match(lines[3] ?? '', / worked out ≠ 2 refused/);
    assert.match(lines[12] ?? '', /^ {2}≠ 1,000 exported/);
    assert.deepEqual(lines.slice(14), [
      'The counts do not balance, which is a mistake in this program; please report it:',
      '  - The intake does not balance: 1305 received or worked out, and 1306 refused, known already or accepted; 1 is counted twice.',
      '  - Exporter otlp_http does not balance: 1210 carried over or appended, and 1110 settled or waiting; 100 are unaccounted for.',
    ]);
  });

  it('cannot be used to steer a terminal', () => {
    const trouble = { message: 'c\u001b[31m.', since: noon(-30) };
    const status = statusOf({
      receivers: [receiverState({ endpoint: 'a\u001b[31m' })],
      exporters: [
        exporterState({ destination: 'b\u001b[31m', state: 'off', trouble }),
        exporterState({ state: 'failing', trouble }),
      ],
    });
    assert.ok(!linesOf(status).join('').includes('\u001b'));
  });
});
