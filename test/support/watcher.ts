/**
 * A collector as those see it who watch it: `/status`, `/readyz`, `/metrics` and the command `status`, which must say the same.
 *
 *     const watcher = new Watcher('127.0.0.1:40123');
 *     const told = await watcher.until('it is ready', ({ ready }) => ready);      // all of them agree that it is
 */
import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { testWorld } from '../commands/test-world.ts';
import { type PrometheusFamily, readPrometheus } from './prometheus-text.ts';
import { soon } from './soon.ts';

/** As `/status` tells it. */
export interface ToldStatus {
  readonly state: string;
  readonly ready: boolean;
  readonly problems: readonly string[];
  readonly balanced: boolean;
  readonly imbalances: readonly string[];
  readonly intake: Readonly<Record<string, number>>;
  readonly receivers: readonly {
    readonly name: string;
    readonly connected: boolean;
    readonly running_containers: number;
  }[];
  readonly exporters: readonly ToldExporter[];
  readonly metrics: readonly { readonly name: string; readonly destination: string; readonly state: string }[];
  readonly storage?: { readonly bytes: number; readonly trouble?: { readonly message: string } };
}

export interface ToldExporter {
  readonly name: string;
  readonly signal: 'logs' | 'traces';
  readonly state: string;
  readonly carried_over: number;
  readonly appended: number;
  readonly exported: number;
  readonly filtered: number;
  readonly passed_over: number;
  readonly rejected: number;
  readonly dropped: number;
  readonly waiting: number;
}

type Families = ReadonlyMap<string, PrometheusFamily>;

export class Watcher {
  readonly #address: string;
  readonly #letTimePass: () => void;

  /**
   * @param address `host:port`
   * @param letTimePass where the collector's clock is a test's
   */
  constructor(address: string, letTimePass: () => void = () => {}) {
    this.#address = address;
    this.#letTimePass = letTimePass;
  }

  /**
   * Resolves with the status when it is so and all who tell of it agree. They are asked one after the other, so that they
   * are asked again where something changed meanwhile.
   */
  async until(what: string, isSo: (told: ToldStatus) => boolean): Promise<ToldStatus> {
    let last: ToldStatus | undefined;
    const agreed = async () => {
      for (;;) {
        last = await this.status();
        if (isSo(last)) {
          const [ready, metrics, command] = [await this.get('/readyz'), await this.metrics(), await this.command()];
          if (isSame(last, await this.status())) {
            assertAgreement(last, ready, metrics, command);
            return last;
          }
        }
        this.#letTimePass();
        await setImmediate();
      }
    };
    return soon(agreed(), () => `${what}: ${JSON.stringify(last)}`);
  }

  async status(): Promise<ToldStatus> {
    const [code, text] = await this.get('/status');
    assert.equal(code, 200);
    const told: ToldStatus = JSON.parse(text);
    assert.deepEqual(told.imbalances, []);
    return told;
  }

  async metrics(): Promise<Families> {
    const [code, text] = await this.get('/metrics');
    assert.equal(code, 200);
    return readPrometheus(text);
  }

  async get(path: string): Promise<readonly [code: number, body: string]> {
    const answer = await fetch(`http://${this.#address}${path}`, { headers: { connection: 'close' } });
    return [answer.status, await answer.text()];
  }

  async command(): Promise<readonly [exit: number, text: string]> {
    const world = testWorld();
    const exit = await world.program('status', '--listen', this.#address);
    return [exit, world.stdout.text];
  }
}

/** When it was asked, and how full the disk is, changes by itself. */
function isSame(one: ToldStatus, other: ToldStatus): boolean {
  const plain = (told: ToldStatus) => JSON.stringify({ ...told, at: undefined });
  return plain(one) === plain(other);
}

function assertAgreement(
  told: ToldStatus,
  [readyCode, readyText]: readonly [number, string],
  metrics: Families,
  [exit, text]: readonly [number, string],
): void {
  const { ready, problems, state, intake, receivers, exporters, metrics: sendsMetrics, storage } = told;
  assert.equal(ready, problems.length === 0);
  assert.equal(readyCode, ready ? 200 : 503);
  assert.equal(readyText, `${[ready ? 'ready' : 'not ready', ...problems].join('\n')}\n`);
  assert.equal(exit, ready ? 0 : 1);
  assert.match(text, new RegExp(`^Collector .*: ${state}, ${ready ? 'ready' : 'not ready'}$`, 'm'));
  const listed =
    text
      .split('\nNot ready:\n')[1]
      ?.split('\n')
      .filter((line) => line !== '') ?? [];
  assert.deepEqual(
    listed,
    problems.map((problem) => `  - ${problem}`),
  );

  const expect = (name: string, value: number, labels: Readonly<Record<string, string>> = {}) => {
    assert.equal(sampleOf(metrics, name, labels), value, `${name} ${JSON.stringify(labels)}`);
  };
  expect('docker_events_otel_state', 1, { docker_events_otel_state: state });
  for (const [name, count] of Object.entries(intake)) {
    expect(name === 'gaps' ? 'docker_events_otel_gaps_total' : `docker_events_otel_events_${name}_total`, count);
  }
  for (const { name, connected } of receivers) {
    expect('docker_events_otel_receiver_connected', connected ? 1 : 0, { otel_component_name: name });
  }
  for (const { name, state } of [...exporters, ...sendsMetrics]) {
    for (const one of ['delivering', 'failing', 'off']) {
      const labels = { otel_component_name: name, docker_events_otel_exporter_state: one };
      expect('docker_events_otel_exporter_state', state === one ? 1 : 0, labels);
    }
  }
  for (const { name, destination } of sendsMetrics)
    assert.ok(text.includes(`\nEXPORTER ${name}: metrics to ${destination}\n`));
  for (const exporter of exporters) {
    const of = { otel_component_name: exporter.name };
    const exported = `otel_sdk_exporter_${exporter.signal === 'logs' ? 'log' : 'span'}_exported_total`;
    expect(exported, exporter.exported, of);
    expect(exported, exporter.rejected, { ...of, error_type: 'rejected' });
    expect('docker_events_otel_exporter_carried_over', exporter.carried_over, of);
    expect('docker_events_otel_exporter_appended_total', exporter.appended, of);
    expect('docker_events_otel_exporter_filtered_total', exporter.filtered, of);
    expect('docker_events_otel_exporter_passed_over_total', exporter.passed_over, of);
    expect('docker_events_otel_exporter_waiting', exporter.waiting, of);
    const dropped = metrics.get('docker_events_otel_exporter_dropped_total')?.samples ?? [];
    const own = dropped.filter(({ labels }) => labels.get('otel_component_name') === exporter.name);
    assert.equal(
      own.reduce((sum, { value }) => sum + value, 0),
      exporter.dropped,
    );
  }
  if (storage !== undefined) {
    expect('docker_events_otel_storage_writable', storage.trouble === undefined ? 1 : 0);
    expect('docker_events_otel_storage_size_bytes', storage.bytes);
  }
}

/** The value of the series that has just these labels; undefined where there is none. */
function sampleOf(metrics: Families, name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
  const wanted = Object.entries(labels);
  const samples = metrics.get(name)?.samples ?? [];
  return samples.find((sample) => {
    return sample.labels.size === wanted.length && wanted.every(([key, value]) => sample.labels.get(key) === value);
  })?.value;
}
