/**
 * `try`, which `npm start` runs: the shortest way to see something. With an engine it is `run` with a few words more;
 * without one it says so, and plays a recording of a real engine through the same pipeline, marked as one before, after
 * and on each record. `run` never does that.
 */
import { fileURLToPath } from 'node:url';
import about from '../../package.json' with { type: 'json' };
import type { CollectorConfig } from '../config/collector-config.ts';
import type { LoadedConfig } from '../config/load.ts';
import { NO_STORAGE } from '../config/storage.ts';
import type { EngineProblem } from '../model/engine.ts';
import { loadOptions, type SharedOptions } from './options.ts';
import { Reloader } from './reload.ts';
import { openRecording, play } from './replay.ts';
import { runUntilStopped } from './run.ts';
import { createSession, type Session, tellProblems } from './session.ts';
import { type CommandWorld, EXIT, type ExitCode } from './world.ts';

const RECORDING = fileURLToPath(new URL('../../recordings/engine-28.ndjson', import.meta.url));

export async function tryOut(world: CommandWorld, options: SharedOptions): Promise<ExitCode> {
  // Somebody looks on: lines for people, wherever they go, and nothing is left behind that was not asked for.
  const shown = { logFormat: 'text', storage: NO_STORAGE, ...options };
  const loaded = await loadOptions(world, shown);
  if (!loaded.ok) return tellProblems(world, loaded.problem);
  const live = await createSession(world, loaded.value);
  if (!live.ok) return tellProblems(world, live.problem);
  const leaving = new AbortController();
  const stopped = world.stop.then(() => leaving.abort());
  const problem = await live.value.collector.tryEngine(leaving.signal);
  if (leaving.signal.aborted) {
    await stopped;
    return EXIT.ok;
  }
  if (problem === undefined) {
    say(world, `docker-events-otel ${about.version} shows what happens in ${live.value.collector.source}.`);
    say(world, whereTo(world, live.value));
    return runUntilStopped(world, live.value, new Reloader(world, shown));
  }
  return playRecording(world, loaded.value, problem);
}

async function playRecording(world: CommandWorld, loaded: LoadedConfig, problem: EngineProblem): Promise<ExitCode> {
  // Its warnings have been told.
  const recorded = await openRecording(world, { ...loaded, warnings: [] }, RECORDING);
  if (!recorded.ok) return tellProblems(world, recorded.problem);
  say(world, `There is no Docker Engine to read from. ${problem.message}`);
  say(world, whereTo(world, recorded.value));
  say(world, `${MARK} What follows is a recording of a real engine (Docker 28.5.2), not this machine. ${MARK}`);
  const code = await play(world, recorded.value);
  say(world, `${MARK} End of the recording. ${MARK}`);
  say(world, `With an engine in reach, ${commandOf(world)} shows its own events.`);
  return code;
}

const MARK = '-----';

function whereTo(world: CommandWorld, { collector, config }: Session): string {
  const { destinations } = collector;
  const goes = destinations.length === 0 ? 'Records go nowhere.' : `Records go to ${destinations.join(', ')}.`;
  if (sendsAway(config)) return goes;
  return `${goes} To send them to a backend that speaks OTLP:\n\n    OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 ${commandOf(world)}\n`;
}

function sendsAway({ pipelines }: CollectorConfig): boolean {
  return pipelines.some(({ exporters }) => exporters.some(({ type }) => type === 'otlp_http' || type === 'otlp_grpc'));
}

/** How this was started, for somebody who types it again. */
function commandOf({ env }: CommandWorld): string {
  return env['npm_lifecycle_event'] === 'start' ? 'npm start' : 'docker-events-otel try';
}

function say({ stderr }: CommandWorld, text: string): void {
  stderr.write(`${text}\n`);
}
