/** The record that tells of events which never reached an exporter. It stands in their place. */
import { entryTime, type LossEntry, type LossReason } from '../model/entry.ts';
import type { Attributes, LogRecord } from '../model/log-record.ts';
import { Severity } from '../model/severity.ts';
import { toIsoNanos } from '../model/time.ts';
import { escapeControls } from '../runtime/mask.ts';
import { noAttributes, put } from './registry.ts';
import { cut } from './types/type-mapping.ts';

const DETAIL_LENGTH_MAX = 512;

export function mapLoss(loss: LossEntry, resource: Attributes): LogRecord {
  const attributes = noAttributes();
  put(attributes, 'log.record.uid', loss.uid);
  put(attributes, 'docker.events.loss.reason', loss.reason);
  put(attributes, 'docker.events.loss.count', loss.count);
  put(attributes, 'docker.events.loss.exporter', loss.exporter);
  if (loss.first !== undefined) put(attributes, 'docker.events.loss.window_start', toIsoNanos(loss.first));
  if (loss.last !== undefined) put(attributes, 'docker.events.loss.window_end', toIsoNanos(loss.last));
  if (loss.detail !== undefined) put(attributes, 'docker.events.loss.detail', loss.detail);
  const { reason } = loss;
  const isRejected = reason === 'rejected';
  return {
    eventName: isRejected ? 'docker.events.rejected' : 'docker.events.dropped',
    timestamp: entryTime(loss),
    observedTimestamp: loss.observedAt,
    severity: isRejected ? Severity.ERROR : Severity.WARN,
    body: escapeControls(isRejected ? rejectedSentence(loss) : droppedSentence(loss, WHY[reason])),
    attributes,
    resource,
  };
}

function howMany({ count }: LossEntry): string {
  return count === 1 ? '1 event' : `${count} events`;
}

function when({ first, last }: LossEntry): string {
  if (first === undefined || last === undefined) return '';
  return ` from ${toIsoNanos(first)} to ${toIsoNanos(last)}`;
}

const WHY: Readonly<Record<Exclude<LossReason, 'rejected'>, string>> = {
  queue_full: 'more waited than event_queue_size allows',
  storage_full: 'more waited in the storage than storage.max_size allows',
  expired: 'they waited for longer than storage.max_age allows',
};

function droppedSentence(loss: LossEntry, why: string): string {
  return `${howMany(loss)}${when(loss)} never reached exporter ${loss.exporter}: ${why}.`;
}

function rejectedSentence(loss: LossEntry): string {
  const detail = loss.detail === undefined ? '' : `: ${cut(loss.detail, DETAIL_LENGTH_MAX)}`;
  return `The backend of exporter ${loss.exporter} refused ${howMany(loss)}${when(loss)}${detail}`;
}
