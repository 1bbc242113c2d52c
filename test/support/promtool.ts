/** Prometheus' own check of what a scrape gets (Debian package `prometheus`). */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Undefined where it is not installed. Throws there where it must be: in continuous integration. */
export function findPromtool(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter);
  const found = folders.map((folder) => join(folder, 'promtool')).find((path) => existsSync(path));
  if (found === undefined && (env['CI'] === 'true' || env['DOCKER_EVENTS_OTEL_REQUIRE_PROMTOOL'] === '1')) {
    throw new Error('promtool is required here and not installed; on Debian: apt-get install prometheus');
  }
  return found;
}

/** What it does not like of these metrics; empty where it likes all. */
export function checkMetrics(promtool: string, text: string): string {
  const { status, stdout, stderr } = spawnSync(promtool, ['check', 'metrics'], { input: text, encoding: 'utf8' });
  return status === 0 ? '' : `${stdout}${stderr}` || `promtool ended with ${status}`;
}
