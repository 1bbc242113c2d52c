/** docs/attributes.md, made from the registry and the severity table. */
import type { SpanName } from '../model/entry.ts';
import { severityName } from '../model/severity.ts';
import { code, tableText } from '../runtime/markdown.ts';
import { PRIORITY_SEVERITIES } from './alert.ts';
import { CATALOGUE } from './catalogue.ts';
import type { Definition } from './registry/definition.ts';
import { GROUPS, TEMPLATES } from './registry.ts';
import { SEVERITY_ROWS } from './severity.ts';
import { SPAN_NAMES } from './span.ts';

export function attributesDocument(): string {
  return `${[
    INTRODUCTION,
    ...Object.entries(GROUPS).map(([title, group]) => section(title, Object.entries(group))),
    section(
      'Names that end in a key of somebody else',
      Object.entries(TEMPLATES).map(([prefix, definition]) => [`${prefix}<key>`, definition]),
    ),
    LABELS,
    SEVERITY,
    severityTable(),
    ALERTS,
    priorityTable(),
    EXITS,
    SPANS,
    spanTable(),
    SPAN_DETAILS,
    EVENT_NAMES,
    catalogueTable(),
  ].join('\n\n')}\n`;
}

const INTRODUCTION = `# What a record holds

<!-- Made from src/mapping by \`npm run docs\`; do not edit. -->

Each event of the engine becomes one OpenTelemetry log record:

| field | what it holds |
| --- | --- |
| Timestamp | the engine's time, to the nanosecond; absent where the engine gives none |
| ObservedTimestamp | when this collector read the event; the same in every retry |
| EventName | \`docker.<type>.<action>\`, one of few (see the end of this page) |
| SeverityNumber | from the table below |
| Body | one sentence for a person; control characters are escaped. Of a command line it holds the program only |
| Attributes | the tables below |
| TraceId, SpanId | of the span that it belongs to, where it belongs to one (see "Spans") |
| Resource | the engine: the same set for every record of it |

Names marked *semconv* are OpenTelemetry's semantic conventions. All others are this project's, or those of the view that
they belong to. No name is the namespace of another one, but for \`docker.swarm.task\` of the Falco view.`;

const LABELS = `## Labels, and what a label can shadow

The engine merges a container's labels over the attributes that it writes itself; only \`image\` and \`name\` win against a
label. A container labelled \`exitCode=999\` that exits with 3 tells of 999. So a value becomes a typed attribute only
when the key is the engine's own on that action, the value is one that the engine can have written, and the container is
not known to carry a label of that name (its \`create\` or the engine's list shows it). Otherwise it is kept as \`container.label.<key>\`, and
\`docker.event.shadowed\` names the key. What cannot be told: a plausible label on a container that was neither seen created
nor listed.

Labels of orchestrators stand under a name of their own, and not a second time as \`container.label.<key>\`; a value that
does not fit (a container number that is no number) stays a label. Labels of images are \`docker.image.label.<key>\`.

The views \`falco\` and \`logtail\` repeat the engine's words unchecked, as those tools do: there, a label can pass for an
exit code. Beside another view, an attribute key of the logtail view that is also a name of this page is not written, so
that no label passes for one of our attributes; \`docker.event.shadowed\` names it. The same holds for a label that has the
name of one of Logtail's four keys.`;

const SEVERITY = `## Severity

The measure: would the person on call want to be told (ERROR), want to see it when looking for a cause (WARN), want it in
the history (INFO), or only when looking closely at one container (DEBUG)? The first row that fits decides. What fits
none is INFO. That includes \`kill\`: it is somebody's will, every \`docker stop\` sends one, and what came of it is told
by the \`die\` that follows.`;

const ALERTS = `## Alerts

A rule that matches is told by a record of its own, EventName \`docker.rule.match\`: its body is the rule's output, it has
the time, the resource and all attributes of the event or gap that matched, and those of the table "Rules" above. Its
\`log.record.uid\` is its own; \`docker.rule.event_uid\` leads to the record of the event, which names its rules in
\`docker.event.rules\`. An alert waits for no batch. Its severity is the priority of the rule, as the logs data model maps
that of syslog:`;

const EXITS = `## How a run ended

\`docker.container.exit.reason\` is decided when the \`die\` is read, in the light of the signals and \`oom\` events before it.

| reason | intended | meaning |
| --- | --- | --- |
| completed | yes | exit code 0, and nobody asked it to stop |
| stopped | yes | somebody asked it to stop, and it did, whatever the exit code |
| killed | yes | somebody sent SIGKILL, as \`docker stop\` does when its patience ends |
| failed | no | another exit code, and nobody asked: a crash |
| oom_killed | no | the kernel killed it for want of memory |
| unknown | no | no readable exit code, and nobody asked |

\`error.type\` is there on a crash only: \`oom_killed\`; the name of the signal for 128 + n (\`SIGSEGV\` for 139, \`SIGKILL\` for
137); else \`exit_code_<n>\`. The sentence says what some codes mean by custom: 125 the engine could not run it, 126 its
command cannot be executed, 127 its command was not found, 137 by SIGKILL, 139 by SIGSEGV, 143 by SIGTERM.`;

