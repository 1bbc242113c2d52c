/** The rules files as text: those that come with the program, then those that the configuration names, in their order. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RulesOptions } from './config.ts';

export const BUNDLED_RULES = fileURLToPath(new URL('../../otel-config/rules/bundled.yaml', import.meta.url));

export interface RulesFile {
  readonly path: string;
  readonly text: string;
}

export interface ReadFiles {
  readonly files: readonly RulesFile[];
  /** What has to be looked at to know whether something has changed; folders too. */
  readonly watched: readonly string[];
  /** A finished line for each that cannot be read. */
  readonly problems: readonly string[];
}

export async function readRulesFiles({ bundled, files }: Pick<RulesOptions, 'bundled' | 'files'>): Promise<ReadFiles> {
  const read: RulesFile[] = [];
  const watched: string[] = [];
  const problems: string[] = [];
  for (const path of bundled ? [BUNDLED_RULES, ...files] : files) {
    watched.push(path);
    try {
      for (const file of await filesAt(path)) {
        if (file !== path) watched.push(file);
        read.push({ path: file, text: await readFile(file, 'utf8') });
      }
    } catch (error) {
      problems.push(`${path}: expected a rules file or a folder of them, which cannot be read: ${reasonOf(error)}.`);
    }
  }
  return { files: read, watched, problems };
}

/** A folder stands for what is in it and is named as YAML, in the order of the names. */
async function filesAt(path: string): Promise<readonly string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const names = await readdir(path);
  return names
    .filter((name) => /^[^.].*\.ya?ml$/i.test(name))
    .sort()
    .map((name) => join(path, name));
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  if (code === 'ENOENT') return 'there is none. A relative path begins at the folder that the process is started in';
  if (code === 'EACCES') return 'this process may not read it (EACCES)';
  return code ?? String(error);
}
