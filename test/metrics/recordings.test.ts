/** What real engines said adds up to what a plain count over their lines gives. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Lifecycle } from '../../src/lifecycle/lifecycle.ts';
import { CATALOGUE } from '../../src/mapping/catalogue.ts';
import { EventMetrics } from '../../src/metrics/event-metrics.ts';
import { collectMetrics } from '../../src/metrics/snapshot.ts';
import { receivedOf } from '../support/events.ts';
import { type PrometheusSample, prometheusText, readPrometheus } from '../support/prometheus-text.ts';
import { STATUS } from './status.ts';

const FOLDER = join(import.meta.dirname, '../fixtures/recordings');

function sumOf(samples: readonly PrometheusSample[] | undefined, isMeant = (_: PrometheusSample) => true): number {
  return (samples ?? []).filter(isMeant).reduce((sum, { value }) => sum + value, 0);
}

for (const name of ['engine-20.10-swarm.ndjson', 'engine-28-swarm.ndjson']) {
  describe(`the metrics of ${name}`, () => {
    const lines = readFileSync(join(FOLDER, name), 'utf8').trimEnd().split('\n');
    const events = new EventMetrics({ known: CATALOGUE });
    events.note(new Lifecycle('docker_events').fold(lines.map(receivedOf)));
    const snapshot = collectMetrics({ status: STATUS, events, running: [], measured: [], counted: [] });
    const families = readPrometheus(prometheusText(snapshot, {}));
    const linesWith = (pattern: RegExp) => lines.filter((line) => pattern.test(line)).length;
    const CONTAINER = '"Type":"container","Action":';

    it('count every line once, under types and actions that are known', () => {
      const samples = families.get('docker_events_total')?.samples;
      assert.equal(sumOf(samples), lines.length);
      assert.equal(
        sumOf(samples, ({ labels }) => [...labels.values()].includes('_OTHER')),
        0,
      );
    });

    it('count starts, deaths, kills for want of memory, changes of health and pulls', () => {
      const rows = [
        ['docker_container_starts_total', new RegExp(`${CONTAINER}"start"`)],
        ['docker_container_deaths_total', new RegExp(`${CONTAINER}"die"`)],
        ['docker_container_oom_kills_total', new RegExp(`${CONTAINER}"oom"`)],
        ['docker_container_health_changes_total', new RegExp(`${CONTAINER}"health_status: `)],
        ['docker_image_pulls_total', /"Type":"image","Action":"pull"/],
      ] as const;
      for (const [family, pattern] of rows) {
        assert.equal(sumOf(families.get(family)?.samples), linesWith(pattern), family);
      }
      assert.ok(linesWith(rows[1][1]) > 10, 'there is something to count');
    });

    it('have a duration for every run of which both ends are there, and none for others', () => {
      const durations = families.get('docker_container_run_duration_seconds')?.samples;
      const count = sumOf(durations, (sample) => sample.name.endsWith('_count'));
      const deaths = linesWith(new RegExp(`${CONTAINER}"die"`));
      assert.ok(count > 0 && count <= deaths, `${count} of ${deaths}`);
    });

    it('tell tasks of Swarm by their service', () => {
      const labelled = linesWith(new RegExp(`${CONTAINER}"start".*"com\\.docker\\.swarm\\.service\\.name":`));
      const owned = sumOf(families.get('docker_container_starts_total')?.samples, ({ labels }) =>
        labels.has('docker_swarm_service_name'),
      );
      assert.equal(owned, labelled);
      assert.ok(labelled > 0);
    });
  });
}
