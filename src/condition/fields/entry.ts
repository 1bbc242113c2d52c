/** What is told: an event, an alert, a span, a gap or a loss; and by which engine. */
import { baseAction, eventNameOf } from '../../model/event-name.ts';
import type { UnixNanos } from '../../model/time.ts';
import { byKey, type FieldGroup, ofEntry, ofEvent, ofSubject, type Subject } from './define.ts';

const own = ofSubject('own');
const ofEvents = ofEvent('own');

/** To the microsecond: beyond that the digits of a number are chance. */
function secondsBetween(start: UnixNanos, end: UnixNanos): number {
  return end[0] - start[0] + Math.round((end[1] - start[1]) / 1000) / 1e6;
}

function nameOf(subject: Subject): string {
  if (subject.kind === 'gap') return 'docker.events.gap';
  if (subject.kind === 'loss')
    return subject.reason === 'rejected' ? 'docker.events.rejected' : 'docker.events.dropped';
  return eventNameOf(subject.event.type, baseAction(subject.event.action));
}

export const ENTRY: FieldGroup = {
  title: 'What is told',
  preface:
    'An alert is seen through: but for `docker.record` and `docker.rule.*`, every field reads from the event or gap that its rule has matched. So is a span: but for `docker.record`, `docker.rule.*` and `docker.span.*`, every field reads from the event that ended it.',
  fields: [
    ofEntry(
      'text',
      'docker.record',
      'What it is: event, alert, span, gap or loss. Rules see events and gaps.',
      'event',
      ({ kind }) => kind,
    ),
    own(
      'text',
      'docker.event.name',
      'EventName of the record; of an alert, that of what its rule has matched.',
      'docker.container.die',
      nameOf,
    ),
    own(
      'text',
      'docker.event.uid',
      '32 hex digits that name the event.',
      '8f14e45fceea167a5a36dedd4bea2543',
      ({ uid }) => uid,
    ),
    ofEvents(
      'text',
      'docker.action.base',
      'The action without the suffix of exec and health events.',
      'exec_create',
      ({ event }) => baseAction(event.action),
    ),
    ofEvents(
      'text',
      'docker.action.original',
      "The action before it was translated into Docker's words (Podman).",
      'died',
      ({ event }) => event.originalAction,
    ),
    byKey(
      'docker.attribute',
      'Any attribute, exactly as the engine sent it. On container events it may be a label.',
      'docker.attribute[execDuration]',
      ({ event }, key) => event.attributes.get(key),
    ),
    ofEvents(
      'boolean',
      'docker.event.synthetic',
      'Whether the event was worked out after a gap.',
      'true',
      ({ synthetic }) => synthetic !== undefined,
    ),
    ofEvents(
      'text',
      'docker.event.basis',
      'What such an event rests on: inspect or list.',
      'inspect',
      ({ synthetic }) => synthetic?.basis,
    ),
    ofEvents(
      'texts',
      'docker.event.shadowed',
      'Keys of this container event that its container is known to carry as labels.',
      'exitCode',
      ({ context }) => context.shadowed,
    ),
    own(
      'text',
      'docker.gap.reason',
      'Why events may be missing: ring_overrun, engine_restarted, engine_replaced, subscriber_dropped, not_known or journal_lost.',
      'ring_overrun',
      (subject) => (subject.kind === 'gap' ? subject.reason : undefined),
    ),
    own(
      'number',
      'docker.gap.lost_at_least',
      'How many events are missing at least, where something tells.',
      '12',
      (subject) => (subject.kind === 'gap' ? subject.atLeast : undefined),
    ),
    own(
      'text',
      'docker.loss.reason',
      'Why entries never reached an exporter: queue_full, storage_full, expired or rejected. Rules do not see losses.',
      'queue_full',
      (subject) => (subject.kind === 'loss' ? subject.reason : undefined),
    ),
    own('number', 'docker.loss.count', 'How many.', '12', (subject) =>
      subject.kind === 'loss' ? subject.count : undefined,
    ),
    own('text', 'docker.loss.exporter', 'The exporter that never got them.', 'otlp_http', (subject) =>
      subject.kind === 'loss' ? subject.exporter : undefined,
    ),
    ofEntry(
      'text',
      'docker.span.name',
      'On spans: run, create, exec, stop, pause, pull or rollout. Rules do not see spans.',
      'run',
      (entry) => (entry.kind === 'span' ? entry.name : undefined),
    ),
    ofEntry('number', 'docker.span.seconds', 'On spans: how long it took.', '12.5', (entry) =>
      entry.kind === 'span' ? secondsBetween(entry.start, entry.end) : undefined,
    ),
    ofEntry('text', 'docker.span.failure', 'On spans that failed: why, in a word.', 'oom_killed', (entry) =>
      entry.kind === 'span' ? entry.failure : undefined,
    ),
    ofEntry(
      'texts',
      'docker.rule.name',
      'On events, the rules that have matched them; on alerts, the rule. In a rule it is missing: none has matched yet.',
      'Container crashed',
      (entry) => {
        if (entry.kind === 'alert') return [entry.rule.name];
        return entry.kind === 'event' ? entry.context.rules : undefined;
      },
    ),
    ofEntry('text', 'docker.rule.priority', 'On alerts, the priority of the rule.', 'Warning', (entry) =>
      entry.kind === 'alert' ? entry.rule.priority : undefined,
    ),
    ofEntry('texts', 'docker.rule.tags', 'On alerts, the tags of the rule.', 'crash', (entry) =>
      entry.kind === 'alert' ? entry.rule.tags : undefined,
    ),
  ],
};

export const ENGINE: FieldGroup = {
  title: 'The engine',
  preface: 'Missing where the engine, or a proxy before it, does not say it.',
  fields: [
    own('text', 'docker.host.name', "The engine's host.", 'node-1', ({ engine }) => engine?.hostName),
    own('text', 'docker.engine.id', 'The engine.', '74VX:B242:BPRW:QV3C', ({ engine }) => engine?.id),
    own('text', 'docker.engine.version', 'Its version.', '29.1.0', ({ engine }) => engine?.version),
    own(
      'text',
      'docker.runtime',
      'docker, podman, or what it calls itself.',
      'docker',
      ({ engine }) => engine?.runtime,
    ),
    own(
      'text',
      'docker.receiver',
      'The receiver that reads it, by its name in the configuration.',
      'docker_events',
      ({ engine }) => engine?.receiver,
    ),
  ],
};
