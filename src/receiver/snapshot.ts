/**
 * What the engine remembers now, read on a connection of its own: its replay up to this moment.
 *
 * A real engine closes such a stream by itself. Of one that does not, because it does not know `until`, the end is an event
 * from after the question, or silence. On a slow way a part of what it remembers may have come by then.
 */
import type { EngineProblem, EngineSession, Result } from '../model/engine.ts';
import type { Received } from '../model/entry.ts';
import { compareTimes } from '../model/time.ts';
import { type Clock, sleep } from '../runtime/clock.ts';
import { decodeFrame } from './decode.ts';
import { engineNow, secondsText } from './engine-clock.ts';
import { Framer, splitObjects } from './framer.ts';
import { uidOf } from './identity.ts';

/** How long an answer that does not end is waited for. */
export interface Patience {
  /** After what came last. A way of 500 ms there and back makes pauses of 500 ms, until TCP has become fast. */
  readonly silenceMs: number;
  readonly longestMs: number;
}

export interface Snapshot {
  /** Oldest first. Lines that are no events are left out: the live stream tells of them. */
  readonly ring: readonly Received[];
  /** It is all, or as much as was asked for. */
  readonly isWhole: boolean;
}

/**
 * The events that the engine remembers.
 *
 * @param max no more than so many of the oldest
 * @param maxLineLength the longest event that is read
 */
export async function readRing(
  session: EngineSession,
  max: number,
  maxLineLength: number,
  patience: Patience,
  clock: Clock,
  signal: AbortSignal,
): Promise<Result<Snapshot, EngineProblem>> {
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
      const restMs = Math.min(heardMs + patience.silenceMs, openedMs + patience.longestMs) - clock.monotonicMs();
      if (restMs <= 0) return stream.close();
      await sleep(clock, restMs, ended.signal);
    }
  })();
  const end = await stream.read((bytes) => {
    heardMs = clock.monotonicMs();
    framer.push(bytes);
    if (isOver || ring.length >= max) stream.close();
  });
  framer.end();
  signal.removeEventListener('abort', onAbort);
  ended.abort();
  await closing;
  const isWhole = end.kind === 'ended' || isOver || ring.length >= max;
  return { ok: true, value: { ring, isWhole } };
}