const SPANS = `## Spans

Where a pipeline takes traces, what took time becomes a span of the kind INTERNAL. Its times are those of the events that
began and ended it, to the nanosecond; \`docker.span.estimated\` says where one of them was not seen.`;

const SPAN_DETAILS = `A span has the attributes of the container, image or service that it is of, labels included: those of the event that ended
it, by the names of the tables above, whatever views records have. What that event says of what happened (an exit code,
how the run ended, a signal) is on the span that it is about, not on others that ended with it. \`docker.event.*\`,
\`docker.actor.id\` and \`log.record.uid\` are for records only.

The status is ERROR where it failed: the run of a container that crashed or that the kernel killed, an exec that gave
another exit code than 0 or could not be started, a rollout that was rolled back. Then \`error.type\` is a word that says why
(\`failed\`, \`oom_killed\`; \`exit_code\`, \`not_started\`; \`paused\`, \`rolled_back\`, \`rollback_paused\`; the exit code is
in \`process.exit.code\`), and the status has a sentence. Otherwise the status is left unset.

**Ids** are derived from what happened: the trace id from the container's id and the start of the run, the image's
reference and the time of the pull, or the service's id and the begin of the rollout; the span id from that, the span's name and,
of an exec, its id, of a pause, its begin. So a repeat is the same span, and the records of a run have its ids before the run has ended: records of
an exec those of the exec, all others of a container those of its run. A secret in an image's reference is masked before, so
that pipelines that mask in different ways give such a pull different ids.

**Resource**: that of the engine, with \`service.name\` from the first of these that is there: the label
\`resource.opentelemetry.io/service.name\`, the swarm service, the Compose service, the container's name; of a rollout the
service. \`service.namespace\` is the label \`resource.opentelemetry.io/service.namespace\`, the stack or the Compose project. The
configured service.name is for spans of no container and no service: pulls. Other resource attributes that are configured
win. \`service.instance.id\` is left out, because it would make a resource for each container; \`container.id\` is
an attribute.`;

const EVENT_NAMES = `## Event names

\`docker.<type>.<action>\` with \`-\` written as \`_\`. The command of an exec and the state of a health check are attributes,
never part of the name. A type or action that is not in this list passes through as itself: lower case, everything but
letters and digits written as \`_\`, cut at 64 characters, and an action at its first colon.

An event that was worked out after a gap has the name of the event that the engine did not send, and
\`docker.event.synthetic\`. Its times, exit code and the like are the engine's; where the engine does not say them, they are
absent, the timestamp included.

Besides, \`docker.rule.match\` tells that a rule has matched, and the collector tells of what is missing: \`docker.events.gap\` (WARN: events of the engine that nobody can read any
more), \`docker.events.dropped\` (WARN: more waited, or for longer, than event_queue_size, storage.max_size or
storage.max_age allow) and \`docker.events.rejected\` (ERROR: the backend refused them for good).`;

const SPAN_KINDS: readonly SpanName[] = ['run', 'create', 'exec', 'stop', 'pause', 'pull', 'rollout'];

const SPAN_MEANINGS: Readonly<Record<SpanName, string>> = {
  run: 'from `start` to `die` of a container: the root of its trace; it links to the run before, and to the rollout during which it ended',
  create: 'from `create` to the first `start`; below the first run',
  exec: 'from `exec_start` to `exec_die`, which the engine sends of each exec that it has started; without one, and where no events are missing, it could not be started and takes no time; below the run',
  stop: 'from the first signal that asked the run to end, to `die`; below the run',
  pause: 'from `pause` to `unpause`, or to the end of the run; below the run',
  pull: 'of an image: the engine tells of its end only, so that it takes no time; a trace of its own',
  rollout:
    "of a swarm service's update: from `updating` until it is completed, rolled back, paused for good or replaced by the next; a trace of its own",
};

function section(title: string, rows: readonly (readonly [name: string, definition: Definition])[]): string {
  const cells = rows.map(([name, { type, source, meaning, present, example }]) => [
    code(name),
    type,
    source,
    meaning,
    present,
    code(JSON.stringify(example)),
  ]);
  const head = ['attribute', 'type', 'source', 'meaning', 'present on', 'example'];
  return `## ${title}\n\n${tableText(head, cells)}`;
}

function severityTable(): string {
  const head = ['type', 'actions', 'when', 'severity', 'why'];
  const rows = SEVERITY_ROWS.map(({ type, actions, when = '', severity, why }) => [
    type,
    actions.join(', '),
    when,
    severity,
    why,
  ]);
  return tableText(head, rows);
}

function priorityTable(): string {
  const head = ['priority', 'severity', 'SeverityNumber'];
  const rows = Object.entries(PRIORITY_SEVERITIES).map(([priority, number]) => [
    priority,
    severityName(number),
    String(number),
  ]);
  return tableText(head, rows);
}

function spanTable(): string {
  const rows = SPAN_KINDS.map((name) => [code(SPAN_NAMES[name]), SPAN_MEANINGS[name]]);
  return tableText(['span', 'from, to, and where it stands'], rows);
}

function catalogueTable(): string {
  const rows = Object.entries(CATALOGUE).map(([type, actions]) => [type, actions.join(', ')]);
  return tableText(['type', 'actions'], rows);
}
