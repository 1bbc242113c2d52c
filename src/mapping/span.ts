/**
 * From a span entry of the journal to a SpanRecord.
 *
 *   entry ──► ids of (trace, name, own) ──► attributes of the event that ended it ──► resource of its service
 *
 * Pure and total, as mapper.ts is: the same entry gives the same span in every attempt and after every restart.
 *
 * - A span has the attributes by which the records of its container, image or service are found: the same names, the same
 *   values, labels included, whatever views are chosen for records. What describes a record only (log.record.uid,
 *   docker.event.*) it has not, rules above all: whether one has matched is not known of every entry in the same way.
 * - What the event says besides belongs to the span that it ends and to no other: the exit code of a container's `die` to the
 *   run and to its stop, and neither to an exec nor to a pause that ended with it.
 * - `error.type` is the failure as the entry has it, and there exactly where the status is ERROR.
 * - The resource is the engine, with the name of the service that the span is of: backends list traces by service.name.
 *   `service.instance.id` is left out: a container's id would make a resource of every container, and is an attribute.
 *
 * Masking is done before, on the entry.
 */
import type { EventEntry, SpanEntry, SpanName } from '../model/entry.ts';
import type { Attributes } from '../model/log-record.ts';
import type { SpanMapper, SpanRecordLink } from '../model/span-record.ts';
import type { MappingOptions } from './config.ts';
import { type Planned, planOf } from './plan.ts';
import { noAttributes, put } from './registry.ts';
import { ownedResourcesOf } from './resource.ts';
import { putSaid, putThing } from './said.ts';
import { serviceNameOf } from './service.ts';
import { failureInWords } from './span-error.ts';
import { ROOTS, rootIdsOf, spanIdsOf } from './trace-ids.ts';

/** As backends show them. */
export const SPAN_NAMES: Readonly<Record<SpanName, string>> = {
  run: 'container run',
  create: 'container create',
  exec: 'container exec',
  stop: 'container stop',
  pause: 'container pause',
  pull: 'image pull',
  rollout: 'service rollout',
};

export function createSpanMapper(options: MappingOptions): SpanMapper {
  const resourceOf = ownedResourcesOf(options);
  return (entry) => {
    const { trace, name, own, start, end, failure, links, about } = entry;
    const attributes = attributesOf(entry);
    const ids = spanIdsOf(trace, name, own);
    return {
      traceId: ids.traceId,
      spanId: ids.spanId,
      parentSpanId: name === ROOTS[trace.of] ? undefined : rootIdsOf(trace).spanId,
      name: SPAN_NAMES[name],
      start,
      end,
      error: failure === undefined ? undefined : failureInWords(name, failure, attributes),
      attributes,
      links: links.map(linkOf),
      resource: resourceOf(about.engine, serviceNameOf(about.event)),
    };
  };
}

function attributesOf(entry: SpanEntry): Attributes {
  const { name, failure, estimated, exec, about } = entry;
  const attributes = noAttributes();
  const planned = planOf(about.event);
  if (tellsOf(name, planned.plan.action)) putAll(attributes, about, planned, failure);
  else putThing(attributes, about, planned);
  if (failure !== undefined) put(attributes, 'error.type', failure);
  // The event that ended it is the container's where the exec ended with its container.
  if (exec?.id !== undefined) put(attributes, 'docker.exec.id', exec.id);
  if (exec?.command !== undefined) put(attributes, 'docker.exec.command', exec.command);
  if (exec?.isProbe === true) put(attributes, 'docker.exec.probe', true);
  if (estimated !== undefined) put(attributes, 'docker.span.estimated', estimated);
  put(attributes, 'docker.span.event_uid', about.uid);
  return attributes;
}

/** Whether what happened is what the span is about, so that its exit code and the like are those of the span. */
function tellsOf(name: SpanName, action: string): boolean {
  if (name === 'exec') return action.startsWith('exec_');
  return name !== 'create' && name !== 'pause';
}

function putAll(attributes: Attributes, about: EventEntry, planned: Planned, failure: string | undefined): void {
  const { event, context } = about;
  putSaid(attributes, about, planned);
  planned.plan.mapping.finish?.({ event, context, attributes });
  // What the record of a crash says; a stop that ended in one has not failed.
  if (failure === undefined && attributes['error.type'] !== undefined) delete attributes['error.type'];
}

function linkOf({ why, trace }: SpanEntry['links'][number]): SpanRecordLink {
  const { traceId, spanId } = rootIdsOf(trace);
  const attributes = noAttributes();
  put(attributes, 'docker.span.link', why);
  return { traceId, spanId, attributes };
}
