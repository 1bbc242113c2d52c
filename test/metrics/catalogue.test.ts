import assert from 'node:assert/strict';
import { REGISTRY } from '../../src/mapping/registry.ts';
import { METRIC_ATTRIBUTES } from '../../src/metrics/catalogue/attributes.ts';
import { METRICS } from '../../src/metrics/catalogue.ts';
import { metricsDocument } from '../../src/metrics/document.ts';
import { prometheusLabel, prometheusName } from '../../src/metrics/prometheus-name.ts';

describe('the catalogue of metrics', () => {
  it('names every metric once, as OpenTelemetry and as Prometheus have it', () => {
    const names = METRICS.map(({ name }) => name);
    assert.deepEqual(names, [...new Set(names)]);
    assert.equal(new Set(METRICS.map(prometheusName)).size, names.length);
  });

  it('has names of lower-case words with dots, none of which is the namespace of another one', () => {
    for (const { name } of METRICS) {
      assert.match(name, /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/);
      const below = METRICS.filter((other) => other.name.startsWith(`${name}.`));
      assert.deepEqual(below, [], `${name} is a namespace`);
    }
  });

  it('has units in UCUM: seconds, bytes, or what is counted in braces', () => {
    for (const { name, unit } of METRICS) assert.match(unit, /^(s|By|\{[a-z_]+\})$/, name);
  });

  it('tells every metric in whole sentences', () => {
    for (const { name, description } of METRICS) assert.match(description, /^[A-Z0-9].*\.$/, name);
  });

  it('has an attribute for each that a metric names, and none that no metric has', () => {
    const used = new Set(METRICS.flatMap(({ attributes }) => attributes));
    assert.deepEqual([...used].sort(), Object.keys(METRIC_ATTRIBUTES).sort());
    assert.equal(new Set([...used].map(prometheusLabel)).size, used.size);
  });

  it('calls what records say, too, as they do', () => {
    const shared = Object.keys(METRIC_ATTRIBUTES).filter((name) => name.startsWith('docker.') || name === 'host.name');
    const strangers = shared.filter((name) => !Object.hasOwn(REGISTRY, name));
    assert.deepEqual(strangers, []);
  });

  it('is told by a document with a row for every metric and every attribute', () => {
    const text = metricsDocument();
    for (const metric of METRICS) {
      assert.ok(
        text.includes(`\n| \`${metric.name}\` | \`${prometheusName(metric)}\` | ${metric.kind} |`),
        metric.name,
      );
    }
    for (const name of Object.keys(METRIC_ATTRIBUTES)) assert.ok(text.includes(`\n| \`${name}\` | `), name);
  });
});

describe('prometheusName', () => {
  const rows = [
    [{ name: 'docker.events', unit: '{event}', kind: 'counter' }, 'docker_events_total'],
    [{ name: 'docker.container.running', unit: '{container}', kind: 'updown' }, 'docker_container_running'],
    [{ name: 'docker_events_otel.storage.size', unit: 'By', kind: 'updown' }, 'docker_events_otel_storage_size_bytes'],
    [{ name: 'a.run.duration', unit: 's', kind: 'histogram' }, 'a_run_duration_seconds'],
    [{ name: 'a.run.seconds', unit: 's', kind: 'counter' }, 'a_run_seconds_total'],
    [{ name: 'a.-b', unit: '', kind: 'gauge' }, 'a_b'],
    [{ name: 'a.total', unit: '', kind: 'counter' }, 'a_total'],
  ] as const;
  for (const [metric, name] of rows) {
    it(`makes ${name} of ${metric.name} in ${metric.unit || 'no unit'}`, () => {
      assert.equal(prometheusName(metric), name);
    });
  }

  it('refuses a unit that it has no word for, so that no name goes wrong in silence', () => {
    assert.throws(() => prometheusName({ name: 'a', unit: 'furlong', kind: 'gauge' }), /unit furlong/);
  });
});

describe('prometheusLabel', () => {
  it('writes what Prometheus does not take as underscores', () => {
    assert.equal(prometheusLabel('docker.compose.project'), 'docker_compose_project');
    assert.equal(prometheusLabel('docker..x-y'), 'docker_x_y');
    assert.equal(prometheusLabel('2nd'), 'key_2nd');
  });
});
