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
import { styleText } from 'node:util';
import { escapeControls } from '../../runtime/mask.ts';
import type { HrTime, ReadableLogRecord } from '../otel.ts';

export interface LineStyle {
  readonly color: boolean;
  /** The zone that times are shown in; the machine's where it is not given. */
  readonly timeZone?: string;
}

type Color = Parameters<typeof styleText>[0];

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
const EVENT_WIDTH = 24;
const NAME_WIDTH = 20;
const VALUE_LENGTH_MAX = 60;
const SHORT_ID_LENGTH = 12;

/** Gives lines without their ends. Times are formatted by one formatter, which is costly to make. */
export function createLineFormat({ color, timeZone }: LineStyle): (record: ReadableLogRecord) => string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const clock = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
    ...zone,
  });
  const day = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', ...zone });
  const paint = (how: Color, text: string) => (color ? styleText(how, text, { validateStream: false }) : text);
  return (record) => {
    const number = record.severityNumber ?? 0;
    const severity = SEVERITY_COLORS.find(([from]) => number >= from)?.[1] ?? 'gray';
    const parts = [
      paint('gray', `${dayOf(record, day)}${timeOf(record.hrTime, clock)}`),
      paint(severity, rangeOf(record).padEnd(5)),
      paint('bold', column(eventOf(record), EVENT_WIDTH)),
      paint('cyan', column(nameOf(record), NAME_WIDTH)),
      escapeControls(textOf(record.body)),
      ...shownOf(record).map((text) => paint('gray', text)),
    ];
    return parts.join('  ').trimEnd();
  };
}

/** Before the time where it is not the day on which it was read: an engine's memory may be weeks old. */
function dayOf({ hrTime, hrTimeObserved }: ReadableLogRecord, day: Intl.DateTimeFormat): string {
  const [happened, observed] = [hrTime[0], hrTimeObserved[0]].map((seconds) => new Date(seconds * 1000));
  if (hrTime[0] === 0 || happened === undefined || observed === undefined) return '';
  if (Number.isNaN(happened.getTime()) || Number.isNaN(observed.getTime())) return '';
  const text = day.format(happened);
  return text === day.format(observed) ? '' : `${text} `;
}

function timeOf([seconds, nanos]: HrTime, clock: Intl.DateTimeFormat): string {
  const millis = seconds * 1000 + Math.floor(nanos / 1e6);
  if (millis === 0 || Number.isNaN(new Date(millis).getTime())) return '--:--:--.---';
  return clock.format(millis);
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

/** Cut or filled up to a width, so that columns stand under one another. */
function column(text: string, width: number): string {
  return shorten(text, width).padEnd(width);
}

function shorten(text: string, length: number): string {
  // Without the half of a character that a cut may leave.
  return text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
