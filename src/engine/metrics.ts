/**
 * The engine's metrics endpoint (`metrics-addr`), which is HTTP at an address of its own and speaks Prometheus' text form.
 *
 * Of it two numbers are wanted: how many events the engine has published, and when its process was started, because the
 * count begins again then.
 */
import { get as httpGet } from 'node:http';
import type { EngineCount } from '../model/engine.ts';
import { fromUnixMillis } from '../model/time.ts';
import { type Clock, deadline } from '../runtime/clock.ts';
import { readAll } from './exchange.ts';

/** An engine's metrics are some 40 KiB. */
const TEXT_MAX = 4 * 1024 * 1024;

/** @throws when there is no such count to be had within the time; the message is the end of a sentence about it */
export async function askCount(
  endpoint: string,
  timeoutMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<EngineCount> {
  const limit = deadline(clock, timeoutMs, signal);
  try {
    const count = readCount(await textOf(endpoint, limit.signal));
    if (count === undefined) throw new Error('it has no engine_daemon_events_total');
    return count;
  } catch (error) {
    throw limit.signal.aborted ? new Error(`no answer within ${timeoutMs} ms`) : error;
  } finally {
    limit.cancel();
  }
}

/** Undefined where the text does not tell how many events there were. */
export function readCount(text: string): EngineCount | undefined {
  let events: number | undefined;
  let startedAtSeconds: number | undefined;
  for (const [, name, value] of text.matchAll(
    /^(engine_daemon_events_total|process_start_time_seconds)(?:\{.*\})? (\S+)/gm,
  )) {
    const number = Number(value);
    if (!Number.isFinite(number)) continue;
    if (name === 'process_start_time_seconds') startedAtSeconds = number;
    else events = (events ?? 0) + number;
  }
  if (events === undefined) return undefined;
  return { events, startedAt: startedAtSeconds === undefined ? undefined : fromUnixMillis(startedAtSeconds * 1000) };
}

function textOf(endpoint: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'User-Agent': 'docker-events-otel', Accept: 'text/plain' };
    const sent = httpGet(endpoint, { agent: false, headers, signal }, (answer) => {
      if (answer.statusCode === 200) {
        readAll(answer, TEXT_MAX).then(resolve, reject);
        return;
      }
      answer.destroy();
      reject(new Error(`it answered ${answer.statusCode}`));
    });
    sent.on('error', reject);
  });
}
