/** Small pieces of text for people: columns, ages, sizes, counts. */
import { compareTimes, toUnixMillis, type UnixNanos } from '../model/time.ts';
import { escapeControls } from '../runtime/mask.ts';

/** Columns under one another, the last one as long as it likes. What strangers wrote in it cannot drive a terminal. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const clean = rows.map((row) => row.map(escapeControls));
  const widths: number[] = [];
  for (const row of clean) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  }
  return clean.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

const STEPS: readonly (readonly [unit: string, seconds: number])[] = [
  ['days', 86_400],
  ['h', 3600],
  ['min', 60],
];

/** `4 s ago`, `3 min ago`, `2 days ago`; of a time to come, `now`. */
export function ago(time: UnixNanos | undefined, now: UnixNanos): string {
  if (time === undefined) return '-';
  if (compareTimes(time, now) >= 0) return 'now';
  const seconds = Math.floor((toUnixMillis(now) - toUnixMillis(time)) / 1000);
  // From two of a unit on, so that what is shown is never far from what it is.
  const step = STEPS.find(([, size]) => seconds >= 2 * size);
  return step === undefined ? `${seconds} s ago` : `${Math.floor(seconds / step[1])} ${step[0]} ago`;
}

/** Nothing is sent where metrics can be read, and that is all that is wanted. */
export function sendsText(destinations: readonly string[]): string {
  return destinations.length === 0 ? 'sends nothing' : `sends to ${destinations.join(', ')}`;
}

/** `12.3 MiB`. */
export function sizeText(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB'];
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? size : size.toFixed(1).replace(/\.0$/, '')} ${units[unit]}`;
}

/** `1,234`. */
export function countText(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 event`, `2 events`. */
export function counted(count: number, one: string): string {
  return `${countText(count)} ${one}${count === 1 ? '' : 's'}`;
}
