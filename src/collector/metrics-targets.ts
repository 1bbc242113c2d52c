/** Where metrics are sent: each exporter of each metrics pipeline. */
import { type CollectorConfig, laneName } from '../config/collector-config.ts';
import type { ExporterProblem, ExporterSetup } from '../export/create-exporter.ts';
import { createMetricsExporter } from '../export/create-metrics-exporter.ts';
import type { MetricsTarget } from '../export/metrics-sender.ts';
import type { Result } from '../model/engine.ts';

export async function metricsTargetsOf(
  { metrics }: CollectorConfig,
  setup: ExporterSetup,
): Promise<Result<readonly MetricsTarget[], ExporterProblem>> {
  const targets: MetricsTarget[] = [];
  for (const { name, isImplied, exporters } of metrics) {
    for (const config of exporters) {
      const created = await createMetricsExporter(config, setup);
      if (!created.ok) return created;
      const { exporter, timeoutMs, destination } = created.value;
      targets.push({ name: laneName(name, config.name), isImplied, exporter, timeoutMs, destination });
    }
  }
  return { ok: true, value: targets };
}
