/** A problem as the line that a person reads; editors and terminals make a link of its beginning. */
import type { ConfigProblem } from '../model/config-problem.ts';

/** `otelcol.yaml:12:5: exporters.otlp_http.timeuot: expected …, got …. Did you mean "timeout"?` */
export function problemText({ path, line, column, expected, got, nearest }: ConfigProblem, file?: string): string {
  const place = file === undefined || line === undefined ? '' : `${file}:${line}:${column ?? 1}: `;
  const where = path === '' ? '' : `${path}: `;
  const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
  return `${place}${where}expected ${expected}, got ${got}.${hint}`;
}
