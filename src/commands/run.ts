/** `run`: reads events and delivers them until it is told to stop. An engine that is not there is waited for. */
import { outputGone, stopping } from './happenings.ts';
import type { SharedOptions } from './options.ts';
import { Reloader } from './reload.ts';
import { openSession, type Session, tellProblems } from './session.ts';
import { type CommandWorld, EXIT, type ExitCode } from './world.ts';

export async function run(world: CommandWorld, options: SharedOptions): Promise<ExitCode> {
  const reloader = new Reloader(world, options);
  const opened = await openSession(world, options);
  return opened.ok ? runUntilStopped(world, opened.value, reloader) : tellProblems(world, opened.problem);
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
