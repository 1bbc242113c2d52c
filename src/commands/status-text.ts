/** A status for a person. */
import { imbalances, sumsOf, type ToldStatus } from '../collector/health.ts';
import type {
  CollectorStatus,
  ExporterState,
  Intake,
  MetricsState,
  ReceiverState,
  StorageState,
} from '../model/status.ts';
import { toIsoNanos, type UnixNanos } from '../model/time.ts';
import { escapeControls } from '../runtime/mask.ts';
import { ago, counted, countText, sizeText, table } from './text.ts';

/** Lines. Ages are by the collector's own clock. */
export function statusText({ status, readiness }: ToldStatus): readonly string[] {
  const { receivers, exporters, metrics, at } = status;
  return [
    ...table(head(status, readiness.isReady)),
    '',
    ...table([
      ['RECEIVER', 'ENGINE', 'CONNECTED', 'LAST EVENT', 'RUNNING'],
      ...receivers.map((receiver) => receiverRow(receiver, at)),
    ]),
    ...exporters.flatMap((exporter) => ['', ...exporterBlock(exporter, at)]),
    ...metrics.flatMap((exporter) => ['', ...metricsBlock(exporter, at)]),
    ...list('Not ready:', readiness.problems),
    ...list('The counts do not balance, which is a mistake in this program; please report it:', imbalances(status)),
  ];
}

function head({ version, state, startedAt, at, storage, intake }: CollectorStatus, isReady: boolean): string[][] {
  return [
    ['Collector', `docker-events-otel ${version}: ${state}, ${isReady ? 'ready' : 'not ready'}`],
    ['Started', timeText(startedAt, at)],
    ['Storage', storageText(storage, at)],
    ...intakeRows(intake),
  ];
}

function storageText(storage: StorageState | undefined, now: UnixNanos): string {
  if (storage === undefined) return 'none: what waits is lost at the end of the process';
  const { directory, bytes, maxBytes, trouble } = storage;
  const cannot = trouble === undefined ? '' : `; cannot be written since ${timeText(trouble.since, now)}`;
  return `${directory}: ${sizeText(bytes)} of at most ${sizeText(maxBytes)}${cannot}`;
}

function intakeRows({ received, synthetic, refused, deduplicated, accepted, recovered, twins, gaps }: Intake) {
  const came = sum([received, 'received'], [synthetic, 'worked out']);
  const went = sum([refused, 'refused'], [deduplicated, 'known already'], [accepted, 'accepted']);
  const sign = received + synthetic === refused + deduplicated + accepted ? '=' : '≠';
  const among = `${countText(recovered)} recovered, ${countText(twins)} reported by another engine of the swarm`;
  return [
    ['Events', `${came} ${sign} ${went}`],
    ['', `of those accepted ${among}; ${counted(gaps, 'gap')} told`],
  ];
}

function receiverRow(receiver: ReceiverState, now: UnixNanos): string[] {
  const { name, endpoint, isConnected, since, lastEvent, runningContainers } = receiver;
  const connected = `${isConnected ? 'yes' : 'NO'}, since ${ago(since, now).replace(' ago', '')}`;
  return [name, endpoint, connected, lastEvent ? timeText(lastEvent, now) : '-', countText(runningContainers)];
}

function exporterBlock(exporter: ExporterState, now: UnixNanos): string[] {
  const { carriedOver, appended, exported, filtered, passedOver, rejected, dropped, waiting } = exporter;
  const { came, went } = sumsOf(exporter);
  return [
    escapeControls(`EXPORTER ${exporter.name}: ${exporter.signal} to ${exporter.destination}`),
    escapeControls(`  ${stateText(exporter, now)}`),
    `    ${sum([carriedOver, 'carried over'], [appended, 'appended'])}`,
    `  ${came === went ? '=' : '≠'} ${sum(
      [exported, 'exported'],
      [filtered, 'filtered'],
      [passedOver, 'passed over'],
      [rejected, 'rejected'],
      [dropped, 'dropped'],
      [waiting, 'waiting'],
    )}`,
  ];
}

/** Nothing waits for it, and so there is no sum. */
function metricsBlock(exporter: MetricsState, now: UnixNanos): string[] {
  return [`EXPORTER ${exporter.name}: metrics to ${exporter.destination}`, `  ${stateText(exporter, now)}`].map(
    escapeControls,
  );
}

function stateText(exporter: ExporterState | MetricsState, now: UnixNanos): string {
  const { state, trouble, lastDelivered } = exporter;
  const since = trouble === undefined ? '' : ` since ${timeText(trouble.since, now)}`;
  const last = lastDelivered === undefined ? 'nothing delivered yet' : `last delivered ${ago(lastDelivered, now)}`;
  const hand = 'inHand' in exporter ? `; ${countText(exporter.inHand)} on their way or in a batch` : '';
  if (state === 'off') return `off${since}${trouble === undefined ? '' : `: ${trouble.message}`}`;
  return `${state === 'failing' ? `FAILING${since}` : 'delivering'}; ${last}${hand}`;
}

function sum(...parts: readonly (readonly [count: number, what: string])[]): string {
  return parts.map(([count, what]) => `${countText(count)} ${what}`).join(' + ');
}

function list(title: string, sentences: readonly string[]): readonly string[] {
  return sentences.length === 0 ? [] : ['', title, ...sentences.map((sentence) => escapeControls(`  - ${sentence}`))];
}

/** `2026-11-21T10:00:00Z (2 h ago)` */
function timeText(time: UnixNanos, now: UnixNanos): string {
  return `${toIsoNanos([time[0], 0]).replace('.000000000', '')} (${ago(time, now)})`;
}
