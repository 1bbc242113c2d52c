/** The record that tells where events of an engine may be missing, and what was made good. */
import { entryTime, type GapEntry, type GapReason } from '../model/entry.ts';
import type { Attributes, LogRecord } from '../model/log-record.ts';
import { Severity } from '../model/severity.ts';
import { toIsoNanos } from '../model/time.ts';
import { escapeControls } from '../runtime/mask.ts';
import { noAttributes, put } from './registry.ts';
import { cut } from './types/type-mapping.ts';

const DETAIL_LENGTH_MAX = 512;

export function mapGap(gap: GapEntry, resource: Attributes): LogRecord {
  const { from, to, atLeast, recovered, reconciled, detail } = gap;
  const attributes = noAttributes();
  put(attributes, 'log.record.uid', gap.uid);
  put(attributes, 'docker.events.gap.reason', gap.reason);
  if (from !== undefined) put(attributes, 'docker.events.gap.window_start', toIsoNanos(from));
  if (to !== undefined) put(attributes, 'docker.events.gap.window_end', toIsoNanos(to));
  if (atLeast !== undefined) put(attributes, 'docker.events.gap.lost_at_least', atLeast);
  if (recovered !== undefined) put(attributes, 'docker.events.gap.recovered', recovered);
  if (reconciled !== undefined) {
    put(attributes, 'docker.events.gap.containers_compared', reconciled.containers);
    put(attributes, 'docker.events.gap.synthetic_events', reconciled.events);
  }
  if (detail !== undefined) put(attributes, 'docker.events.gap.detail', detail);
  return {
    eventName: 'docker.events.gap',
    timestamp: entryTime(gap),
    observedTimestamp: gap.observedAt,
    severity: Severity.WARN,
    body: escapeControls(sentences(gap)),
    attributes,
    resource,
  };
}

const WHY: Readonly<Record<GapReason, string>> = {
  ring_overrun: 'more happened while nobody read than the engine remembers',
  engine_restarted: 'the engine was started anew and has forgotten what was before',
  engine_replaced: 'another engine answers at the same endpoint',
  subscriber_dropped: 'the engine left events out of the stream, because they were not read in time',
  not_known: 'the engine remembers nothing of what was read before, and why cannot be told',
  journal_lost: 'what the collector had kept could not be read any more',
};

function sentences(gap: GapEntry): string {
  const { reason, atLeast, recovered, reconciled, detail } = gap;
  const said = [`Events may be missing${when(gap)}: ${WHY[reason]}.`];
  if (atLeast !== undefined) said.push(`At least ${events(atLeast)} ${atLeast === 1 ? 'is' : 'are'} missing.`);
  if (recovered !== undefined) {
    said.push(`${events(recovered)} ${recovered === 1 ? 'was' : 'were'} read from the engine's memory after all.`);
  }
  if (reconciled !== undefined) {
    const { containers } = reconciled;
    const compared = containers === 1 ? '1 container was' : `${containers} containers were`;
    said.push(`${compared} compared with what was known before, which led to ${events(reconciled.events)}.`);
  }
  if (detail !== undefined) said.push(cut(detail, DETAIL_LENGTH_MAX));
  return said.join(' ');
}

function when({ from, to }: GapEntry): string {
  if (from === undefined) return to === undefined ? '' : ` before ${toIsoNanos(to)}`;
  return to === undefined ? ` after ${toIsoNanos(from)}` : ` between ${toIsoNanos(from)} and ${toIsoNanos(to)}`;
}

function events(count: number): string {
  return count === 1 ? '1 event' : `${count} events`;
}
