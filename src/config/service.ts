/** What of a configuration is about the collector itself: its log, its metrics, and how it runs. */

import type { ExporterConfig } from '../export/config.ts';
import { addressText, isLoopback, parseListen } from '../telemetry/config.ts';
import { check } from './check.ts';
import type { ServiceConfig } from './collector-config.ts';
import type { FileExporters } from './exporters.ts';
import type { Findings, Layer } from './layer.ts';
import { isOtlp } from './named-exporter.ts';
import { type MapNode, overlay } from './node.ts';
import { exporterOf, wordsOf } from './pipelines.ts';
import { problemAt, quoted } from './problem.ts';
import { serviceSchema } from './schemas.ts';

export function serviceOf(
  section: MapNode,
  { below, above }: { readonly below: Layer; readonly above: Layer },
  exporters: FileExporters,
  findings: Findings,
): Omit<ServiceConfig, 'resourceAttributes'> {
  const node = overlay(above.service, overlay(section, below.service));
  const result = check(node, serviceSchema);
  if (!result.ok) findings.problems.push(...result.problem);
  const options = result.ok ? result.value : serviceSchema.parse({});
  const { logs, metrics, http } = options.telemetry;
  return {
    reloadIntervalMs: options.reload_interval,
    shutdownTimeoutMs: options.shutdown_timeout,
    log: { level: logs.level, format: logs.format },
    logExporters: logExporters(node, exporters, findings),
    metricsIntervalMs: metrics.interval,
    listen: listenOf(http.listen, findings),
  };
}

function logExporters(service: MapNode, exporters: FileExporters, findings: Findings): readonly ExporterConfig[] {
  const telemetry = service.entries.get('telemetry')?.value;
  const logs = telemetry?.kind === 'map' ? telemetry.entries.get('logs')?.value : undefined;
  if (logs?.kind !== 'map') return [];
  const found = wordsOf(logs, 'exporters').flatMap((word) => {
    const exporter = exporterOf(word, exporters, findings);
    if (exporter === undefined) return [];
    const config = exporter.config('logs');
    if (isOtlp(exporter.type('logs'))) return config === undefined ? [] : [config];
    const expected = "an OTLP exporter, since the collector's own log is sent by no other";
    findings.problems.push(problemAt(word.place, expected, quoted(word.text)));
    return [];
  });
  return [...new Set(found)];
}

/** As a URL has it; undefined for nowhere. */
function listenOf(written: string, { warnings }: Findings): string | undefined {
  const address = parseListen(written);
  if (address === undefined) return undefined;
  const text = addressText(address);
  if (!isLoopback(address.host)) {
    warnings.push(
      `Health, status and metrics can be read at ${text} by whoever reaches this machine: no password is asked for there.`,
    );
  }
  return text;
}
