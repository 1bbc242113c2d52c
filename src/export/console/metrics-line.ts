/**
 * A report of metrics as lines for a person, one for each series, in the columns of log records (line.ts):
 *
 *     12:03:14.123  COUNT  docker.container.deaths                         3             docker.container.exit.reason=failed
 *     12:03:14.123  HIST   docker.container.run.duration                   3, mean 4.2 s
 *
 * What stands at 0 is left out: most series do, most of the time. JSON and every other way have all of them. What a stranger
 * can write is escaped.
 */
import type { MetricData, MetricDefinition, MetricPoint, MetricsReport } from '../../model/metric.ts';
import type { Distribution } from '../../model/telemetry.ts';
import { escapeControls } from '../../runtime/mask.ts';
import { hrTime } from '../sdk-values.ts';
import { EVENT_WIDTH, type LineStyle, NAME_WIDTH, painterOf, timesOf } from './columns.ts';

const KINDS = { counter: 'COUNT', updown: 'GAUGE', gauge: 'GAUGE', histogram: 'HIST ' } as const;

/** Names of metrics are told whole, and take the room of both columns of a record. */
const METRIC_WIDTH = EVENT_WIDTH + NAME_WIDTH + 2;
const VALUE_WIDTH = 12;

/** Gives lines without the end of the last one. */
export function createMetricsLineFormat(style: LineStyle): (report: MetricsReport) => string {
  const paint = painterOf(style);
  const times = timesOf(style);
  return ({ snapshot: { at, metrics } }) => {
    const time = paint('gray', times(hrTime(at), hrTime(at)));
    const lineOf = ({ name, kind, unit }: MetricDefinition, { attributes, value }: MetricPoint) => {
      const parts = [
        time,
        paint('magenta', KINDS[kind]),
        paint('bold', name.padEnd(METRIC_WIDTH)),
        valueText(value, unit).padEnd(VALUE_WIDTH),
        ...Object.entries(attributes).map(([key, word]) => paint('gray', `${key}=${escapeControls(word)}`)),
      ];
      return parts.join('  ').trimEnd();
    };
    const linesOf = ({ definition, points }: MetricData) =>
      points.filter(({ value }) => !isNothing(value)).map((point) => lineOf(definition, point));
    return metrics.flatMap(linesOf).join('\n');
  };
}

function isNothing(value: MetricPoint['value']): boolean {
  return typeof value === 'number' ? value === 0 : countOf(value) === 0;
}

function valueText(value: MetricPoint['value'], unit: string): string {
  if (typeof value === 'number') return `${rounded(value)}${unitText(unit)}`;
  const count = countOf(value);
  return `${count}, mean ${rounded(value.sum / count)}${unitText(unit)}`;
}

function countOf({ counts }: Distribution): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** To the thousandth: a duration in seconds has its milliseconds. */
function rounded(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

/** What stands in braces only says what is counted, which the name says already. */
function unitText(unit: string): string {
  if (unit === '' || unit.startsWith('{')) return '';
  return unit === 'By' ? ' bytes' : ` ${unit}`;
}
