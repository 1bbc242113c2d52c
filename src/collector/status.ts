/** How the collector is now, put together from what its parts say of themselves. */
import { VERSION } from '../export/version.ts';
import type { Lifecycle } from '../lifecycle/lifecycle.ts';
import type { Journal } from '../model/journal.ts';
import type { CollectorStatus, ExporterState, Intake, MetricsState } from '../model/status.ts';
import type { Tallies } from '../model/telemetry.ts';
import type { UnixNanos } from '../model/time.ts';
import type { Receiver } from '../receiver/receiver.ts';
import type { Lane } from './lanes.ts';

/** One engine being watched: what reads it, and what is known of its containers. */
export interface Watch {
  readonly receiver: Receiver;
  readonly lifecycle: Lifecycle;
}

export interface StatusParts {
  readonly startedAt: UnixNanos;
  readonly at: UnixNanos;
  readonly state: CollectorStatus['state'];
  readonly watches: readonly Watch[];
  readonly lanes: readonly Lane[];
  readonly metrics: readonly MetricsState[];
  readonly journal: Journal;
  readonly telemetry: Tallies;
}

export function statusOf(parts: StatusParts): CollectorStatus {
  const { startedAt, at, state, watches, lanes, metrics, journal, telemetry } = parts;
  return {
    version: VERSION,
    startedAt,
    at,
    state,
    receivers: watches.map(({ receiver, lifecycle }) => ({
      ...receiver.state(),
      runningContainers: countOf(lifecycle.running()),
    })),
    exporters: lanes.map(exporterState),
    metrics,
    storage: journal.storage(),
    intake: intakeOf(telemetry),
  };
}

function countOf(things: Iterable<unknown>): number {
  let count = 0;
  for (const _ of things) count += 1;
  return count;
}

function exporterState({ name, component, reader, destination }: Lane): ExporterState {
  const state = component.state();
  const { carriedOver, appended, dropped, waiting, ...tally } = reader.tally;
  // By the lane, and by the journal, where there was no room for it.
  const passedOver = state.passedOver + tally.passedOver;
  return { name, destination, ...state, passedOver, carriedOver, appended, dropped, waiting };
}

function intakeOf(telemetry: Tallies): Intake {
  const counters = telemetry.counters();
  const counted = (counter: Parameters<typeof counters.get>[0]) => counters.get(counter) ?? 0;
  return {
    received: counted('events_received'),
    synthetic: counted('events_synthetic'),
    refused: counted('events_refused'),
    deduplicated: counted('events_deduplicated'),
    accepted: counted('events_accepted'),
    recovered: counted('events_recovered'),
    twins: counted('events_twins'),
    gaps: counted('gaps'),
  };
}
