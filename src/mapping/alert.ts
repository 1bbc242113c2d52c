/**
 * The record that tells that a rule has matched.
 *
 * It is told of the event or gap that matched, so it has its time, its engine and all of its attributes, and says besides
 * which rule it was.
 */
import type { AlertEntry, RulePriority } from '../model/entry.ts';
import { RULE_MATCH } from '../model/event-name.ts';
import type { LogRecord } from '../model/log-record.ts';
import { Severity, type SeverityNumber } from '../model/severity.ts';
import { escapeControls } from '../runtime/mask.ts';
import { put } from './registry.ts';
import { cut } from './types/type-mapping.ts';

const BODY_LENGTH_MAX = 1024;

/** As the logs data model has it for the priorities of syslog, which Falco's are. */
export const PRIORITY_SEVERITIES: Readonly<Record<RulePriority, SeverityNumber>> = {
  Emergency: Severity.FATAL,
  Alert: Severity.ERROR3,
  Critical: Severity.ERROR2,
  Error: Severity.ERROR,
  Warning: Severity.WARN,
  Notice: Severity.INFO2,
  Informational: Severity.INFO,
  Debug: Severity.DEBUG,
};

/** @param about the record of what the rule has matched; its attributes become those of the alert */
export function mapAlert({ uid, rule, about, observedAt }: AlertEntry, { attributes, ...of }: LogRecord): LogRecord {
  const { name, description, priority, tags, output, matches } = rule;
  put(attributes, 'log.record.uid', uid);
  put(attributes, 'security_rule.name', name);
  if (description !== '') put(attributes, 'security_rule.description', description);
  put(attributes, 'docker.rule.priority', priority);
  if (tags.length > 0) put(attributes, 'docker.rule.tags', tags);
  if (matches !== undefined) put(attributes, 'docker.rule.matches', matches);
  put(attributes, 'docker.rule.event_uid', about.uid);
  return {
    eventName: RULE_MATCH,
    timestamp: of.timestamp,
    observedTimestamp: observedAt,
    severity: PRIORITY_SEVERITIES[priority],
    body: cut(escapeControls(output), BODY_LENGTH_MAX),
    attributes,
    resource: of.resource,
  };
}
