/** docs/configuration.md, made from the schemas, so that no option can be undocumented. */
import { EXPORTER_SCHEMAS, EXPORTER_TYPE_ALIASES } from '../export/config.ts';
import { storageSchema } from '../journal/config.ts';
import { rulesSchema } from '../rules/config.ts';
import { code, tableText } from '../runtime/markdown.ts';
import { VARIABLES } from './environment.ts';
import { type JsonSchema, propertiesOf, schemaOf } from './json-schema.ts';
import {
  PIPELINES,
  PROCESSOR_TYPES,
  PROCESSORS,
  type ProcessorType,
  RECEIVER,
  receiverAliases,
  receiverSchema,
  serviceSchema,
} from './schemas.ts';

export function optionsDocument(): string {
  const exporterAliases = Object.entries(EXPORTER_TYPE_ALIASES);
  return [
    INTRODUCTION,
    `## \`receivers.${RECEIVER}\`\n`,
    RECEIVERS,
    table(schemaOf(receiverSchema), receiverAliases),
    '## `rules`\n',
    RULES,
    table(schemaOf(rulesSchema), {}),
    ...PROCESSOR_TYPES.flatMap((type) => [
      `## \`processors.${type}\`\n`,
      PROCESSOR_NOTES[type],
      table(schemaOf(PROCESSORS[type].schema), PROCESSORS[type].aliases),
    ]).filter((part) => part !== ''),
    ...Object.entries(EXPORTER_SCHEMAS).flatMap(([type, schema]) => {
      const alias = exporterAliases.find(([, known]) => known === type)?.[0];
      const also = alias === undefined ? '' : `Also written \`${alias}\`, as in the OpenTelemetry Collector.\n`;
      return [`## \`exporters.${type}\`\n`, also, table(schemaOf(schema), {})].filter((part) => part !== '');
    }),
    '## `storage`\n',
    STORAGE,
    table(schemaOf(storageSchema), {}),
    '## `service`\n',
    table(schemaOf(serviceSchema), {}),
    PIPELINE_NOTES,
    ...Object.entries(PIPELINES).flatMap(([signal, schema]) => [
      `### \`service.pipelines.${signal}\`, \`service.pipelines.${signal}/NAME\`\n`,
      table(schemaOf(schema), {}),
    ]),
    environment(),
    LOGTAIL,
  ].join('\n');
}

const INTRODUCTION = `<!-- Made by \`npm run docs\` from the sources. Do not edit. -->
# Configuration

Nothing needs to be configured: without a file the engine is found as the docker command finds it, and events go to
\`OTEL_EXPORTER_OTLP_ENDPOINT\` if that is set, else to the terminal. A file has the shape that users of the OpenTelemetry
Collector know:

\`\`\`
docker-events-otel run --config FILE          or DOCKER_EVENTS_OTEL_CONFIG=FILE
docker-events-otel check FILE                 everything that is wrong with it, with lines
docker-events-otel config --config FILE       the configuration in effect, secrets masked
\`\`\`

- Arguments win over the file, the file over the environment, the environment over the defaults.
- \`\${env:NAME}\` puts the environment in, \`\${env:NAME:-text}\` with a default; \`$$\` is a dollar sign. A variable that is not
  set and has no default is an error.
- Keys that are not known are errors, and all errors are told at once.
- A component is \`type\` or \`type/name\`. Without \`service.pipelines\` logs go to every exporter, and traces and metrics to
  those of them that speak OTLP.
- An exporter with an endpoint of its own takes nothing from \`OTEL_EXPORTER_OTLP_*\`: headers there are secrets for another
  backend.
- A relative path, of a file or of a folder, begins at the folder that the process is started in.
- \`otel-config/docker-events-otel.yaml\` shows every option with its default, and
  \`otel-config/docker-events-otel.schema.json\` helps editors:

\`\`\`yaml
# yaml-language-server: $schema=./docker-events-otel.schema.json
\`\`\`
`;

const RECEIVERS = `An engine, its event stream and the queue. Several engines are read by several receivers, each with a name of its own:

\`\`\`yaml
receivers:
  docker_events: # the engine that DOCKER_HOST, DOCKER_CONTEXT or this machine names
  docker_events/edge: {host: ssh://me@edge}
  docker_events/lab: {context: lab}
\`\`\`

- Each engine is named once: two receivers of one engine would tell everything twice. At most one receiver has neither
  host nor context, and what the environment says of an engine (\`DOCKER_HOST\`, \`DOCKER_EVENTS_OTEL_HOST_NAME\`) is its.
- \`--host\` and \`--context\` replace the engine of the only receiver, and are refused beside several.
- A pipeline reads every receiver, or those that it names. A receiver that no pipeline names is not read.
- There is one queue, of which the largest size that a receiver has counts.
`;

const RULES = `What matters is told as a record of its own. See [rules.md](rules.md). Rules are looked for once, for all pipelines.
`;

const PROCESSOR_NOTES: Readonly<Record<ProcessorType, string>> = {
  filter: 'What is left out, on purpose and counted. See [filtering.md](filtering.md).\n',
  redact: 'What is masked, before anything else is made of an event. See [privacy.md](privacy.md).\n',
  mapping: '',
  attributes: 'Changes of finished records, in their order. See [filtering.md](filtering.md).\n',
  batch: '',
};

