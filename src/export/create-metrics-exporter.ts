/** From an exporter's configuration to one for metrics: over the transports that logs and traces take, or to this output. */
import type { MetricsReport } from '../model/metric.ts';
import { classifyError } from './classify.ts';
import type { ExporterConfig } from './config.ts';
import { type Created, createConsole, createOtlp, type ExporterSetup } from './create-exporter.ts';
import { type Exporter, resultOf } from './exporter.ts';
import type { ConsoleForms, OtlpForms } from './forms.ts';
import { jsonMetrics, loadMetricsRequest, protobufMetrics } from './otlp/metrics-encoding.ts';

const METRIC_FORMS: OtlpForms<MetricsReport> & ConsoleForms<MetricsReport> = {
  signal: 'metrics',
  protobuf: async () => protobufMetrics,
  jsonExporter: async (parts) => {
    const { OtlpHttpExporter } = await import('./otlp/http-exporter.ts');
    return OtlpHttpExporter.create({ ...parts, encoding: jsonMetrics });
  },
  line: async (style) => (await import('./console/metrics-line.ts')).createMetricsLineFormat(style),
  json: async () => (await import('./console/metrics-json.ts')).formatMetricsJson,
};

/** Nothing is connected to before the first export. */
export async function createMetricsExporter(
  config: ExporterConfig,
  setup: ExporterSetup,
): Promise<Created<MetricsReport>> {
  if (config.type === 'console') return createConsole(config.options, setup, METRIC_FORMS);
  if (config.type === 'file') {
    const message = `exporters.${config.name} cannot send metrics: only otlp_http, otlp_grpc and console can. They can also be read at the address of service.telemetry.http.listen.`;
    return { ok: false, problem: { message } };
  }
  const created = await createOtlp(config, setup.clock, METRIC_FORMS);
  return created.ok ? { ok: true, value: { ...created.value, exporter: loadedLate(created.value.exporter) } } : created;
}

function loadedLate(exporter: Exporter<MetricsReport>): Exporter<MetricsReport> {
  return {
    export(reports, done, signal) {
      loadMetricsRequest()
        .then(() => exporter.export(reports, done, signal))
        .catch((error: unknown) => done(resultOf({ ...classifyError(error), reason: 'exporter_threw' })));
    },
    shutdown: () => exporter.shutdown(),
  };
}
