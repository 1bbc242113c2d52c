/** `replay`: recorded events through the whole pipeline, once, as fast as the pipeline takes them. */
import { noEvents, outputGone, sourceFailed, stopping } from './happenings.ts';
import type { SharedOptions } from './options.ts';
import { openSession, type Session, tellProblems } from './session.ts';
import { type CommandWorld, EXIT, type ExitCode } from './world.ts';

export async function replay(world: CommandWorld, options: SharedOptions, file: string): Promise<ExitCode> {
  const opened = await openSession(world, options, file);
  if (!opened.ok) return tellProblems(world, opened.problem);
  return play(world, opened.value);
}

/** Plays a session's recording to its end, or to the first signal. Failed when an event of it is not with every backend. */
export async function play(world: CommandWorld, session: Session): Promise<ExitCode> {
  const { collector, telemetry, config } = session;
  await session.start();
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
