import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CATALOGUE } from '../../src/mapping/catalogue.ts';
import { METRICS } from '../../src/metrics/catalogue.ts';
import { EventMetrics } from '../../src/metrics/event-metrics.ts';
import { prometheusParts } from '../../src/metrics/prometheus.ts';
import { prometheusName } from '../../src/metrics/prometheus-name.ts';
import { collectMetrics } from '../../src/metrics/snapshot.ts';
import type { MetricDefinition, MetricPoint, MetricsSnapshot } from '../../src/model/metric.ts';
import { entryOf, eventLine } from '../support/events.ts';
import { prometheusText, readPrometheus } from '../support/prometheus-text.ts';
import { checkMetrics, findPromtool } from '../support/promtool.ts';
import { everyMetric } from './every-metric.ts';
import { STATUS } from './status.ts';

const NOTHING: MetricsSnapshot = { startedAt: [0, 0], at: [1, 0], metrics: [] };
const RUNS: MetricDefinition = { name: 'a.runs', kind: 'counter', unit: '{run}', description: 'Runs.', attributes: [] };
const TIMES: MetricDefinition = { ...RUNS, name: 'a.time', kind: 'histogram', unit: 's' };

/** All that could end a label, a line or a text. */
const STRANGE = '"\\\n}# HELP x\u2028\r,\0\ud800';

function textOf(definition: MetricDefinition, points: readonly MetricPoint[]): string {
  return prometheusText({ ...NOTHING, metrics: [{ definition, points }] }, {});
}

describe('the text for Prometheus', () => {
  it('writes a counter with its help, its type and its series in the order of their labels', () => {
    const text = textOf(RUNS, [
      { attributes: { 'of.b': 'y', 'of.a': 'z' }, value: 2 },
      { attributes: { 'of.b': 'x', 'of.a': 'a' }, value: 1 },
    ]);
    assert.equal(
      text.slice(text.indexOf('# HELP a_runs')),
      '# HELP a_runs_total Runs.\n# TYPE a_runs_total counter\n' +
        'a_runs_total{of_a="a",of_b="x"} 1\na_runs_total{of_a="z",of_b="y"} 2\n',
    );
  });

  it('writes a histogram with buckets that add up', () => {
    const value = { bounds: [0.5, 60], counts: [3, 0, 2], sum: 130.25 };
    const text = textOf(TIMES, [{ attributes: { of: 'x' }, value }]);
    assert.equal(
      text.slice(text.indexOf('a_time_seconds_bucket')),
      'a_time_seconds_bucket{of="x",le="0.5"} 3\na_time_seconds_bucket{of="x",le="60"} 3\n' +
        'a_time_seconds_bucket{of="x",le="+Inf"} 5\na_time_seconds_sum{of="x"} 130.25\na_time_seconds_count{of="x"} 5\n',
    );
  });

  it('tells what the metrics are of as target_info', () => {
    const text = prometheusText(NOTHING, {
      'service.name': 'docker-events',
      'host.name': 'node-1',
      n: 3,
      list: ['a', 'b'],
    });
    assert.equal(
      text.split('\n')[2],
      'target_info{host_name="node-1",list="[\\"a\\",\\"b\\"]",n="3",service_name="docker-events"} 1',
    );
    assert.match(prometheusText(NOTHING, {}), /\ntarget_info 1\n$/);
  });

  it('puts values together whose names become one label', () => {
    const text = prometheusText(NOTHING, { 'a.b': 'dots', a_b: 'underscore', 'a-b': 'dash' });
    assert.match(text, /\{a_b="dash;dots;underscore"\}/);
  });

  it('escapes what would end a label or a help', () => {
    const text = textOf({ ...RUNS, description: 'a\\b\nc' }, [{ attributes: { of: STRANGE }, value: 1 }]);
    const family = readPrometheus(text).get('a_runs_total');
    assert.equal(family?.samples[0]?.labels.get('of'), STRANGE.toWellFormed());
    assert.equal(family?.help, 'a\\b\nc');
  });

  it('writes every metric of the catalogue as a strict reader takes it', () => {
    const families = readPrometheus(prometheusText(everyMetric(), { 'service.name': 'docker-events' }));
    assert.deepEqual([...families.keys()].sort(), ['target_info', ...METRICS.map(prometheusName)].sort());
  });

  it('writes it in parts of a few milliseconds, which are no more than they need be', () => {
    const points = Array.from({ length: 10_000 }, (_, index) => ({
      attributes: { of: `owner ${10_000 - index}` },
      value: 1,
    }));
    const parts = [...prometheusParts({ ...NOTHING, metrics: [{ definition: RUNS, points }] }, {})];
    const sizes = parts.map((part) => part.split('\n').filter((line) => line.startsWith('a_runs_total{')).length);
    assert.ok(Math.max(...sizes) <= 3100, `${Math.max(...sizes)}`);
    assert.ok(parts.length <= 8, `${parts.length} parts`);
    assert.equal(
      sizes.reduce((sum, size) => sum + size, 0),
      10_000,
    );
    assert.equal(parts.join(''), textOf(RUNS, points));
  });

  it('gives back any name of an owner', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }), { maxLength: 10 }),
        (projects) => {
          const events = new EventMetrics({ known: CATALOGUE });
          for (const project of projects) {
            events.note([entryOf(eventLine({ attributes: { 'com.docker.compose.project': project } }))]);
          }
          const snapshot = collectMetrics({ status: STATUS, events, running: [], measured: [], counted: [] });
          const metrics = snapshot.metrics.filter(({ definition }) => definition.name === 'docker.container.starts');
          const starts = readPrometheus(prometheusText({ ...snapshot, metrics }, {})).get(
            'docker_container_starts_total',
          );
          const told = new Set(starts?.samples.map(({ labels }) => labels.get('docker_compose_project')));
          assert.deepEqual(new Set(projects.map((project) => project.toWellFormed())), withoutPlain(told));
        },
      ),
      { numRuns: 100 },
    );
  });

  const promtool = findPromtool(process.env);
  it(
    promtool === undefined ? 'would be asked of promtool, which is not installed here' : 'is liked by promtool',
    () => {
      if (promtool === undefined) return;
      const text = prometheusText(everyMetric(), { 'service.name': 'docker-events' });
      assert.equal(checkMetrics(promtool, text), '');
      assert.notEqual(
        checkMetrics(promtool, text.replace('le="+Inf"', 'le="Inf')),
        '',
        'promtool reads what it is given',
      );
    },
  ).timeout(20_000);
});

function withoutPlain(told: ReadonlySet<string | undefined>): ReadonlySet<string | undefined> {
  return new Set([...told].filter((project) => project !== undefined));
}
