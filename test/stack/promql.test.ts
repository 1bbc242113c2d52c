/** The rules for queries to Prometheus find what they are for. */
import assert from 'node:assert/strict';
import { promqlComplaints, promqlNamesIn } from './promql-rules.ts';

function complaintsOf(expression: string, legend = ''): string[] {
  return promqlComplaints([{ panel: 'P', expression, legend }]);
}

describe('the rules for PromQL', () => {
  it('read the names in a query', () => {
    const { isValid, selectors, grouped } = promqlNamesIn(
      'sum by (le, job) (rate(a_bucket{x=~"$y", z="1"}[$__rate_interval])) and on (instance) b offset 5m',
    );
    assert.ok(isValid);
    assert.deepEqual(selectors, [
      {
        name: 'a_bucket',
        matchers: [
          { label: 'x', value: 'x' },
          { label: 'z', value: '1' },
        ],
        isRated: true,
      },
      { name: 'b', matchers: [], isRated: false },
    ]);
    assert.deepEqual(grouped, ['le', 'job', 'instance']);
  });

  const RIGHT = [
    'up{job="docker-events-otel"} == 0',
    'histogram_quantile(0.95, sum by (le) (rate(docker_events_otel_exporter_lag_seconds_bucket[5m])))',
    'increase(docker_container_deaths_total{docker_container_exit_reason=~"failed|oom_killed"}[10m])',
    'otel_sdk_exporter_log_exported_total{error_type=""}',
  ];
  for (const query of RIGHT) it(`take ${query}`, () => assert.deepEqual(complaintsOf(query), []));

  const WRONG: readonly (readonly [query: string, complaint: string, legend?: string])[] = [
    ['sum(up', 'P: sum(up is no PromQL'],
    ['', 'P:  is no PromQL'],
    ['docker_container_death_total', 'P: docker_container_death_total is no metric'],
    ['docker_events_otel_exporter_lag_seconds', 'P: docker_events_otel_exporter_lag_seconds is no metric'],
    ['{job="docker-events-otel"}', 'P:  is no metric'],
    ['rate(docker_container_running[5m])', 'P: docker_container_running is no counter'],
    ['docker_image_pulls_total{container_name="x"}', 'P: docker_image_pulls_total has no label container_name'],
    ['sum by (container_name) (up)', 'P: nothing there has the label container_name'],
    ['sum(up)', 'P: the legend has job, the query has not', '{{job}}'],
    [
      'docker_container_deaths_total{docker_container_exit_reason="crashed"}',
      'P: docker_container_exit_reason is never crashed',
    ],
    [
      'docker_events_otel_exporter_state{docker_events_otel_exporter_state="down"}',
      'P: docker_events_otel_exporter_state is never down',
    ],
  ];
  for (const [query, complaint, legend] of WRONG) {
    it(`find: ${complaint}`, () => assert.deepEqual(complaintsOf(query, legend), [complaint]));
  }
});
