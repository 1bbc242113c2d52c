/** What is told of sending metrics. */
import type { Happening } from '../model/telemetry.ts';
import { maskText } from '../runtime/mask.ts';
import type { AttemptOutcome } from './exporter.ts';
import { adviceFor } from './happenings.ts';

/** How a report was not sent, or not all of it. */
export type NotSent = Exclude<AttemptOutcome, { kind: 'delivered' }>;

const NEXT = 'Nothing is lost by it: the next report holds all counts.';

export function metricsNotSent(name: string, outcome: NotSent): Happening {
  return {
    name: 'export.metrics_not_sent',
    level: 'warn',
    message: `Metrics could not be sent by ${name}: ${whyText(outcome)} ${NEXT}`,
    fields: { exporter: name },
  };
}

/** The same in its status. */
export function metricsTroubleText(outcome: NotSent): string {
  return `Metrics could not be sent: ${whyText(outcome)} ${NEXT}`;
}

function whyText(outcome: NotSent): string {
  const { detail } = outcome;
  return outcome.kind === 'misconfigured' ? `${detail}. ${adviceFor(outcome, 'metrics')}.` : `${detail}.`;
}

/** For further tries, where the trouble was told already. */
export function metricsStillNotSent(name: string, detail: string, times: number): Happening {
  return {
    name: 'export.metrics_still_not_sent',
    level: 'debug',
    message: `Metrics still cannot be sent by ${name} after ${times} tries: ${detail}.`,
    fields: { exporter: name, times },
  };
}

export function metricsSentAgain(name: string, times: number): Happening {
  return {
    name: 'export.metrics_sent_again',
    level: 'info',
    message: `Metrics are sent by ${name} again, after ${times} failed ${times === 1 ? 'try' : 'tries'}.`,
    fields: { exporter: name, times },
  };
}

export function metricsPartlyRejected(name: string, rejected: number, detail: string | undefined): Happening {
  const what = rejected === 0 ? 'took all metrics, with a warning' : `rejected ${rejected} points of the metrics`;
  return {
    name: 'export.metrics_partly_rejected',
    level: 'warn',
    message: `The backend of ${name} ${what}${detail === undefined ? '' : `: ${detail}`}.`,
    fields: { exporter: name, rejected },
  };
}

/** Said once; none are sent there any more. */
export function metricsOff(name: string, detail: string): Happening {
  return {
    name: 'export.metrics_off',
    level: 'warn',
    message: `The backend of ${name} does not take metrics: ${detail}. None are sent there until the next start. Set OTEL_METRICS_EXPORTER=none to leave them out for good, or name a backend for them (OTEL_EXPORTER_OTLP_METRICS_ENDPOINT).`,
    fields: { exporter: name },
  };
}

export function metricsNotCollected(error: unknown): Happening {
  const reason = maskText(error instanceof Error ? error.message : String(error), 300);
  return {
    name: 'export.metrics_not_collected',
    level: 'error',
    message: `Metrics could not be put together: ${reason}. This is a fault of the collector; please report it.`,
  };
}
