/** The configuration in effect, as a document that could be used as a file. Secrets are shown as such, and not told. */
import { EXPORTER_SCHEMAS, type ExporterConfig } from '../export/config.ts';
import { storageSchema } from '../journal/config.ts';
import { byteSizeText, durationText } from '../runtime/fields.ts';
import { MASKED, maskText } from '../runtime/mask.ts';
import { Secret } from '../runtime/secret.ts';
import { NO_LISTEN } from '../telemetry/config.ts';
import type { CollectorConfig, MetricsPipelineConfig, PipelineConfig } from './collector-config.ts';
import { type JsonSchema, propertiesOf, schemaOf } from './json-schema.ts';
import { PROCESSOR_TYPES, PROCESSORS, receiverSchema } from './schemas.ts';
import { NO_STORAGE } from './storage.ts';

/** YAML. Durations and sizes have their units, as in a file that a person writes. */
export async function printConfig(config: CollectorConfig): Promise<string> {
  const { writeYaml } = await import('./yaml.ts');
  return writeYaml(effectiveDocument(config));
}

/** The same as plain data, with the pipelines that nobody wrote. */
function effectiveDocument(config: CollectorConfig): unknown {
  const { receivers, journal, storage, rules, pipelines, metrics, service } = config;
  const processors = new Processors(pipelines);
  const used = [...pipelines, ...metrics].flatMap((pipeline) => pipeline.exporters);
  const exporters = [...used, ...service.logExporters].map((one) => [one.name, exporterOptions(one)] as const);
  return shown({
    receivers: Object.fromEntries(
      receivers.map(({ name, engine, receiver }) => [name, readable({ ...engine, ...receiver, ...journal })]),
    ),
    rules,
    processors: processors.section,
    exporters: Object.fromEntries(exporters),
    storage: storage === undefined ? { directory: NO_STORAGE } : readable(storage),
    service: {
      pipelines: Object.fromEntries([
        ...pipelines.map((pipeline) => [
          pipeline.name,
          { receivers: pipeline.receivers, processors: processors.namesIn(pipeline), ...ends(pipeline) },
        ]),
        ...metrics.map((pipeline) => [pipeline.name, ends(pipeline)]),
      ]),
      telemetry: {
        logs: { ...service.log, exporters: namesOf(service.logExporters) },
        metrics: { interval: durationText(service.metricsIntervalMs) },
        http: { listen: service.listen ?? NO_LISTEN },
      },
      reload_interval: durationText(service.reloadIntervalMs),
      shutdown_timeout: durationText(service.shutdownTimeoutMs),
    },
  });
}

function ends({ exporters, isImplied }: PipelineConfig | MetricsPipelineConfig) {
  return { exporters: namesOf(exporters), ...(isImplied ? { optional: true } : {}) };
}

function namesOf(exporters: readonly ExporterConfig[]): readonly string[] {
  return exporters.map(({ name }) => name);
}

/** The processors, each once: after the first pipeline that has it where that is not the one called `logs`. */
class Processors {
  readonly #names = new Map<object, string>();
  readonly section: Readonly<Record<string, object>>;

  constructor(pipelines: readonly PipelineConfig[]) {
    const section = new Map<string, object>();
    for (const pipeline of pipelines) {
      for (const type of PROCESSOR_TYPES) {
        const options = pipeline[type];
        if (this.#names.has(options)) continue;
        const name = pipeline.name === 'logs' ? type : `${type}/${pipeline.name}`;
        this.#names.set(options, name);
        section.set(name, type === 'batch' ? readable(options) : options);
      }
    }
    this.section = Object.fromEntries(section);
  }

  namesIn(pipeline: PipelineConfig): readonly (string | undefined)[] {
    return PROCESSOR_TYPES.map((type) => this.#names.get(pipeline[type]));
  }
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
