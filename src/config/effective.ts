/** The configuration in effect, as a document that could be used as a file. Secrets are shown as such, and not told. */
import type { ExporterConfig } from '../export/config.ts';
import { maskText } from '../runtime/mask.ts';
import { Secret } from '../runtime/secret.ts';
import type { CollectorConfig, PipelineConfig } from './collector-config.ts';
import { RECEIVER } from './schemas.ts';

/** YAML. Durations are in milliseconds and sizes in bytes, as the program has them. */
export async function printConfig(config: CollectorConfig): Promise<string> {
  const { writeYaml } = await import('./yaml.ts');
  return writeYaml(effectiveDocument(config));
}

/** The same as plain data. A pipeline that has options of its own names them after itself. */
export function effectiveDocument({ engine, receiver, journal, pipelines, service }: CollectorConfig): unknown {
  const suffix = ({ name }: PipelineConfig) => name.slice('logs'.length);
  const processors = pipelines.flatMap((pipeline) => [
    [`mapping${suffix(pipeline)}`, pipeline.mapping],
    [`batch${suffix(pipeline)}`, pipeline.batch],
  ]);
  const exporters = new Map<string, ExporterConfig>();
  for (const pipeline of pipelines) for (const exporter of pipeline.exporters) exporters.set(exporter.name, exporter);
  return shown({
    receivers: { [RECEIVER]: { ...engine, ...receiver, ...journal } },
    processors: Object.fromEntries(processors),
    exporters: Object.fromEntries([...exporters].map(([name, { options }]) => [name, options])),
    service: {
      pipelines: Object.fromEntries(
        pipelines.map((pipeline) => [
          pipeline.name,
          {
            receivers: [RECEIVER],
            processors: [`mapping${suffix(pipeline)}`, `batch${suffix(pipeline)}`],
            exporters: pipeline.exporters.map(({ name }) => name),
          },
        ]),
      ),
      telemetry: { logs: service.log },
      shutdown_timeout: service.shutdownTimeoutMs,
    },
  });
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
