/**
 * The record that tells that a rule has matched.
 *
 * It is told of the event or gap that matched, so it has its time, its engine and all of its attributes in the views that
 * were chosen, and says besides which rule it was. Its body is the rule's output, filled in from the entry that is given
 * here: a masked one gives a masked body.
 */
import { FIELDS } from '../condition/fields.ts';
import { compileOutput, type Output } from '../condition/output.ts';
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

/** Rules files have a few hundred outputs; those of many reloads are not kept. */
const OUTPUTS_MAX = 1024;

const OUTPUTS = new Map<string, Output>();

/**
 * An output by its text, compiled once. One that an earlier program has let pass, and this one does not, is told as it was
 * written: the alert matters more than its wording.
 */
function outputOf(text: string): Output {
  const known = OUTPUTS.get(text);
  if (known !== undefined) return known;
  const compiled = compileOutput(text, FIELDS);
  const output = compiled.ok ? compiled.value : () => text;
  if (OUTPUTS.size >= OUTPUTS_MAX) OUTPUTS.clear();
  OUTPUTS.set(text, output);
  return output;
}

/** @param record of the event or gap that the rule has matched; its attributes become those of the alert */
export function mapAlert(alert: AlertEntry, { attributes, timestamp, resource, span }: LogRecord): LogRecord {
  const { uid, about, observedAt } = alert;
  const { name, description, priority, tags, output, matches } = alert.rule;
  put(attributes, 'log.record.uid', uid);
  put(attributes, 'security_rule.name', name);
  if (description !== '') put(attributes, 'security_rule.description', description);
  put(attributes, 'docker.rule.priority', priority);
  if (tags.length > 0) put(attributes, 'docker.rule.tags', tags);
  if (matches !== undefined) put(attributes, 'docker.rule.matches', matches);
  put(attributes, 'docker.rule.event_uid', about.uid);
  return {
    eventName: RULE_MATCH,
    timestamp,
    observedTimestamp: observedAt,
    severity: PRIORITY_SEVERITIES[priority],
    body: cut(escapeControls(outputOf(output)(alert).trim()), BODY_LENGTH_MAX),
    attributes,
    resource,
    span,
  };
}
