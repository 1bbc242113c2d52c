/** `run`: reads events and delivers them until it is told to stop. An engine that is not there is waited for. */
import { createHealthServer, type HealthServer } from '../collector/health.ts';
import { outputGone, stopping } from './happenings.ts';
import type { SharedOptions } from './options.ts';
import { Reloader } from './reload.ts';
import { openSession, type Session, tellProblems } from './session.ts';
import { type CommandWorld, EXIT, type ExitCode } from './world.ts';

export async function run(world: CommandWorld, options: SharedOptions): Promise<ExitCode> {
  const reloader = new Reloader(world, options);
  const opened = await openSession(world, options);
  if (!opened.ok) return tellProblems(world, opened.problem);
  const server = healthServerIn(world, opened.value);
  // Before anything else and after everything else, so that it can be seen how it starts and how it stops.
  await server?.start();
  try {
    return await runUntilStopped(world, opened.value, reloader);
  } finally {
    await server?.stop(NO_DEADLINE);
  }
}

/** It stops by itself soon enough. */
const NO_DEADLINE = new AbortController().signal;

function healthServerIn({ clock }: CommandWorld, { config, telemetry, collector }: Session): HealthServer | undefined {
  const { listen } = config.service;
  if (listen === undefined) return undefined;
  return createHealthServer({
    listen,
    status: () => collector.status(),
    metrics: () => collector.metricsText(),
    clock,
    telemetry,
  });
}

export async function runUntilStopped(world: CommandWorld, session: Session, reloader: Reloader): Promise<ExitCode> {
  await reloader.watch(session);
  const isStarted = await session.start();
  if (!isStarted.ok) {
    reloader.stop();
    return tellProblems(world, isStarted.problem, EXIT.failed);
  }
  reloader.serve(session);
  const signal = await Promise.race([world.stop, session.outputGone]);
  reloader.stop();
  if (signal === undefined) {
    session.telemetry.report(outputGone());
    await session.stop(0);
    return EXIT.ok;
  }
  session.telemetry.report(stopping(signal, session.config.service.shutdownTimeoutMs));
  const { isLate } = await session.stop();
  return isLate ? EXIT.failed : EXIT.ok;
}
