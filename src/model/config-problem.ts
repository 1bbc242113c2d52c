/** One thing that is wrong with a configuration. All of them are told at once. */
export interface ConfigProblem {
  /** Where, as a person would say it: `exporters.otlp_http.endpoint`. */
  readonly path: string;
  /** Line and column in the file, counted from 1; undefined for problems that come from the environment or arguments. */
  readonly line: number | undefined;
  readonly column: number | undefined;
  readonly expected: string;
  /** What was found instead; secrets masked. */
  readonly got: string;
  /** The nearest known key, where a key is unknown. */
  readonly nearest: string | undefined;
}
