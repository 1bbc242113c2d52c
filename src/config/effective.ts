/** The configuration in effect, as a document that could be used as a file. Secrets are shown as such, and not told. */
import { EXPORTER_SCHEMAS, type ExporterConfig } from '../export/config.ts';
import { storageSchema } from '../journal/config.ts';
import { byteSizeText, durationText } from '../runtime/fields.ts';
import { MASKED, maskText } from '../runtime/mask.ts';
import { Secret } from '../runtime/secret.ts';
import type { CollectorConfig, PipelineConfig } from './collector-config.ts';
import { type JsonSchema, propertiesOf, schemaOf } from './json-schema.ts';
import { PROCESSOR_TYPES, PROCESSORS, receiverSchema } from './schemas.ts';
import { NO_STORAGE } from './storage.ts';

/** YAML. Durations and sizes have their units, as in a file that a person writes. */
export async function printConfig(config: CollectorConfig): Promise<string> {
  const { writeYaml } = await import('./yaml.ts');
  return writeYaml(effectiveDocument(config));
}

/** The same as plain data. A pipeline that has options of its own names them after itself. */
export function effectiveDocument(config: CollectorConfig): unknown {
  const { receivers, journal, storage, rules, pipelines, service } = config;
  const suffix = ({ name }: PipelineConfig) => name.slice('logs'.length);
  const names = (pipeline: PipelineConfig) => PROCESSOR_TYPES.map((type) => `${type}${suffix(pipeline)}`);
  const processors = pipelines.flatMap((pipeline) =>
    PROCESSOR_TYPES.map((type) => [
      `${type}${suffix(pipeline)}`,
      type === 'batch' ? readable(pipeline.batch) : pipeline[type],
    ]),
  );
  const exporters = new Map<string, ExporterConfig>();
  for (const pipeline of pipelines) for (const exporter of pipeline.exporters) exporters.set(exporter.name, exporter);
  return shown({
    receivers: Object.fromEntries(
      receivers.map(({ name, engine, receiver }) => [name, readable({ ...engine, ...receiver, ...journal })]),
    ),
    rules,
    processors: Object.fromEntries(processors),
    exporters: Object.fromEntries([...exporters].map(([name, exporter]) => [name, exporterOptions(exporter)])),
    storage: storage === undefined ? { directory: NO_STORAGE } : readable(storage),
    service: {
      pipelines: Object.fromEntries(
        pipelines.map((pipeline) => [
          pipeline.name,
          {
            receivers: pipeline.receivers,
            processors: names(pipeline),
            exporters: pipeline.exporters.map(({ name }) => name),
          },
        ]),
      ),
      telemetry: { logs: service.log },
      reload_interval: durationText(service.reloadIntervalMs),
      shutdown_timeout: durationText(service.shutdownTimeoutMs),
    },
  });
}

/** Options of ours, not names that a person chose: those may be called as an option is. */
function readable(options: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(options).map(([key, value]: [string, unknown]) => {
      if (typeof value !== 'number') return [key, value];
      if (units().get(key) === 'time') return [key, durationText(value)];
      return [key, units().get(key) === 'bytes' ? byteSizeText(value) : value];
    }),
  );
}

type Units = ReadonlyMap<string, 'time' | 'bytes'>;
let known: Units | undefined;

/** The options that are numbers with a unit, as their defaults are written. */
function units(): Units {
  const schemas = [receiverSchema, PROCESSORS.batch.schema, ...Object.values(EXPORTER_SCHEMAS), storageSchema];
  known ??= new Map(schemas.flatMap((schema) => unitsOf(schemaOf(schema))));
  return known;
}

function unitsOf(schema: JsonSchema): (readonly [string, 'time' | 'bytes'])[] {
  return Object.entries(propertiesOf(schema)).flatMap(([name, property]) => {
    const unit = /^\d+(?:(ms|s|m|h)|[KMG]?i?B)$/.exec(String(property['default']));
    if (unit === null) return unitsOf(property);
    return [[name, unit[1] === undefined ? 'bytes' : 'time'] as const];
  });
}

/** The query of an endpoint is where some backends take their key. */
function exporterOptions({ options }: ExporterConfig): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(readable(options)).map(([key, value]) => {
      if (key === 'endpoint' || key.endsWith('_endpoint')) return [key, withoutQuery(value)];
      return [key, key === 'retry' && typeof value === 'object' && value !== null ? readable(value) : value];
    }),
  );
}

function withoutQuery(endpoint: unknown): unknown {
  return typeof endpoint === 'string' ? endpoint.replace(/\?.+$/s, `?${MASKED}`) : endpoint;
}

const SHOWN_MAX = 4096;

/** A copy in which a secret is a word and text is masked. */
function shown(value: unknown): unknown {
  if (value instanceof Secret) return value.toString();
  if (typeof value === 'string') return maskText(value, SHOWN_MAX);
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (inner === undefined ? [] : [[key, shown(inner)]])),
  );
}
