/**
 * One collector for the length of a command: put together from the options, started, and stopped within its deadline.
 */
import about from '../../package.json' with { type: 'json' };
import { createOwnLog, teed } from '../collector/health.ts';
import {
  type CollectorSetup,
  createCollector,
  createLog,
  createTelemetry,
  type Log,
  type RunningCollector,
  systemSurroundings,
} from '../collector.ts';
import type { CollectorConfig } from '../config/collector-config.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Result } from '../model/engine.ts';
import { StorageInUseError } from '../model/journal.ts';
import type { Counter, Tallies, Telemetry } from '../model/telemetry.ts';
import { deadline } from '../runtime/clock.ts';
import { configWarning, started, stopped, stoppedLate } from './happenings.ts';
import { loadOptions, type SharedOptions } from './options.ts';
import { type CommandWorld, EXIT, type ExitCode } from './world.ts';

export interface Session {
  readonly config: CollectorConfig;
  readonly telemetry: Telemetry;
  readonly collector: RunningCollector;
  /** Tells where events come from and where records go, and starts the collector; resolves with what keeps it from that. */
  start(): Promise<Result<void, readonly string[]>>;
  /** Resolves when records cannot be written any more: they go to the output alone, and its reader is gone. */
  readonly outputGone: Promise<void>;
  /**
   * Delivers what waits, for `withinMs` at most (shutdown_timeout), and writes the log to its end. Resolves with how it
   * went, and is safe without a start.
   */
  stop(withinMs?: number): Promise<StopReport>;
}

export interface StopReport {
  /** The deadline had passed. */
  readonly isLate: boolean;
  /** Events that were read and not known already. */
  readonly accepted: number;
  /** Lines that are no event. */
  readonly refused: number;
  readonly exported: number;
  /** Spans that a backend has. */
  readonly spans: number;
  /** Records that no backend has, and none will: refused for good, given up, or left at the end without storage. */
  readonly lost: number;
}

/** Writes what is wrong to stderr, one line each. */
export function tellProblems(
  { stderr }: Pick<CommandWorld, 'stderr'>,
  lines: readonly string[],
  code: ExitCode = EXIT.wrong,
): ExitCode {
  stderr.write(lines.map((line) => `${line}\n`).join(''));
  return code;
}

/** @param recording is played in the place of the engine */
export async function openSession(
  world: CommandWorld,
  options: SharedOptions,
  recording?: string,
): Promise<Result<Session, readonly string[]>> {
  const loaded = await loadOptions(world, options);
  return loaded.ok ? createSession(world, loaded.value, recording) : loaded;
}

export async function createSession(
  world: CommandWorld,
  { config, warnings }: LoadedConfig,
  recording?: string,
): Promise<Result<Session, readonly string[]>> {
  const { clock, stderr } = world;
  const log = createLog({ ...config.service.log, destination: stderr, isTerminal: stderr.isTTY === true, clock });
  const ownLog = await ownLogIn(world, config, log);
  if (!ownLog.ok) return { ok: false, problem: [ownLog.problem.message] };
  const { write, stop: stopOwnLog } = ownLog.value;
  const telemetry = createTelemetry(teed(log, write), clock);
  for (const warning of warnings) telemetry.report(configWarning(warning));
  const created = await collectorIn(world, config, telemetry, recording);
  if (!created.ok) {
    await stopOwnLog(NO_DEADLINE);
    return { ok: false, problem: created.problem.message.split('\n') };
  }
  const collector = created.value;
  const session: Session = {
    config,
    telemetry,
    collector,
    async start() {
      telemetry.report(started(about.version, collector.source, collector.destinations));
      try {
        return { ok: true, value: await collector.start() };
      } catch (error) {
        await stopOwnLog(NO_DEADLINE);
        if (error instanceof StorageInUseError) return { ok: false, problem: [error.message] };
        throw error;
      }
    },
    outputGone: outputGoneOf(world, config),
    async stop(withinMs = config.service.shutdownTimeoutMs) {
      const limit = deadline(clock, withinMs);
      await collector.stop(limit.signal);
      const report = reportOf(telemetry.counters(), limit.signal.aborted);
      telemetry.flush();
      telemetry.report(report.isLate && withinMs > 0 ? stoppedLate(withinMs) : stopped(report.exported, report.spans));
      await stopOwnLog(limit.signal);
      limit.cancel();
      return report;
    },
  };
  return { ok: true, value: session };
}

/** It ends by itself soon enough. */
const NO_DEADLINE = new AbortController().signal;

function ownLogIn(world: CommandWorld, { service }: CollectorConfig, log: Log): ReturnType<typeof createOwnLog> {
  const { clock, random, surroundings = systemSurroundings } = world;
  return createOwnLog({
    exporters: service.logExporters,
    hostName: surroundings.hostName,
    resourceAttributes: service.resourceAttributes,
    clock,
    random,
    terminal: terminalOf(world),
    tell: (happening) => log.write(happening),
  });
}

/** Puts a collector together in this world. Nothing is started, connected to or written. */
export function collectorIn(
  world: CommandWorld,
  config: CollectorConfig,
  telemetry: Telemetry & Tallies,
  recording?: string,
): ReturnType<typeof createCollector> {
  const { clock, random, env } = world;
  return createCollector({
    config,
    clock,
    random,
    telemetry,
    terminal: terminalOf(world),
    surroundings: { ...(world.surroundings ?? systemSurroundings), env },
    ...(recording === undefined ? {} : { recording }),
  });
}

/**
 * Where there is nothing but metrics, it is about them. A pipe whose reader is gone says EPIPE, a terminal that was closed EIO. The
 * latter shows at the next line of the log, too, and there is always one: who closes a terminal sends SIGHUP, which is answered.
 */
function outputGoneOf({ stdout, stderr }: CommandWorld, { pipelines, metrics }: CollectorConfig): Promise<void> {
  const ways = pipelines.length > 0 ? pipelines : metrics;
  const goesElsewhere = ways.some(({ exporters }) => exporters.some(({ type }) => type !== 'console'));
  return new Promise((resolve) => {
    if (goesElsewhere) return;
    stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'EPIPE' || code === 'EIO') resolve();
    });
    stderr.on('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'EIO' && stdout.isTTY === true) resolve();
    });
  });
}

function reportOf(counters: ReadonlyMap<Counter, number>, isLate: boolean): StopReport {
  const counted = (counter: Counter) => counters.get(counter) ?? 0;
  return {
    isLate,
    accepted: counted('events_accepted'),
    refused: counted('events_refused'),
    exported: counted('records_exported'),
    spans: counted('spans_exported'),
    lost: counted('records_dropped') + counted('records_rejected') + counted('spans_rejected'),
  };
}

function terminalOf({ stdout, env }: CommandWorld): CollectorSetup['terminal'] {
  const { isTTY, columns } = stdout;
  return { stdout, isTerminal: isTTY === true, env, ...(columns === undefined ? {} : { columns }) };
}
