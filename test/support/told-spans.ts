/** Spans as one line each: `run 0-7 failed`, in seconds after noon. */
import { Lifecycle, type LifecycleOptions } from '../../src/lifecycle/lifecycle.ts';
import type { Received, SpanEntry } from '../../src/model/entry.ts';
import { toDecimalNanos, type UnixNanos } from '../../src/model/time.ts';
import { eventLine, receivedOf } from './events.ts';
import { foldedSpans } from './folding.ts';

const NOON = 1_795_262_400;

/** Seconds after noon, the action, its own attributes. */
export type Step = readonly [second: number, action: string, own?: Readonly<Record<string, string>>];

export function at(second: number): UnixNanos {
  return [NOON + Math.floor(second), Math.round((second % 1) * 1e9)];
}

/** What the engine sends, read a second later. */
export function sent([second, action, own = {}]: Step, id = 'c1'): Received {
  const attributes = { image: 'i', name: 'n', ...own };
  const type = action.startsWith('service ') ? 'service' : 'container';
  const line = eventLine({
    type,
    action: action.replace('service ', ''),
    id,
    attributes,
    timeNano: toDecimalNanos(at(second)),
  });
  return { ...receivedOf(line), observedAt: at(second + 1) };
}

/** What was worked out after a gap. */
export function workedOut(step: Step, isTimed: boolean): Received {
  const received = sent(step);
  const event = isTimed ? received.event : { ...received.event, time: undefined };
  return { ...received, event, synthetic: { basis: isTimed ? 'inspect' : 'list' } };
}

export function spansOf(events: readonly Received[], options: LifecycleOptions = {}): readonly string[] {
  return foldedSpans(new Lifecycle('docker_events', options), events).map(spanLine);
}

export function spanLine(span: SpanEntry): string {
  const { name, own, start, end, estimated, failure, links, trace } = span;
  const words = [
    name,
    own !== undefined && !own.includes('.') ? own : '',
    trace.start === start || name !== 'run' ? '' : 'other trace',
    `${secondsOf(start)}-${secondsOf(end)}`,
    estimated === undefined ? '' : `estimated ${estimated}`,
    failure ?? '',
    ...links.map((link) => `${link.why} ${secondsOf(link.trace.start)}`),
  ];
  return words.filter((word) => word !== '').join(' ');
}

function secondsOf([seconds, nanos]: UnixNanos): number {
  return seconds - NOON + nanos / 1e9;
}
