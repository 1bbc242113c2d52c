import assert from 'node:assert/strict';
import { Meter } from '../../src/collector/meter.ts';
import { Lifecycle } from '../../src/lifecycle/lifecycle.ts';
import { eventLine, receivedOf } from '../support/events.ts';
import { readPrometheus } from '../support/prometheus-text.ts';
import { RecordingTelemetry } from '../support/recording-telemetry.ts';
import { statusOf } from '../support/statuses.ts';

describe('what the collector counts', () => {
  let lifecycle: Lifecycle;
  let meter: Meter;

  beforeEach(() => {
    lifecycle = new Lifecycle('docker_events');
    const telemetry = new RecordingTelemetry();
    const resource = { 'service.name': 'docker-events-otel' };
    meter = new Meter({ telemetry, resource, status: () => statusOf(), watches: () => [{ lifecycle }] });
  });

  function fold(action: string, attributes: Readonly<Record<string, string>> = {}): void {
    meter.note(lifecycle.fold([receivedOf(eventLine({ action, attributes: { name: 'web', ...attributes } }))]));
  }

  /** How many run, by their Compose service; undefined for those of none. */
  async function running(): Promise<ReadonlyMap<string | undefined, number>> {
    const samples = readPrometheus(await meter.text()).get('docker_container_running')?.samples ?? [];
    return new Map(samples.map(({ labels, value }) => [labels.get('docker_compose_service'), value]));
  }

  const SHOP = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' };

  it('says whose containers run, and that they do not any more', async () => {
    fold('start', SHOP);
    const before = await running();
    assert.deepEqual([before.get('web'), before.get(undefined)], [1, 0]);
    fold('die', { ...SHOP, exitCode: '0' });
    assert.equal((await running()).get('web'), 0);
  });

  it('learns whose a container is when its labels become known', async () => {
    fold('exec_start: ls', { execID: 'e1' });
    assert.equal((await running()).get(undefined), 1);
    fold('rename', SHOP);
    assert.equal((await running()).get('web'), 1);
    assert.equal((await running()).get(undefined), 0);
  });

  it('tells of the events that it was given, and of the status that it asks for', async () => {
    fold('start', SHOP);
    const text = readPrometheus(await meter.text());
    const starts = text.get('docker_container_starts_total')?.samples ?? [];
    assert.deepEqual(
      starts.filter(({ value }) => value > 0).map(({ labels }) => labels.get('docker_compose_service')),
      ['web'],
    );
    assert.ok(text.has('docker_events_otel_exporter_waiting'));
    assert.equal(meter.report().resource['service.name'], 'docker-events-otel');
  });

  it('lets others have their turn while it writes the text, which is of one moment and soon there', async () => {
    for (let number = 0; number < 1000; number += 1) {
      fold('start', { 'com.docker.compose.project': `p${number}` });
    }
    let turns = 0;
    const turn = () => {
      turns += 1;
      fold('start', SHOP);
      if (turns < 1000) setImmediate(turn);
    };
    const text = meter.text();
    setImmediate(turn);
    const starts = readPrometheus(await text).get('docker_container_starts_total')?.samples ?? [];
    const [turnsMeanwhile, told] = [turns, starts.reduce((sum, { value }) => sum + value, 0)];
    turns = 1000;
    // What is done in a turn of a busy collector takes its time as well.
    assert.ok(turnsMeanwhile >= 5 && turnsMeanwhile <= 30, `${turnsMeanwhile} turns`);
    assert.equal(told, 1000);
  });
});
