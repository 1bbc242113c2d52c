/** Where events come from: an engine for each receiver, or a recording in the place of the first. */
import type { CollectorConfig, ReceiverConfig } from '../config/collector-config.ts';
import { createEngine } from '../engine/engine.ts';
import { createRecording, type Pace } from '../engine/recording.ts';
import type { Surroundings } from '../engine/surroundings.ts';
import type { Engine, Result } from '../model/engine.ts';
import type { Telemetry } from '../model/telemetry.ts';
import { type Clock, sleep } from '../runtime/clock.ts';
import type { Lane } from './lanes.ts';

export interface SourcesSetup {
  readonly config: CollectorConfig;
  readonly clock: Clock;
  readonly surroundings: Surroundings;
  readonly telemetry: Telemetry;
}

/** One receiver's engine. */
export interface Source {
  readonly config: ReceiverConfig;
  readonly engine: Engine;
}

export async function enginesOf(setup: SourcesSetup): Promise<Result<readonly Source[], { readonly message: string }>> {
  const sources: Source[] = [];
  for (const config of setup.config.receivers) {
    const engine = await createEngine({ ...setup, receiver: config.name, options: config.engine });
    if (!engine.ok) return engine;
    sources.push({ config, engine: engine.value });
  }
  return { ok: true, value: sources };
}

export function endpointsOf(sources: readonly Source[]): string {
  return sources.map(({ engine }) => engine.endpoint).join(', ');
}

export function recordingOf(setup: SourcesSetup, path: string, lanes: readonly Lane[]): readonly Source[] {
  const engine = createRecording(path, undefined, paceOf(setup, lanes));
  return setup.config.receivers.slice(0, 1).map((config) => ({ config, engine }));
}

/** How often a recording looks whether it may go on, in milliseconds. */
const PACE_MS = 5;

/** Holds a recording while half a queue or more waits for an exporter. */
function paceOf({ clock, config }: SourcesSetup, lanes: readonly Lane[]): Pace {
  const limit = config.journal.event_queue_size / 2;
  const isAhead = () => lanes.some(({ reader }) => reader.waiting >= limit);
  const wait = async (signal: AbortSignal) => {
    while (isAhead() && !signal.aborted) await sleep(clock, PACE_MS, signal);
  };
  return (signal) => (isAhead() ? wait(signal) : undefined);
}
