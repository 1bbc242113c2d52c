/** docs/metrics.md, made from the catalogue. */
import type { MetricDefinition } from '../model/metric.ts';
import { code, tableText } from '../runtime/markdown.ts';
import { METRIC_ATTRIBUTES } from './catalogue/attributes.ts';
import { OWNER } from './catalogue/events.ts';
import { METRIC_GROUPS } from './catalogue.ts';
import { prometheusLabel, prometheusName } from './prometheus-name.ts';

export function metricsDocument(): string {
  const groups = Object.entries(METRIC_GROUPS).map(([title, metrics]) => section(title, metrics));
  return `${[INTRODUCTION, HOW, ...groups, BALANCE, attributesTable()].join('\n\n')}\n`;
}

const INTRODUCTION = `# Metrics

<!-- Made from src/metrics by \`npm run docs\`; do not edit. -->

What the collector counts of the engine's events and of itself, over OTLP and at its Prometheus endpoint. Both have the
same series: the names in the second column are made by OpenTelemetry's rules for Prometheus, and a Prometheus that takes
OTLP makes the same of the first column. \`updown\` is a gauge in Prometheus.

- All counters begin at 0 with the process. Over OTLP they are cumulative, always, and say when that was:
  OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE is not read.
- Series of known values stand at 0 before the first of their kind happens, so that the first one shows as an increase.
- Containers are told by their *owner*: ${OWNER.map(code).join(', ')}, as far as they apply.
  A plain container has \`host.name\` only, because the names of containers have no bound.
- At most 1,000 owners are kept apart, over all hosts, for as long as the process lives. Those that come later are counted
  together, in series with \`otel.metric.overflow="true"\`; the log says so once. Of an owner's names the first 128 characters
  count. More than 100 hosts are counted together likewise.
- What looks like a secret in an owner's names is masked. No pipeline stands before metrics: what it filters, masks by key or
  deletes is in them all the same ([privacy.md](privacy.md#what-leaves)).
- Events are counted when they are put into the journal, whatever a pipeline leaves out of them later. What another engine of
  the same swarm has reported is not counted twice. A death that was worked out after a gap counts.
- \`docker.container.run.duration\` has buckets from a second to four weeks.`;

const HOW = `## How to get them

| wanted | what to set |
| --- | --- |
| read by Prometheus | nothing: \`/metrics\` at \`127.0.0.1:9464\`. From another container \`DOCKER_EVENTS_OTEL_LISTEN=0.0.0.0:9464\`, see [operations.md](operations.md#from-outside-a-container) |
| sent where logs go | nothing: so it is where \`OTEL_EXPORTER_OTLP_ENDPOINT\` is set, every \`OTEL_METRIC_EXPORT_INTERVAL\` (60000 ms) |
| sent elsewhere | \`OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://host:4318/v1/metrics\` |
| read by Prometheus, and sent nowhere | \`OTEL_METRICS_EXPORTER=prometheus\` |
| seen on this terminal | \`OTEL_METRICS_EXPORTER=console\`: lines, without what stands at 0, or JSON with all of it where the output is no terminal |
| not to be had at all | \`OTEL_METRICS_EXPORTER=none\` and \`DOCKER_EVENTS_OTEL_LISTEN=none\` |

In a file that is \`service.pipelines.metrics\`, \`service.telemetry.metrics.interval\` and
\`service.telemetry.http.listen\` ([configuration.md](configuration.md#pipelines)); a file with pipelines, and none for
metrics, sends none. For Prometheus:

\`\`\`yaml
rule_files: [prometheus-rules.yaml] # otel-config/prometheus-rules.yaml
scrape_configs:
  - job_name: docker-events-otel # the alert that nobody answers goes by this name
    static_configs:
      - targets: [localhost:9464]
\`\`\`

A backend that has no metrics (404, 405, 501, UNIMPLEMENTED) is told once in the log, and gets none until the next start,
where nobody asked for them by name.`;

const BALANCE = `## What must balance

At every moment, in the metrics' last words:

- \`received + synthetic = refused + deduplicated + accepted\`
- for each exporter: \`carried_over + appended = exported + filtered + passed_over + rejected + dropped + waiting\`, where
  \`exported\` is \`otel.sdk.exporter.*.exported\` without an error.type and \`rejected\` the same with error.type \`rejected\`

What was decoded is \`received - refused\`; what was journaled, spans and gaps included, \`appended\`.
\`docker-events-otel status\` shows the same numbers.`;

function section(title: string, metrics: readonly MetricDefinition[]): string {
  const head = ['metric', 'in Prometheus', 'kind', 'unit', 'meaning', 'attributes'];
  const rows = metrics.map((metric) => [
    code(metric.name),
    code(prometheusName(metric)),
    metric.kind,
    code(metric.unit),
    metric.description,
    attributesOf(metric),
  ]);
  return `## ${title}\n\n${tableText(head, rows)}`;
}

/** What owners are told by is said once, above the tables. */
function attributesOf({ attributes }: MetricDefinition): string {
  const isByOwner = OWNER.every((name) => attributes.includes(name));
  const own = isByOwner ? attributes.filter((name) => !OWNER.some((of) => of === name)) : attributes;
  return [...own.map(code), ...(isByOwner ? ['*owner*'] : [])].join(', ');
}

function attributesTable(): string {
  const head = ['attribute', 'in Prometheus', 'meaning', 'example'];
  const rows = Object.entries(METRIC_ATTRIBUTES).map(([name, { meaning, example }]) => [
    code(name),
    code(prometheusLabel(name)),
    meaning,
    code(example),
  ]);
  return `## Attributes\n\n${tableText(head, rows)}`;
}
