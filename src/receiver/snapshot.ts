/**
 * What the engine remembers now, read on a connection of its own: its replay up to this moment.
 *
 * A real engine closes such a stream by itself. Of one that does not, because it does not know `until`, the end is an event
 * from after the question, or silence.
 */
import type { EngineProblem, EngineSession, Result } from '../model/engine.ts';
import type { Received } from '../model/entry.ts';
import { compareTimes } from '../model/time.ts';
import { type Clock, sleep } from '../runtime/clock.ts';
import { decodeFrame } from './decode.ts';
import { engineNow, secondsText } from './engine-clock.ts';
import { Framer, splitObjects } from './framer.ts';
import { uidOf } from './identity.ts';

const SILENCE_MS = 100;

const LONGEST_MS = 5000;

/**
 * The events that the engine remembers, oldest first. Lines that are no events are left out: the live stream tells of them.
 *
 * @param max more than so many it does not remember
 * @param maxLineLength the longest event that is read
 */
export async function readRing(
  session: EngineSession,
  max: number,
  maxLineLength: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<Result<readonly Received[], EngineProblem>> {
  const until = engineNow(clock, session);
  const opened = await session.events({ since: '0', until: secondsText(until) }, signal);
  if (!opened.ok) return opened;
  const stream = opened.value;
  const ring: Received[] = [];
  let isOver = false;
  const take = (raw: string) => {
    const decoded = decodeFrame(raw);
    if (!decoded.ok) {
      const pieces = decoded.isJson ? [] : splitObjects(raw);
      if (pieces.length > 1) pieces.forEach(take);
      return;
    }
    const { time, scope } = decoded.event;
    if (time !== undefined && scope !== 'swarm' && compareTimes(time, until) > 0) isOver = true;
    isOver ||= ring.length >= max;
    if (isOver) return;
    const event = session.dialect.normalise(decoded.event, decoded.line);
    ring.push({ raw, event, uid: uidOf(decoded.event), observedAt: clock.now(), engine: session.identity });
  };
  const framer = new Framer(maxLineLength, { frame: take, tooLong: () => {} });
  const openedMs = clock.monotonicMs();
  let heardMs = openedMs;
  const ended = new AbortController();
  const onAbort = () => stream.close();
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) stream.close();
  const closing = (async () => {
    while (!ended.signal.aborted) {
      const restMs = Math.min(heardMs + SILENCE_MS, openedMs + LONGEST_MS) - clock.monotonicMs();
      if (restMs <= 0) return stream.close();
      await sleep(clock, restMs, ended.signal);
    }
  })();
  await stream.read((bytes) => {
    heardMs = clock.monotonicMs();
    framer.push(bytes);
    if (isOver || ring.length >= max) stream.close();
  });
  framer.end();
  signal.removeEventListener('abort', onAbort);
  ended.abort();
  await closing;
  return { ok: true, value: ring };
}
