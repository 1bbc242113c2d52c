/** From an exporter's configuration to one for metrics: over the transports that logs and traces take, and no others. */
import type { MetricsReport } from '../model/metric.ts';
import type { Clock } from '../runtime/clock.ts';
import type { ExporterConfig } from './config.ts';
import { type Created, createOtlp } from './create-exporter.ts';
import type { OtlpForms } from './forms.ts';

const METRIC_FORMS: OtlpForms<MetricsReport> = {
  signal: 'metrics',
  protobuf: async () => (await import('./otlp/metrics-request.ts')).protobufMetrics,
  jsonExporter: async (parts) => {
    const [{ OtlpHttpExporter }, { jsonMetrics }] = await Promise.all([
      import('./otlp/http-exporter.ts'),
      import('./otlp/metrics-request.ts'),
    ]);
    return OtlpHttpExporter.create({ ...parts, encoding: jsonMetrics });
  },
};

/** Nothing is connected to before the first export. */
export async function createMetricsExporter(config: ExporterConfig, clock: Clock): Promise<Created<MetricsReport>> {
  if (config.type === 'otlp_http' || config.type === 'otlp_grpc') return createOtlp(config, clock, METRIC_FORMS);
  const message = `exporters.${config.name} cannot send metrics: only otlp_http and otlp_grpc can. They can also be read at the address of service.telemetry.http.listen.`;
  return { ok: false, problem: { message } };
}
