/** What the lines for a person share: times, colours, and columns that no text can break. */
import { styleText } from 'node:util';
import type { HrTime } from '../otel.ts';

export interface LineStyle {
  readonly color: boolean;
  /** The zone that times are shown in; the machine's where it is not given. */
  readonly timeZone?: string;
}

export type Color = Parameters<typeof styleText>[0];

export const EVENT_WIDTH = 24;
export const NAME_WIDTH = 20;

export function painterOf({ color }: LineStyle): (how: Color, text: string) => string {
  return (how, text) => (color ? styleText(how, text, { validateStream: false }) : text);
}

/**
 * Gives a time as `12:03:14.123`, with the date before it where that is not the date of `beside`. By one formatter, which is
 * costly to make.
 */
export function timesOf({ timeZone }: LineStyle): (time: HrTime, beside: HrTime) => string {
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
  return (time, beside) => `${dayOf(time, beside, day)}${timeOf(time, clock)}`;
}

function dayOf(time: HrTime, beside: HrTime, day: Intl.DateTimeFormat): string {
  const [happened, other] = [time[0], beside[0]].map((seconds) => new Date(seconds * 1000));
  if (time[0] === 0 || happened === undefined || other === undefined) return '';
  if (Number.isNaN(happened.getTime()) || Number.isNaN(other.getTime())) return '';
  const text = day.format(happened);
  return text === day.format(other) ? '' : `${text} `;
}

function timeOf([seconds, nanos]: HrTime, clock: Intl.DateTimeFormat): string {
  const millis = seconds * 1000 + Math.floor(nanos / 1e6);
  if (millis === 0 || Number.isNaN(new Date(millis).getTime())) return '--:--:--.---';
  return clock.format(millis);
}

/** Cut or filled up to a width, so that columns stand under one another. */
export function column(text: string, width: number): string {
  return shorten(text, width).padEnd(width);
}

export function shorten(text: string, length: number): string {
  // Without the half of a character that a cut may leave.
  return text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
