/**
 * OpenTelemetry's severity numbers by their short names: the lowest of each range, and those that the priorities of rules
 * come to (logs data model, field SeverityNumber).
 */
export const Severity = {
  TRACE: 1,
  DEBUG: 5,
  INFO: 9,
  INFO2: 10,
  WARN: 13,
  ERROR: 17,
  ERROR2: 18,
  ERROR3: 19,
  FATAL: 21,
} as const;

export type SeverityName = keyof typeof Severity;
export type SeverityNumber = (typeof Severity)[SeverityName];

const NAMES = new Map<number, SeverityName>(
  Object.entries(Severity).map(([name, number]) => [number, name as SeverityName]),
);

/** `INFO` for 9, and so on. */
export function severityName(severity: SeverityNumber): SeverityName {
  return NAMES.get(severity) ?? 'INFO';
}
