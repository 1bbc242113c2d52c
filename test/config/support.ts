import assert from 'node:assert/strict';
import type { ConfigArguments } from '../../src/config/collector-config.ts';
import { type LoadedConfig, loadConfig } from '../../src/config/load.ts';
import { problemText } from '../../src/config/problem-text.ts';

export interface Sources {
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: ConfigArguments;
}

/** What is wrong with a file, one line each, as a person reads it. */
export async function problemsOf(text: string | undefined, { env = {}, args = {} }: Sources = {}): Promise<string[]> {
  const loaded = await loadConfig({ file: text === undefined ? undefined : { path: 'c.yaml', text }, env, args });
  return loaded.ok ? [] : loaded.problem.map((problem) => problemText(problem, 'c.yaml'));
}

/** What a file comes down to; fails when anything is wrong with it. */
export async function loaded(text?: string, { env = {}, args = {} }: Sources = {}): Promise<LoadedConfig> {
  const result = await loadConfig({ file: text === undefined ? undefined : { path: 'c.yaml', text }, env, args });
  assert.ok(result.ok, result.ok ? '' : result.problem.map((problem) => problemText(problem, 'c.yaml')).join('\n'));
  return result.value;
}
