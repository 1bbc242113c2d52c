/** `run`: reads events and delivers them until it is told to stop. An engine that is not there is waited for. */
import { outputGone, stopping } from './happenings.ts';
import type { SharedOptions } from './options.ts';
import { Reloader } from './reload.ts';
import { openSession, type Session, tellProblems } from './session.ts';
import { type CommandWorld, EXIT, type ExitCode } from './world.ts';

export async function run(world: CommandWorld, options: SharedOptions): Promise<ExitCode> {
  const opened = await openSession(world, options);
  return opened.ok ? runUntilStopped(world, options, opened.value) : tellProblems(world, opened.problem);
}

export async function runUntilStopped(
  world: CommandWorld,
  options: SharedOptions,
  session: Session,
): Promise<ExitCode> {
  const isStarted = await session.start();
  if (!isStarted.ok) return tellProblems(world, isStarted.problem, EXIT.failed);
  const reloader = new Reloader(world, options, session);
  await reloader.start();
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
