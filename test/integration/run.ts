/**
 * Runs the integration tests against every engine there is.
 *
 *     node test/integration/run.ts                    an engine is needed
 *     node test/integration/run.ts --when-possible    where there is none, says so and is content, unless one is required
 *
 * Environment:
 *     DOCKER_EVENTS_OTEL_TEST_HOSTS       name=endpoint,… : these engines; else a private dockerd is started (as root)
 *     DOCKER_EVENTS_OTEL_TEST_DOCKERD     the dockerd to start instead of the machine's
 *     DOCKER_EVENTS_OTEL_REQUIRE_ENGINE   1: no engine is a failure; so is CI=true
 *     DOCKER_EVENTS_OTEL_TEST_CLI         what is run: src/cli.ts (the default) or dist/cli.js
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { engineRequired, findEngines } from './engine.ts';

const ROOT = join(import.meta.dirname, '../..');

function tell(text: string): void {
  process.stdout.write(`${text}\n`);
}

function runTests(): number {
  const engines = findEngines(process.env);
  if (engines.kind === 'missing') {
    const content = process.argv.includes('--when-possible') && !engineRequired(process.env);
    tell(`Integration tests ${content ? 'are left out' : 'cannot run'}: ${engines.why}.`);
    return content ? 0 : 1;
  }
  const against =
    engines.kind === 'private'
      ? engines.dockerd
      : engines.hosts.map(({ name, host }) => `${name} (${host})`).join(', ');
  tell(`Integration tests run against ${against}.`);
  const mocha = [
    join(ROOT, 'node_modules/mocha/bin/mocha.js'),
    '--no-config',
    '--extension',
    'ts',
    '--forbid-only',
    '--forbid-pending',
  ];
  const args = [...mocha, '--timeout', '120000', '--reporter', 'spec', 'test/integration/**/*.test.ts'];
  return spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' }).status ?? 1;
}

process.exitCode = runTests();
