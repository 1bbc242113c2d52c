/** Words that an attribute can have, by its name with underscores: a query for another one finds nothing, and says nothing. */
import { CATALOGUE } from '../../src/mapping/catalogue.ts';
import type { ExitReason } from '../../src/model/context.ts';
import { type GapReason, type LossReason, RULE_PRIORITIES } from '../../src/model/entry.ts';
import { Severity } from '../../src/model/severity.ts';
import type { CollectorStatus, ExporterState } from '../../src/model/status.ts';

/** Held complete by the compiler: a word that is missing or too many is no value of this type. */
function all<Word extends string>(words: Readonly<Record<Word, true>>): readonly string[] {
  return Object.keys(words);
}

const LOSS_REASONS = all<LossReason>({ queue_full: true, storage_full: true, expired: true, rejected: true });

const KNOWN_VALUES: ReadonlyMap<string, readonly string[]> = new Map([
  [
    'docker_container_exit_reason',
    all<ExitReason>({ completed: true, failed: true, stopped: true, killed: true, oom_killed: true, unknown: true }),
  ],
  ['docker_health_status', ['healthy', 'unhealthy', 'starting']],
  ['docker_health_status', ['healthy', 'unhealthy', 'starting', '_OTHER']],
  ['docker_exec_type', ['healthcheck']],
  ['docker_exec_probe', ['true']],
  ['docker_event_type', Object.keys(CATALOGUE)],
  ['docker_event_action', [...new Set(Object.values(CATALOGUE).flat())]],
  ['docker_events_loss_reason', LOSS_REASONS],
  [
    'docker_events_gap_reason',
    all<GapReason>({
      ring_overrun: true,
      engine_restarted: true,
      engine_replaced: true,
      subscriber_dropped: true,
      not_known: true,
      journal_lost: true,
    }),
  ],
  ['docker_rule_priority', RULE_PRIORITIES],
  ['severity_text', Object.keys(Severity)],
  ['docker_events_otel_state', all<CollectorStatus['state']>({ starting: true, running: true, stopping: true })],
  ['docker_events_otel_exporter_state', all<ExporterState['state']>({ delivering: true, failing: true, off: true })],
]);

/** `a.(b|c)` stands for `a.b` and `a.c`. */
export function alternatives(pattern: string): string[] {
  const [, before, inner, after] = /^(.*)\(([^()]+)\)(.*)$/.exec(pattern) ?? [];
  if (inner === undefined) return pattern.split('|');
  return inner.split('|').map((one) => `${before}${one}${after}`);
}

/** @param value as a matcher has it; empty for an attribute that is absent */
export function valueComplaints(name: string, value: string): string[] {
  const known = KNOWN_VALUES.get(name);
  if (known === undefined || value === '') return [];
  return alternatives(value)
    .filter((word) => !known.includes(word))
    .map((word) => `${name} is never ${word}`);
}
