/**
 * One record as one line for a person:
 *
 *     12:03:14.123  WARN   container die     web            Container web (shop:1) died with exit code 3.  exit_code=3
 *
 * The date stands before the time where it is not that of the reading.
 *
 * Whatever a stranger can write into a name or a label is escaped, so that it can neither break the line nor drive the
 * terminal. Colours are the terminal's own sixteen.
 */
import { escapeControls } from '../../runtime/mask.ts';
import type { ReadableLogRecord } from '../otel.ts';
import { type Color, column, EVENT_WIDTH, type LineStyle, NAME_WIDTH, painterOf, shorten, timesOf } from './columns.ts';

const SEVERITY_COLORS: readonly (readonly [from: number, color: Color])[] = [
  [21, ['red', 'bold']],
  [17, 'red'],
  [13, 'yellow'],
  [9, 'green'],
  [0, 'gray'],
];

/** Attributes worth their room at the end of a line, and what they are called there. */
const SHOWN: readonly (readonly [attribute: string, label: string])[] = [
  ['security_rule.name', 'rule'],
  ['process.exit.code', 'exit_code'],
  ['docker.compose.project', 'project'],
  ['docker.compose.service', 'service'],
  ['docker.stack.namespace', 'stack'],
  ['k8s.namespace.name', 'namespace'],
  ['k8s.pod.name', 'pod'],
];

const NAMES = ['container.name', 'docker.swarm.service.name', 'docker.network.name', 'docker.volume.name'];
const VALUE_LENGTH_MAX = 60;
const SHORT_ID_LENGTH = 12;

/** Gives lines without their ends. */
export function createLineFormat(style: LineStyle): (record: ReadableLogRecord) => string {
  const paint = painterOf(style);
  const times = timesOf(style);
  return (record) => {
    const number = record.severityNumber ?? 0;
    const severity = SEVERITY_COLORS.find(([from]) => number >= from)?.[1] ?? 'gray';
    const parts = [
      // An engine's memory may be weeks old.
      paint('gray', times(record.hrTime, record.hrTimeObserved)),
      paint(severity, rangeOf(record).padEnd(5)),
      paint('bold', column(eventOf(record), EVENT_WIDTH)),
      paint('cyan', column(nameOf(record), NAME_WIDTH)),
      escapeControls(textOf(record.body)),
      ...shownOf(record).map((text) => paint('gray', text)),
    ];
    return parts.join('  ').trimEnd();
  };
}

/** `INFO` for INFO2: which of four within its range does not matter to a person. */
function rangeOf({ severityText = '' }: ReadableLogRecord): string {
  return severityText.replace(/(?<=[A-Z])[234]$/, '');
}

/** `container die` for `docker.container.die`. */
function eventOf({ eventName = '' }: ReadableLogRecord): string {
  return escapeControls(eventName.replace(/^docker\./, '').replace('.', ' '));
}

function nameOf({ attributes }: ReadableLogRecord): string {
  for (const key of NAMES) {
    const name = attributes[key];
    if (typeof name === 'string' && name !== '') return escapeControls(name);
  }
  const id = attributes['docker.actor.id'];
  if (typeof id !== 'string') return '';
  return escapeControls(
    /^(?:sha256:)?[0-9a-f]{64}$/.test(id) ? id.replace('sha256:', '').slice(0, SHORT_ID_LENGTH) : id,
  );
}

function shownOf({ attributes }: ReadableLogRecord): string[] {
  return SHOWN.flatMap(([attribute, label]) => {
    const value = attributes[attribute];
    return value === undefined ? [] : [`${label}=${shorten(escapeControls(textOf(value)), VALUE_LENGTH_MAX)}`];
  });
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined ? '' : (JSON.stringify(value) ?? '');
}
