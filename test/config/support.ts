import assert from 'node:assert/strict';
import type { CollectorConfig, ConfigArguments } from '../../src/config/collector-config.ts';
import { type LoadedConfig, loadConfig } from '../../src/config/load.ts';
import { problemText } from '../../src/config/problem-text.ts';
import type { Machine } from '../../src/runtime/machine.ts';

export interface Sources {
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly args?: ConfigArguments | undefined;
  readonly machine?: Machine;
}

/** What is wrong with a file, one line each, as a person reads it. */
export async function problemsOf(
  text: string | undefined,
  { env = {}, args = {}, machine }: Sources = {},
): Promise<string[]> {
  const loaded = await loadConfig({
    file: text === undefined ? undefined : { path: 'c.yaml', text },
    env,
    args,
    machine,
  });
  return loaded.ok ? [] : loaded.problem.map((problem) => problemText(problem, 'c.yaml'));
}

/** What a file comes down to; fails when anything is wrong with it. */
export async function loaded(text?: string, { env = {}, args = {}, machine }: Sources = {}): Promise<LoadedConfig> {
  const result = await loadConfig({
    file: text === undefined ? undefined : { path: 'c.yaml', text },
    env,
    args,
    machine,
  });
  assert.ok(result.ok, result.ok ? '' : result.problem.map((problem) => problemText(problem, 'c.yaml')).join('\n'));
  return result.value;
}

/** Pipelines with their exporters, `traces: otlp_http console`; a question mark for those that are optional. */
export function shapeOf({ pipelines, metrics }: CollectorConfig): string[] {
  return [...pipelines, ...metrics].map(
    ({ name, isImplied, exporters }) =>
      `${name}${isImplied ? '?' : ''}: ${exporters.map((exporter) => exporter.name).join(' ')}`,
  );
}
