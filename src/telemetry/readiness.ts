/**
 * Whether a collector does what it is there for. Ready is: it runs, every receiver is connected, every exporter delivers, those
 * of metrics too, and the storage can be written. An exporter that is `off` is as it should be: nobody asked for its signal
 * by name.
 *
 * A restart mends none of the problems told here. They belong into an alert, and never into what restarts a process.
 */
import type {
  CollectorStatus,
  ExporterState,
  MetricsState,
  ReceiverState,
  StorageState,
  Trouble,
} from '../model/status.ts';
import { toIsoNanos, type UnixNanos } from '../model/time.ts';

export interface Readiness {
  readonly isReady: boolean;
  /** Finished sentences: which part, since when, and why where that is known. None where it is ready. */
  readonly problems: readonly string[];
}

export function readinessOf(status: CollectorStatus): Readiness {
  const { state, receivers, exporters, metrics, storage } = status;
  const problems = [
    ...ofState(state),
    // Before and after it runs nothing is connected, and nothing is wrong with that.
    ...receivers.flatMap((receiver) => (state === 'running' || receiver.trouble ? ofReceiver(receiver) : [])),
    ...[...exporters, ...metrics].flatMap(ofExporter),
    ...ofStorage(storage),
  ];
  return { isReady: problems.length === 0, problems };
}

function ofState(state: CollectorStatus['state']): readonly string[] {
  switch (state) {
    case 'starting':
      return ['The collector is starting.'];
    case 'stopping':
      return ['The collector is stopping.'];
    case 'running':
      return [];
  }
}

function ofReceiver({ name, endpoint, isConnected, since, trouble }: ReceiverState): readonly string[] {
  if (isConnected) return [];
  return [sentence(`Receiver ${name} has not been connected to ${endpoint}`, since, trouble)];
}

function ofExporter({ name, destination, state, trouble }: ExporterState | MetricsState): readonly string[] {
  return state === 'failing'
    ? [sentence(`Exporter ${name} has not delivered to ${destination}`, trouble?.since, trouble)]
    : [];
}

function ofStorage(storage: StorageState | undefined): readonly string[] {
  if (storage?.trouble === undefined) return [];
  const { directory, trouble } = storage;
  return [sentence(`The storage ${directory} has not been written`, trouble.since, trouble)];
}

function sentence(what: string, since: UnixNanos | undefined, trouble: Trouble | undefined): string {
  const when = since === undefined ? '' : ` since ${toSeconds(since)}`;
  return `${what}${when}.${trouble === undefined ? '' : ` ${trouble.message}`}`;
}

/** `2026-11-21T12:00:00Z` */
function toSeconds(time: UnixNanos): string {
  return toIsoNanos([time[0], 0]).replace('.000000000', '');
}
