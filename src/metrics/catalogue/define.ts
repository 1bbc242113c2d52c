/** How a row of the catalogue is written. */
import type { MetricDefinition } from '../../model/metric.ts';
import type { MetricAttributeName } from './attributes.ts';

type Define = (
  name: string,
  unit: string,
  description: string,
  attributes?: readonly MetricAttributeName[],
) => MetricDefinition;

const defineAs =
  (kind: MetricDefinition['kind']): Define =>
  (name, unit, description, attributes = []) => ({ name, kind, unit, description, attributes });

export const counter = defineAs('counter');
export const updown = defineAs('updown');
export const gauge = defineAs('gauge');
export const histogram = defineAs('histogram');
