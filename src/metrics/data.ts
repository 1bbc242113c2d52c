/** A metric with its series, as it is written in few words. */
import type { MetricData, MetricDefinition, MetricPoint } from '../model/metric.ts';

const NONE = Object.freeze({});

export function point(attributes: MetricPoint['attributes'], value: MetricPoint['value']): MetricPoint {
  return { attributes, value };
}

export function data(definition: MetricDefinition, points: Iterable<MetricPoint>): MetricData {
  return { definition, points: [...points] };
}

/** A metric of one series without attributes. */
export function single(definition: MetricDefinition, value: number): MetricData {
  return { definition, points: [point(NONE, value)] };
}
