import assert from 'node:assert/strict';
import { formatMetricsJson } from '../../../src/export/console/metrics-json.ts';
import type { MetricPoint, MetricsReport } from '../../../src/model/metric.ts';

const ONE = { name: 'docker.a', kind: 'counter', unit: '{a}', description: 'A.', attributes: [] } as const;
const resource = { 'service.name': 'docker-events-otel' };

function report(...points: readonly MetricPoint[]): MetricsReport {
  const startedAt = [1_795_262_340, 0] as const;
  const at = [1_795_262_400, 123_456_789] as const;
  return { snapshot: { startedAt, at, metrics: [{ definition: ONE, points }] }, resource };
}

describe('metrics as JSON', () => {
  it('are one line for each metric, with all its series', () => {
    const line = formatMetricsJson(
      report({ attributes: { 'host.name': 'vm' }, value: 3 }, { attributes: {}, value: 0 }),
    );
    assert.doesNotMatch(line, /\n/);
    assert.deepEqual(JSON.parse(line), {
      time: '2026-11-21T12:00:00.123456789Z',
      start: '2026-11-21T11:59:00.000000000Z',
      metric: 'docker.a',
      kind: 'counter',
      unit: '{a}',
      points: [
        { attributes: { 'host.name': 'vm' }, value: 3 },
        { attributes: {}, value: 0 },
      ],
      resource,
    });
  });

  it('have all of a distribution', () => {
    const line = formatMetricsJson(report({ attributes: {}, value: { bounds: [1], counts: [2, 1], sum: 4 } }));
    assert.deepEqual(Reflect.get(JSON.parse(line), 'points'), [
      { attributes: {}, bounds: [1], counts: [2, 1], sum: 4 },
    ]);
  });

  it('say what a terminal would obey as text', () => {
    const line = formatMetricsJson(report({ attributes: { 'host.name': 'a\u009b31m' }, value: 1 }));
    assert.ok(line.includes('\\u009b31m'), line);
  });
});
