/** What the commands tell of a collector's life. */
import type { EngineProblem } from '../model/engine.ts';
import type { Happening } from '../model/telemetry.ts';
import { sendsText } from './text.ts';

export function configWarning(message: string): Happening {
  return { name: 'config.warning', level: 'warn', message };
}

export function started(version: string, source: string, destinations: readonly string[]): Happening {
  return {
    name: 'collector.started',
    level: 'info',
    message: `docker-events-otel ${version} reads ${source} and ${sendsText(destinations)}.`,
    fields: { version, source, destinations: destinations.join(', ') },
  };
}

/** @param rules how many are asked now */
export function reloaded(rules: number): Happening {
  return {
    name: 'config.reloaded',
    level: 'info',
    message: `The configuration was read again. ${rules === 1 ? '1 rule is' : `${rules} rules are`} asked from now on.`,
    fields: { rules },
  };
}

/** @param problems finished lines */
export function reloadRefused(problems: readonly string[]): Happening {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return {
    name: 'config.reload_refused',
    level: 'error',
    message: `The configuration was read again and has ${count}. What runs goes on unchanged. ${problems.join(' ')}`,
    fields: { problems: problems.length },
    isAnswer: true,
  };
}

export function restartNeeded(): Happening {
  return {
    name: 'config.restart_needed',
    level: 'warn',
    message:
      'The configuration has changes that need a restart: of receivers, exporters, batches, storage, pipelines or the service. Rules and the other processors were taken over.',
    isAnswer: true,
  };
}

export function stopping(why: string, timeoutMs: number): Happening {
  return {
    name: 'collector.stopping',
    level: 'info',
    message: `Stopping because of ${why}: delivering what waits, for at most ${timeoutMs / 1000} s (shutdown_timeout). A second signal ends at once.`,
    fields: { why, timeout_ms: timeoutMs },
  };
}

export function outputGone(): Happening {
  return {
    name: 'collector.output_gone',
    level: 'warn',
    message: 'Nobody reads the output any more, and records go nowhere else. Stopping.',
  };
}

/** @param events without records that tell of matches, gaps and losses */
export function stopped(events: number, spans: number): Happening {
  const spansText = spans === 0 ? '' : ` and ${spans === 1 ? '1 span' : `${spans} spans`}`;
  const were = events === 1 && spans === 0 ? 'was' : 'were';
  return {
    name: 'collector.stopped',
    level: 'info',
    message: `Stopped. ${events === 1 ? '1 event' : `${events} events`}${spansText} ${were} delivered in all.`,
    fields: { records_exported: events, spans_exported: spans },
  };
}

export function stoppedLate(timeoutMs: number): Happening {
  return {
    name: 'collector.stopped_late',
    level: 'error',
    message: `Stopped at the end of shutdown_timeout (${timeoutMs / 1000} s) with work left.`,
    fields: { timeout_ms: timeoutMs },
  };
}

export function sourceFailed(problem: EngineProblem): Happening {
  return { name: 'collector.source_failed', level: 'error', message: problem.message, fields: { code: problem.code } };
}

export function noEvents(source: string): Happening {
  return {
    name: 'replay.no_events',
    level: 'error',
    message: `There is no event in the ${source}, only lines of another form. Make one with: docker events --format '{{json .}}' > FILE`,
    fields: { source },
  };
}