const STORAGE = `The journal: what waits for a backend, and what a restart has to know. With it nothing is lost by a restart, and nothing
is told twice. It is on by default. Where no folder is named it is in the first of these that applies:

| folder | where it applies |
| --- | --- |
| \`$STATE_DIRECTORY\` | a systemd unit with \`StateDirectory=\` |
| \`/var/lib/docker-events-otel\` | Linux as root, and the container image |
| \`$XDG_STATE_HOME/docker-events-otel\`, \`~/.local/state/docker-events-otel\` | Linux and other systems |
| \`~/Library/Application Support/docker-events-otel\` | macOS |
| \`%LOCALAPPDATA%\\docker-events-otel\` | Windows |

\`--storage FOLDER\` wins over \`storage.directory\`, and that over \`DOCKER_EVENTS_OTEL_STORAGE\`; \`none\` at any of them turns it
off. \`try\` keeps nothing unless \`--storage\` is given, and \`replay\` never does: a recording that is played twice is sent
twice. \`docker-events-otel journal\` looks at it, also while a collector runs.
`;

const PIPELINE_NOTES = `### Pipelines

Records of events, alerts and gaps go through pipelines for logs, spans of container runs through pipelines for traces, and
metrics to the exporters of pipelines for metrics.

- A file that has pipelines gets these and no others: one that has only \`logs\` sends no traces and no metrics.
- Without pipelines there is one for each signal. Logs go to every exporter. Traces and metrics go to the OTLP exporters that
  have an address for them: \`endpoint\`, or one of their own (\`traces_endpoint\`, \`metrics_endpoint\`). They are \`optional\`
  then, unless all of these exporters have an address of their own for them: a backend that does not take them is told once,
  and gets no more of them until a restart.
- \`OTEL_TRACES_EXPORTER\` and \`OTEL_METRICS_EXPORTER\` decide over what nobody wrote: \`none\` turns it off, and \`otlp\` makes
  what was optional wanted. Without a file they decide as \`OTEL_LOGS_EXPORTER\` does for logs, and \`otlp\` is what they are
  where \`OTEL_EXPORTER_OTLP_ENDPOINT\` or an address of the signal's own is set.
- \`-e\`, \`--endpoint\` and \`--protocol\` replace the exporters of every pipeline; a pipeline that can use none of
  them is left out. Where nobody wrote pipelines, \`-e console\` is for logs alone.
- Metrics can be read at \`service.telemetry.http.listen\`, whether or not they are sent anywhere. Those of a recording
  (\`replay\`) are not sent, because they would be taken for those of the collector that runs;
  \`OTEL_METRICS_EXPORTER=console\` shows them.
`;

const LOGTAIL = `## A Logtail configuration

is accepted as a file as it is. Records then carry Logtail's keys beside the usual ones (views \`otel\` and \`logtail\`);
\`--view logtail\` leaves the usual ones out. Traces and metrics are not sent. Its other inputs, processors and flushers have
no effect here, which is told.

\`\`\`json
{"inputs": [{"type": "service_docker_event", "detail": {"EventQueueSize": 10, "IgnoreAttributes": false}}]}
\`\`\`
`;

function environment(): string {
  const rows = [...VARIABLES].map(([name, meaning]) => `| \`${name}\` | ${meaning} |`);
  return `## Environment

| variable | meaning |
| --- | --- |
${rows.join('\n')}
| \`DOCKER_HOST\`, \`DOCKER_CONTEXT\`, \`DOCKER_CONFIG\`, \`DOCKER_TLS_VERIFY\`, \`DOCKER_CERT_PATH\`, \`DOCKER_API_VERSION\` | the engine, as the docker command reads them |
| \`OTEL_EXPORTER_OTLP_ENDPOINT\`, \`_PROTOCOL\`, \`_HEADERS\`, \`_COMPRESSION\`, \`_TIMEOUT\`, \`_CERTIFICATE\`, \`_CLIENT_KEY\`, \`_CLIENT_CERTIFICATE\`, \`_INSECURE\` | the OTLP exporter; the forms for one signal (\`OTEL_EXPORTER_OTLP_LOGS_\`, \`_TRACES_\`, \`_METRICS_\`) win one by one |
| \`OTEL_LOGS_EXPORTER\` | \`otlp\`, \`console\`, both, or \`none\`, where no file names exporters |
| \`OTEL_TRACES_EXPORTER\` | \`otlp\`, \`console\`, both, or \`none\`, where no file has pipelines |
| \`OTEL_METRICS_EXPORTER\` | \`otlp\`, \`console\`, \`prometheus\` (not sent, only read at \`service.telemetry.http.listen\`), several with commas, or \`none\`, where no file has pipelines |
| \`OTEL_METRIC_EXPORT_INTERVAL\` | \`service.telemetry.metrics.interval\`, in milliseconds |
| \`OTEL_SERVICE_NAME\`, \`OTEL_RESOURCE_ATTRIBUTES\` | the resource |
`;
}

function table(schema: JsonSchema, aliases: Readonly<Record<string, string>>): string {
  return `${tableText(['option', 'default', 'meaning'], rowsOf(schema, '', aliases))}\n`;
}

function rowsOf(schema: JsonSchema, prefix: string, aliases: Readonly<Record<string, string>>): string[][] {
  return Object.entries(propertiesOf(schema)).flatMap(([name, property]) => {
    const alias = Object.entries(aliases).find(([, known]) => known === name)?.[0];
    const also = alias === undefined ? '' : ` Also \`${alias}\`.`;
    const meaning = `${String(property['description'] ?? '')}${also}`;
    const inner = rowsOf(property, `${prefix}${name}.`, {});
    const usual = inner.length > 0 ? '' : valueText(property['default']);
    return [[code(`${prefix}${name}`), usual, meaning], ...inner];
  });
}

function valueText(value: unknown): string {
  return value === undefined ? '' : code(typeof value === 'string' ? value : JSON.stringify(value));
}
