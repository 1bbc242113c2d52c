/** OpenTelemetry's severity numbers, the lowest of each range (logs data model, field SeverityNumber). */
export const Severity = { TRACE: 1, DEBUG: 5, INFO: 9, WARN: 13, ERROR: 17, FATAL: 21 } as const;

export type SeverityName = keyof typeof Severity;
export type SeverityNumber = (typeof Severity)[SeverityName];

const NAMES = new Map<number, SeverityName>(
  Object.entries(Severity).map(([name, number]) => [number, name as SeverityName]),
);

/** `INFO` for 9, and so on. */
export function severityName(severity: SeverityNumber): SeverityName {
  return NAMES.get(severity) ?? 'INFO';
}
