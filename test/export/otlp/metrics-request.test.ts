import assert from 'node:assert/strict';
import { jsonRequest, protobufRequest } from '../../../src/export/otlp/metrics-request.ts';
import { VERSION } from '../../../src/export/version.ts';
import type { MetricDefinition, MetricPoint, MetricsReport } from '../../../src/model/metric.ts';
import { everyMetric } from '../../metrics/every-metric.ts';
import { type DecodedRequest, decodeJson, decodeProtobuf } from '../../support/otlp-sink-decode.ts';
import type { SinkMetric } from '../../support/otlp-sink-metrics.ts';

const RESOURCE = { 'service.name': 'docker-events-otel', 'service.instance.id': 'node-1' };

const WAYS = [
  ['http/protobuf and gRPC', protobufRequest, (body: Buffer): DecodedRequest => decodeProtobuf(body, 'metrics')],
  ['http/json', jsonRequest, (body: Buffer): DecodedRequest => decodeJson(body.toString('utf8'), 'metrics')],
] as const;

for (const [way, encode, decode] of WAYS) {
  const written = (report: MetricsReport): readonly SinkMetric[] => {
    const decoded = decode(encode(report));
    if (!decoded.ok) throw new Error(decoded.reason);
    return decoded.metrics;
  };
  const one = (definition: Partial<MetricDefinition>, points: readonly MetricPoint[]): SinkMetric => {
    const whole = {
      name: 'a.b',
      kind: 'counter',
      unit: '{x}',
      description: 'Some.',
      attributes: [],
      ...definition,
    } as const;
    const snapshot = {
      startedAt: [1, 999_999_999],
      at: [1_795_262_400, 1],
      metrics: [{ definition: whole, points }],
    } as const;
    const [metric] = written({ snapshot, resource: RESOURCE });
    assert.ok(metric !== undefined);
    return metric;
  };

  describe(`metrics over ${way}`, () => {
    it('tell every series of every metric as it was collected', () => {
      const snapshot = everyMetric();
      const metrics = written({ snapshot, resource: RESOURCE });
      assert.deepEqual(
        metrics.map(({ name, unit, description }) => ({ name, unit, description })),
        snapshot.metrics.map(({ definition: { name, unit, description } }) => ({ name, unit, description })),
      );
      for (const [index, { points, definition }] of snapshot.metrics.entries()) {
        const sent = metrics[index]?.points ?? [];
        assert.deepEqual(
          sent.map(({ attributes }) => Object.fromEntries(attributes)),
          points.map(({ attributes }) => attributes),
          definition.name,
        );
        const values = sent.map(({ value, count }) => Number(value ?? count));
        assert.deepEqual(values, points.map(totalOf), definition.name);
      }
    });

    it('say what they are of, and who says so', () => {
      const metric = one({}, [{ attributes: {}, value: 1 }]);
      assert.deepEqual(Object.fromEntries(metric.resource), RESOURCE);
      assert.deepEqual(metric.scope, { name: 'docker-events-otel', version: VERSION });
    });

    it('are cumulative from the start of the process, to the nanosecond', () => {
      const metric = one({}, [{ attributes: {}, value: 1 }]);
      assert.equal(metric.temporality, 2);
      assert.equal(metric.points[0]?.startTimeUnixNano, '1999999999');
      assert.equal(metric.points[0]?.timeUnixNano, '1795262400000000001');
    });

    it('have counters that only rise, numbers of things that do not, and gauges that are no sums', () => {
      const shape = ({ kind, isMonotonic }: SinkMetric) => ({ kind, isMonotonic });
      const points = [{ attributes: {}, value: 1 }];
      assert.deepEqual(shape(one({ kind: 'counter' }, points)), { kind: 'sum', isMonotonic: true });
      assert.deepEqual(shape(one({ kind: 'updown' }, points)), { kind: 'sum', isMonotonic: false });
      assert.deepEqual(shape(one({ kind: 'gauge' }, points)), { kind: 'gauge', isMonotonic: false });
    });

    it('keep every digit of large counts, and fractions of seconds', () => {
      const large = 2 ** 53 - 1;
      assert.equal(one({}, [{ attributes: {}, value: large }]).points[0]?.value, BigInt(large));
      assert.equal(one({ kind: 'gauge', unit: 's' }, [{ attributes: {}, value: 0.25 }]).points[0]?.value, 0.25);
      assert.equal(one({ kind: 'gauge', unit: 's' }, [{ attributes: {}, value: 3 }]).points[0]?.value, 3);
    });

    it('have a bucket more than bounds', () => {
      const value = { bounds: [0.5, 60], counts: [3, 0, 2 ** 40], sum: 130.25 };
      const [point] = one({ kind: 'histogram', unit: 's' }, [{ attributes: {}, value }]).points;
      assert.deepEqual(point?.bounds, [0.5, 60]);
      assert.deepEqual(point?.bucketCounts, [3n, 0n, 2n ** 40n]);
      assert.equal(point?.count, 3n + 2n ** 40n);
      assert.equal(point?.sum, 130.25);
    });
  });
}

function totalOf({ value }: MetricPoint): number {
  return typeof value === 'number' ? value : value.counts.reduce((sum, count) => sum + count, 0);
}
