/**
 * How serious an event is: the one table. The first row that fits decides; what fits none is INFO.
 *
 * The measure: would the person on call want to be told (ERROR), want to see it when looking for a cause (WARN), want it
 * in the history (INFO), or only when looking closely at one container (DEBUG)?
 */
import { Severity, type SeverityName, type SeverityNumber } from '../model/severity.ts';
import type { EventType } from './catalogue.ts';
import type { Facts } from './types/type-mapping.ts';

export interface SeverityRow {
  readonly type: EventType;
  readonly actions: readonly string[];
  /** The condition in words, for the documentation; undefined where there is none. */
  readonly when?: string;
  readonly holds?: (facts: Facts) => boolean;
  readonly severity: SeverityName;
  readonly why: string;
}

const exitedFor = (...reasons: readonly string[]) => {
  return ({ context }: Facts) => context.exit !== undefined && reasons.includes(context.exit.reason);
};

const attributeIs = (name: string, ...values: readonly string[]) => {
  return ({ attributes }: Facts) => {
    const value = attributes[name];
    return typeof value === 'string' && values.includes(value);
  };
};

export const SEVERITY_ROWS: readonly SeverityRow[] = [
  {
    type: 'container',
    actions: ['die'],
    when: 'it failed, or the kernel killed it for want of memory',
    holds: exitedFor('failed', 'oom_killed'),
    severity: 'ERROR',
    why: 'a crash',
  },
  {
    type: 'container',
    actions: ['die'],
    when: 'it had finished, or somebody asked for it',
    holds: exitedFor('completed', 'stopped', 'killed'),
    severity: 'INFO',
    why: 'intended, whatever the exit code',
  },
  {
    type: 'container',
    actions: ['die'],
    when: 'nothing else is known and the exit code is 0',
    holds: ({ context, attributes }) => context.exit === undefined && attributes['process.exit.code'] === 0,
    severity: 'INFO',
    why: 'nothing went wrong',
  },
  {
    type: 'container',
    actions: ['die'],
    severity: 'WARN',
    why: 'whether it was a crash cannot be told',
  },
  {
    type: 'container',
    actions: ['oom'],
    severity: 'ERROR',
    why: 'work was lost, even where the container lives on',
  },
  {
    type: 'container',
    actions: ['health_status'],
    when: 'unhealthy',
    holds: attributeIs('docker.health.status', 'unhealthy'),
    severity: 'WARN',
    why: 'it still runs, and the engine does nothing about it; where swarm kills it for that, a `die` follows',
  },
  {
    type: 'container',
    actions: ['exec_create', 'exec_start', 'exec_detach', 'exec_die', 'top', 'attach', 'detach', 'resize'],
    severity: 'DEBUG',
    why: 'health checks and people looking around; the bulk of many event streams',
  },
  {
    type: 'container',
    actions: ['prune'],
    severity: 'WARN',
    why: 'the logs and files of every stopped container are gone',
  },
  { type: 'image', actions: ['prune'], severity: 'WARN', why: 'many images are gone at once' },
  { type: 'volume', actions: ['destroy', 'prune'], severity: 'WARN', why: 'data is gone' },
  { type: 'network', actions: ['prune'], severity: 'WARN', why: 'many networks are gone at once' },
  {
    type: 'node',
    actions: ['update'],
    when: 'its state is now down, disconnected or unknown, or managers cannot reach it',
    holds: (facts) =>
      attributeIs('docker.node.state.new', 'down', 'disconnected', 'unknown')(facts) ||
      attributeIs('docker.node.reachability.new', 'unreachable')(facts),
    severity: 'WARN',
    why: 'its tasks move elsewhere',
  },
  { type: 'node', actions: ['remove'], severity: 'WARN', why: 'the cluster is smaller' },
  {
    type: 'service',
    actions: ['update'],
    when: 'the roll-out paused or is rolled back',
    holds: attributeIs(
      'docker.service.update_state.new',
      'paused',
      'rollback_started',
      'rollback_paused',
      'rollback_completed',
    ),
    severity: 'WARN',
    why: 'the new version did not come up',
  },
  { type: 'service', actions: ['remove'], severity: 'WARN', why: 'all its tasks end' },
];

/** The table cut down to one action, so that nothing is searched for each event. */
export function severityOf(type: string, action: string): (facts: Facts) => SeverityNumber {
  const rows = SEVERITY_ROWS.filter((row) => row.type === type && row.actions.includes(action));
  return (facts) => {
    for (const row of rows) if (row.holds === undefined || row.holds(facts)) return Severity[row.severity];
    return Severity.INFO;
  };
}
