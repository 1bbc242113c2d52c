/** The parts of a configuration document, put together from the options of each stage. */
import { z } from 'zod';
import * as engine from '../engine/config.ts';
import { BATCH_ALIASES, batchSchema } from '../export/config.ts';
import * as journal from '../journal/config.ts';
import * as mapping from '../mapping/config.ts';
import { attributesSchema, filterSchema, redactSchema } from '../processing/config.ts';
import * as receiver from '../receiver/config.ts';
import { duration } from '../runtime/fields.ts';
import * as telemetry from '../telemetry/config.ts';

/** The one kind of receiver. Its options are those of the engine, the stream and the queue. */
export const RECEIVER = 'docker_events';

export const receiverSchema = z.strictObject({
  ...engine.schema.shape,
  ...receiver.schema.shape,
  ...journal.schema.shape,
});

export const receiverAliases = { ...engine.aliases, ...receiver.aliases, ...journal.aliases };

export const PROCESSORS = {
  filter: { schema: filterSchema, aliases: {} },
  redact: { schema: redactSchema, aliases: {} },
  mapping: { schema: mapping.schema, aliases: mapping.aliases },
  attributes: { schema: attributesSchema, aliases: {} },
  batch: { schema: batchSchema, aliases: BATCH_ALIASES },
} as const;

export type ProcessorType = keyof typeof PROCESSORS;
export const PROCESSOR_TYPES = Object.keys(PROCESSORS) as readonly ProcessorType[];

const names = (description: string) => z.array(z.string()).optional().meta({ description });

const exporters = (description: string) =>
  z.array(z.string()).min(1, { error: 'at least one exporter' }).meta({ description });

const PLACES = 'Each exporter has its own place in the queue: none holds up another.';

const optional = z.boolean({ error: 'true or false' }).default(false).meta({
  description:
    'Nothing is wrong where a backend does not take this signal: it is told once, and no more is sent there until a restart. So are the pipelines that nobody wrote.',
});

const logsPipeline = z.strictObject({
  receivers: z.array(z.string()).min(1, { error: 'at least one receiver' }).optional().meta({
    description: 'What is read: docker_events, docker_events/NAME. Without it every receiver.',
  }),
  processors: names(
    'At most one of each kind: filter, redact, mapping, attributes, batch. Their order here means nothing. Of a kind that is not named here, the one that has the name of its kind, or its defaults.',
  ),
  exporters: exporters(`Where records go. ${PLACES}`),
});

/** A pipeline by what goes through it. */
export const PIPELINES = {
  logs: logsPipeline,
  traces: z.strictObject({ ...logsPipeline.shape, exporters: exporters(`Where spans go. ${PLACES}`), optional }),
  metrics: z.strictObject({
    exporters: exporters('Where metrics are sent: OTLP exporters, or console. They are of all that is read.'),
    optional,
  }),
} as const;

export const serviceSchema = z.strictObject({
  pipelines: z.record(z.string(), z.unknown()).optional().meta({
    description:
      'logs, traces and metrics, or logs/NAME for several with views and batches of their own. What no pipeline is for is not sent. Without any: logs to every exporter, and traces and metrics to those of them that speak OTLP.',
  }),
  telemetry: telemetry.schema.prefault({}).meta({ description: 'How the collector tells of itself.' }),
  reload_interval: duration({ minMs: 0, maxMs: 3_600_000 }).prefault('5s').meta({
    description:
      'How often it is looked whether the configuration or a rules file has changed; rules, filter, redact and attributes are then taken over, as on SIGHUP. 0 turns it off.',
  }),
  shutdown_timeout: duration({ minMs: 100, maxMs: 3_600_000 }).prefault('10s').meta({
    description: 'How long a stop may take; what waits in memory then is given up, and told.',
  }),
});

export const SECTIONS = ['receivers', 'rules', 'processors', 'exporters', 'storage', 'service'] as const;
