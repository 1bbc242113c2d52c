/**
 * From an entry of the journal to a LogRecord.
 *
 *   entry ──► plan of its (type, action) ──► own keys typed, labels named ──► severity, sentence ──► views
 *
 * Pure and total: no clock, no I/O, no throwing, whatever strangers write into labels. The same entry gives the same
 * record, in every attempt and after every restart.
 *
 * - EventName is `docker.<type>.<base action>` and one of few. What varies (commands, states, names) is in attributes.
 * - Nothing the engine said is lost: each of its attributes is a typed attribute, a label or `docker.attribute.<key>`, and
 *   can be turned back into the engine's text.
 * - On container events the engine merges labels over its own keys. A key counts as the engine's own only on the actions
 *   that have it, only with a value that the engine can have written, and not when the container is known to carry a label
 *   of that name. Otherwise it is a label, and `docker.event.shadowed` tells of it. A label that looks like an own value,
 *   on a container that was neither seen created nor listed, cannot be told from one.
 * - A record leads to the span that it belongs to (record-span.ts); an alert to that of its event.
 * - An event that was worked out after a gap is mapped as if the engine had sent it, and says in every view that it did not.
 * - It runs for every event: plans are made beforehand, attribute names of labels are remembered, and an event's
 *   attributes are walked once.
 *
 * Not done here: masking of secrets, which is done before on the entry, so that commands and labels are passed on as they come;
 * a sentence holds the program of a command only. Limits on the number of attributes are not done here either.
 */
import type { EventEntry, LogEntry } from '../model/entry.ts';
import type { Attributes, LogRecord, Mapper } from '../model/log-record.ts';
import { escapeControls } from '../runtime/mask.ts';
import { mapAlert } from './alert.ts';
import type { MappingOptions } from './config.ts';
import { mapGap } from './gap.ts';
import { mapLoss } from './loss.ts';
import { type Planned, planOf } from './plan.ts';
import { spanOfRecord } from './record-span.ts';
import { noAttributes, put } from './registry.ts';
import { resourcesOf } from './resource.ts';
import { NONE, putSaid } from './said.ts';
import { cut, type Facts } from './types/type-mapping.ts';
import { putFalcoView, putLogtailView } from './views.ts';

const BODY_LENGTH_MAX = 1024;

export function createMapper(options: MappingOptions): Mapper {
  const resourceOf = resourcesOf(options);
  const isPlain = options.views.every((view) => view === 'otel');
  const map = (entry: LogEntry): LogRecord => {
    const resource = resourceOf(entry.engine);
    if (entry.kind === 'loss') return mapLoss(entry, resource);
    if (entry.kind === 'gap') return mapGap(entry, resource);
    if (entry.kind === 'alert') return mapAlert(entry, map(entry.about));
    const planned = planOf(entry.event);
    const { plan } = planned;
    const attributes = noAttributes();
    putIdentity(attributes, entry);
    putEvent(attributes, entry, planned);
    const shadowed = putSaid(attributes, entry, planned);
    const facts: Facts = { event: entry.event, context: entry.context, attributes };
    plan.mapping.finish?.(facts);
    return {
      eventName: plan.eventName,
      timestamp: entry.event.time,
      observedTimestamp: entry.observedAt,
      severity: plan.severity(facts),
      body: bodyOf(entry, plan.mapping.says(facts)),
      attributes: isPlain ? withShadowed(attributes, shadowed) : inViews(entry, attributes, shadowed, options),
      resource,
      span: spanOfRecord(entry, facts.attributes),
    };
  };
  return map;
}

/** What no view leaves out. */
function putIdentity(attributes: Attributes, { uid, synthetic, context }: EventEntry): void {
  put(attributes, 'log.record.uid', uid);
  if (context.rules !== undefined) put(attributes, 'docker.event.rules', context.rules);
  if (synthetic === undefined) return;
  put(attributes, 'docker.event.synthetic', true);
  put(attributes, 'docker.event.basis', synthetic.basis);
}

const WORKED_OUT = ' This was worked out after a gap.';

function bodyOf({ synthetic }: EventEntry, sentence: string): string {
  const body = escapeControls(sentence);
  if (synthetic === undefined) return cut(body, BODY_LENGTH_MAX);
  return `${cut(body, BODY_LENGTH_MAX - WORKED_OUT.length)}${WORKED_OUT}`;
}

/** What tells of the event as such. */
function putEvent(attributes: Attributes, { event }: EventEntry, { plan }: Planned): void {
  put(attributes, 'docker.event.type', event.type);
  put(attributes, 'docker.event.action', plan.action);
  if (event.scope !== undefined) put(attributes, 'docker.event.scope', event.scope);
  if (event.originalAction !== undefined) put(attributes, 'docker.event.original_action', event.originalAction);
  if (event.actorId !== '') put(attributes, 'docker.actor.id', event.actorId);
}

function withShadowed(attributes: Attributes, shadowed: readonly string[]): Attributes {
  if (shadowed.length > 0) put(attributes, 'docker.event.shadowed', shadowed);
  return attributes;
}

function inViews(
  entry: EventEntry,
  otel: Attributes,
  shadowed: readonly string[],
  { views, ignore_attributes }: MappingOptions,
): Attributes {
  const hasOtel = views.includes('otel');
  const attributes = hasOtel ? otel : noAttributes();
  if (!hasOtel) putIdentity(attributes, entry);
  if (views.includes('falco')) putFalcoView(attributes, entry.event);
  if (!views.includes('logtail')) return withShadowed(attributes, hasOtel ? shadowed : NONE);
  const refused = putLogtailView(attributes, entry.event, {
    withAttributes: !ignore_attributes,
    besides: hasOtel || views.includes('falco'),
  });
  return withShadowed(attributes, [...(hasOtel ? shadowed : NONE), ...refused]);
}
