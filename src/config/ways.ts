/**
 * Which exporters get which signal where no pipeline says so.
 *
 * - Logs go to every exporter that was named: by the command line, or else by the file, or else by OTEL_LOGS_EXPORTER; and
 *   where none was, over OTLP if the environment has an endpoint for them, and else to this terminal.
 * - Traces and metrics go to those of the same exporters that speak OTLP and have an address for them. Nobody has asked for
 *   them by name then, and so they are implied: a backend that does not take them is no failure.
 * - OTEL_TRACES_EXPORTER and OTEL_METRICS_EXPORTER ask for them, or say `none`. Beside named exporters they choose among
 *   those. `prometheus` is the address where metrics can be read, and no exporter.
 */
import { SIGNALS, type Signal } from '../export/config.ts';
import type { EnvironmentLayer } from './environment.ts';
import { consoleExporter, otlpExporter } from './exporters.ts';
import type { Findings } from './layer.ts';
import { isOtlp, type NamedExporter } from './named-exporter.ts';
import { named } from './node.ts';
import type { PipelineParts, Way, Ways } from './pipelines.ts';
import { problemAt } from './problem.ts';

export interface WaySources extends Pick<PipelineParts, 'chosen' | 'exporters'> {
  readonly environment: EnvironmentLayer;
  /** Nothing but logs, whatever else is there. */
  readonly hasLogsOnly: boolean;
  /** Whether metrics can be read somewhere. */
  readonly isListening: boolean;
}

export function waysOf(sources: WaySources, findings: Findings): Ways {
  const { chosen, exporters, hasLogsOnly, environment } = sources;
  if (!sources.isListening && environment.otlp.signals.metrics.exporters?.includes('prometheus') === true) {
    findings.warnings.push(UNREADABLE);
  }
  const given = chosen ?? (exporters.size > 0 ? [...exporters.values()] : undefined);
  if (given === undefined) return waysOfEnvironment(sources, findings);
  const logs = given.filter((exporter) => exporter.address('logs') !== 'none');
  const way = (signal: Signal) => (hasLogsOnly ? NO_WAY : wayAmong(given, signal, sources));
  return { logs: { exporters: logs, isImplied: false }, traces: way('traces'), metrics: way('metrics') };
}

const UNREADABLE =
  'OTEL_METRICS_EXPORTER names prometheus, but metrics can be read nowhere: service.telemetry.http.listen is none.';

const NO_WAY: Way = { exporters: [], isImplied: false };

function wayAmong(given: readonly NamedExporter[], signal: Signal, { environment }: WaySources): Way {
  const words = environment.otlp.signals[signal].exporters ?? ['otlp'];
  const exporters = given.filter((exporter) => {
    if (words.includes('none')) return false;
    const type = exporter.type(signal);
    if (isOtlp(type)) return words.includes('otlp') && exporter.address(signal) !== 'none';
    return type === 'console' && words.includes('console');
  });
  return { exporters, isImplied: isImplied(exporters, signal, environment) };
}

function waysOfEnvironment({ environment, hasLogsOnly, isListening }: WaySources, findings: Findings): Ways {
  const { signals } = environment.otlp;
  const otlp = otlpExporter({}, environment, findings);
  const terminal = consoleExporter(findings);
  const way = (signal: Signal): Way => {
    const usual = signals[signal].hasEndpoint ? 'otlp' : signal === 'logs' ? 'console' : 'none';
    const words = signals[signal].exporters ?? [usual];
    if (words.includes('none') || (hasLogsOnly && signal !== 'logs')) return NO_WAY;
    const exporters = words.flatMap((word) => (word === 'otlp' ? [otlp] : word === 'console' ? [terminal] : []));
    return { exporters, isImplied: signal !== 'logs' && isImplied(exporters, signal, environment) };
  };
  const ways = { logs: way('logs'), traces: way('traces'), metrics: way('metrics') };
  const isRead = isListening && signals.metrics.exporters?.includes('prometheus') === true;
  if (!isRead && SIGNALS.every((signal) => ways[signal].exporters.length === 0)) {
    const expected = 'otlp, console, or both: without an exporter there is nothing to run for';
    findings.problems.push(problemAt(named('OTEL_LOGS_EXPORTER'), expected, '"none"'));
  }
  return ways;
}

/** Somebody asks for a signal who names its exporter, or an address for it alone. */
function isImplied(exporters: readonly NamedExporter[], signal: Signal, { otlp }: EnvironmentLayer): boolean {
  if (otlp.signals[signal].exporters !== undefined) return false;
  return !exporters.every((exporter) => exporter.address(signal) === 'own');
}
