/**
 * `replay`: recorded events through the whole pipeline, once, as fast as the pipeline takes them.
 *
 * Nothing is kept: a journal would know the events of a recording that is played a second time, and send none of them.
 * Metrics go to this output alone: over OTLP they would be those of the collector that runs on this machine, by the same name,
 * and what happened back then would be counted as of now.
 */
import type { CollectorConfig } from '../config/collector-config.ts';
import type { LoadedConfig } from '../config/load.ts';
import { NO_STORAGE } from '../config/storage.ts';
import type { Result } from '../model/engine.ts';
import { noEvents, outputGone, sourceFailed, stopping } from './happenings.ts';
import { loadOptions, type SharedOptions } from './options.ts';
import { createSession, type Session, tellProblems } from './session.ts';
import { type CommandWorld, EXIT, type ExitCode } from './world.ts';

export async function replay(world: CommandWorld, options: SharedOptions, file: string): Promise<ExitCode> {
  const { storage = NO_STORAGE } = options;
  if (storage !== NO_STORAGE) return tellProblems(world, [KEEPS_NOTHING]);
  const loaded = await loadOptions(world, { ...options, storage });
  if (!loaded.ok) return tellProblems(world, loaded.problem);
  const opened = await openRecording(world, loaded.value, file);
  return opened.ok ? play(world, opened.value) : tellProblems(world, opened.problem);
}

const KEEPS_NOTHING =
  '--storage: expected none or no storage at all, since a recording that is played twice is sent twice and nothing of it is kept. Leave it out.';

/** A session that plays a file in the place of every engine. */
export function openRecording(
  world: CommandWorld,
  { config, warnings }: LoadedConfig,
  file: string,
): Promise<Result<Session, readonly string[]>> {
  const isCut = config.metrics.some((pipeline) => !pipeline.isImplied && pipeline.exporters.some(sendsAway));
  return createSession(world, { config: played(config), warnings: isCut ? [...warnings, NO_METRICS] : warnings }, file);
}

const NO_METRICS =
  'Metrics of a recording are not sent: they would be taken for those of the collector that runs here. OTEL_METRICS_EXPORTER=console shows them.';

/** One receiver reads the file, and every pipeline reads that receiver. */
function played(config: CollectorConfig): CollectorConfig {
  const receivers = config.receivers.slice(0, 1);
  const names = receivers.map(({ name }) => name);
  const pipelines = config.pipelines.map((pipeline) => ({ ...pipeline, receivers: names }));
  const metrics = config.metrics
    .map((pipeline) => ({ ...pipeline, exporters: pipeline.exporters.filter((exporter) => !sendsAway(exporter)) }))
    .filter(({ exporters }) => exporters.length > 0);
  return { ...config, receivers, pipelines, metrics, storage: undefined };
}

function sendsAway({ type }: { readonly type: string }): boolean {
  return type !== 'console';
}

/** Plays a session's recording to its end, or to the first signal. Failed when an event of it is not with every backend. */
export async function play(world: CommandWorld, session: Session): Promise<ExitCode> {
  const { collector, telemetry, config } = session;
  const isStarted = await session.start();
  if (!isStarted.ok) return tellProblems(world, isStarted.problem, EXIT.failed);
  const end = await Promise.race([
    collector.finished.then((problem) => ({ problem })),
    world.stop.then((signal) => ({ signal })),
    session.outputGone.then(() => undefined),
  ]);
  if (end === undefined) {
    telemetry.report(outputGone());
    await session.stop(0);
    return EXIT.failed;
  }
  if ('signal' in end) telemetry.report(stopping(end.signal, config.service.shutdownTimeoutMs));
  else if (end.problem !== undefined) telemetry.report(sourceFailed(end.problem));
  const { isLate, lost, accepted, refused } = await session.stop();
  const isForeign = accepted === 0 && refused > 0;
  if (isForeign) telemetry.report(noEvents(collector.source));
  const isWhole = 'problem' in end && end.problem === undefined && !isForeign && !isLate && lost === 0;
  return isWhole ? EXIT.ok : EXIT.failed;
}
