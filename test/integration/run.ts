/**
 * Runs the integration tests against every engine it is given, or else against a private dockerd of this machine.
 *
 *     node test/integration/run.ts [ENGINE…] [--when-possible]
 *
 *     docker-28=/opt/28/dockerd            starts and stops this dockerd privately, as root
 *     podman=unix:///run/podman.sock       uses an engine that runs already, and leaves its own containers behind
 *     --when-possible                      where no engine can be had, says why and is content, unless one is required
 *
 * Environment:
 *     DOCKER_EVENTS_OTEL_ENGINES           ENGINE,… , when there are no arguments
 *     DOCKER_EVENTS_OTEL_REQUIRE_ENGINE    1: no engine is a failure; so is CI=true
 *     DOCKER_EVENTS_OTEL_TEST_CLI          what is run: src/cli.ts (the default) or dist/cli.js
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type Engines, engineRequired, findEngines, startEngine } from './engine.ts';

const ROOT = join(import.meta.dirname, '../..');
const WHEN_POSSIBLE = '--when-possible';

function tell(text: string): void {
  process.stdout.write(`\n  ${text}\n`);
}

/** A dockerd may be there and still not start: in a container without privileges, for example. */
async function whyNot(engines: Engines): Promise<string | undefined> {
  if (engines.kind === 'missing') return engines.why;
  for (const source of engines.sources) {
    try {
      await (await startEngine(source)).stop();
    } catch (error) {
      return `${source.name} does not start: ${error instanceof Error ? error.message : error}`;
    }
  }
  return undefined;
}

async function run(words: readonly string[]): Promise<number> {
  const given = words.filter((word) => word !== WHEN_POSSIBLE);
  const env = given.length === 0 ? process.env : { ...process.env, DOCKER_EVENTS_OTEL_ENGINES: given.join(',') };
  const engines = findEngines(env);
  if (words.includes(WHEN_POSSIBLE) && !engineRequired(env)) {
    const why = await whyNot(engines);
    if (why !== undefined) {
      tell(`The tests against a real engine were left out: ${why}.`);
      return 0;
    }
  }
  if (engines.kind === 'missing') {
    tell(`The tests against a real engine cannot run: ${engines.why}.`);
    return 1;
  }
  const mocha = join(ROOT, 'node_modules/mocha/bin/mocha.js');
  const rules = ['--no-config', '--extension', 'ts', '--forbid-only', '--forbid-pending', '--exit'];
  const leaks = ['--require', './test/support/no-leaks.ts'];
  const args = [
    mocha,
    ...rules,
    ...leaks,
    '--timeout',
    '120000',
    '--reporter',
    'spec',
    'test/integration/**/*.test.ts',
  ];
  return spawnSync(process.execPath, args, { cwd: ROOT, env, stdio: 'inherit' }).status ?? 1;
}

process.exitCode = await run(process.argv.slice(2));
