/**
 * The rows of state in which the fold outlives the process: one for each container, one for each rollout under way, and one
 * for the whole.
 *
 * A row that cannot be read (of a later version, or damaged) is as good as none: its container is not known then, and is
 * learned anew from its next events.
 */
import type { UnixNanos } from '../model/time.ts';
import { ContainerHistory, type RunState } from './container-history.ts';
import type { Exec } from './running-execs.ts';
import { Run, type RunBasis } from './runs.ts';

/** Ids that an engine writes. Others are remembered in memory only, since a row's key must lead back to its id. */
export const ROW_ID = /^[\w.:-]{1,128}$/;

/** What is remembered of the containers as a whole. */
export interface Head {
  /** `ID` of the engine that they belong to; undefined where it was never said. */
  readonly engineId: string | undefined;
  /** The engine's list was taken over once, so that a container that is not known is new. */
  readonly isListed: boolean;
  /** The last runs of the containers that were removed last. */
  readonly removed: ReadonlyMap<string, readonly Run[]>;
}

export function headRow({ engineId, isListed, removed }: Head): string {
  const gone = [...removed].map(([id, runs]) => ({ id, runs: runs.map(runRow) }));
  return JSON.stringify({ engineId, isListed, removed: gone.length === 0 ? undefined : gone });
}

export function headFrom(text: string): Head {
  const row = fieldsOf(text);
  const removed = new Map<string, readonly Run[]>();
  for (const value of listOf(row?.get('removed'))) {
    const gone = recordOf(value);
    const id = textOf(gone?.get('id'));
    if (id !== undefined) removed.set(id, runsFrom(gone?.get('runs')));
  }
  return { engineId: textOf(row?.get('engineId')), isListed: row?.get('isListed') === true, removed };
}

export function containerRow(history: ContainerHistory): string {
  const { name, image, labels, state, stateAt, startedAt, endsKnownTo, health, signal, oom, shadowingLabels } = history;
  const { probe, stop, runs, untoldCreation, isStartListed } = history;
  return JSON.stringify({
    name,
    image,
    labels,
    state,
    stateAt,
    untoldCreation,
    startedAt,
    isStartListed: isStartListed || undefined,
    endsKnownTo,
    health,
    signal: signal?.number,
    signalAt: signal?.at,
    oom: oom || undefined,
    stop,
    runs: runs.isEmpty ? undefined : [...runs].map(runRow),
    probe,
    shadowing: shadowingLabels.size === 0 ? undefined : [...shadowingLabels],
    execs: history.execs && [...history.execs].map(([id, exec]) => ({ id, ...execRow(exec) })),
  });
}

function execRow({ command, isProbe, startedAt, isInDoubt }: Exec): object {
  return { command, isProbe: isProbe || undefined, startedAt, isInDoubt: isInDoubt || undefined };
}

function runRow({ start, basis, end, isEndTold, alias }: Run): object {
  return {
    start,
    basis: basis === 'event' ? undefined : basis,
    end,
    isEndGuessed: (end !== undefined && !isEndTold) || undefined,
    alias,
  };
}

/** @returns undefined for a row that cannot be read */
export function containerFrom(text: string): ContainerHistory | undefined {
  const row = fieldsOf(text);
  if (row === undefined) return undefined;
  const history = new ContainerHistory();
  history.name = textOf(row.get('name'));
  history.image = textOf(row.get('image'));
  history.labels = textOf(row.get('labels'));
  history.state = stateOf(row.get('state'));
  history.stateAt = timeOf(row.get('stateAt'));
  history.untoldCreation = timeOf(row.get('untoldCreation'));
  history.startedAt = timeOf(row.get('startedAt'));
  history.isStartListed = row.get('isStartListed') === true;
  history.endsKnownTo = timeOf(row.get('endsKnownTo'));
  history.health = textOf(row.get('health'));
  const signal = row.get('signal');
  if (typeof signal === 'number') history.signal = { number: signal, at: timeOf(row.get('signalAt')) };
  history.oom = row.get('oom') === true;
  history.probe = textOf(row.get('probe'));
  const shadowing = listOf(row.get('shadowing'));
  history.shadowingLabels = new Set(shadowing.filter((key) => typeof key === 'string'));
  for (const exec of listOf(row.get('execs'))) readExec(history, exec);
  for (const run of runsFrom(row.get('runs'))) history.runs.add(run);
  const stop = recordOf(row.get('stop'));
  const [first, last] = [timeOf(stop?.get('first')), timeOf(stop?.get('last'))];
  if (first !== undefined && last !== undefined) history.stop = { first, last, rollout: timeOf(stop?.get('rollout')) };
  return history;
}

function readExec(history: ContainerHistory, value: unknown): void {
  const exec = recordOf(value);
  history.noteExec(textOf(exec?.get('id')), {
    command: textOf(exec?.get('command')),
    isProbe: exec?.get('isProbe') === true,
    startedAt: timeOf(exec?.get('startedAt')),
    isInDoubt: exec?.get('isInDoubt') === true,
  });
}

function runsFrom(value: unknown): readonly Run[] {
  return listOf(value).flatMap((row) => runFrom(row) ?? []);
}

function runFrom(value: unknown): Run | undefined {
  const row = recordOf(value);
  const start = timeOf(row?.get('start'));
  if (start === undefined) return undefined;
  const run = new Run(start, BASES.get(row?.get('basis')) ?? 'event', timeOf(row?.get('alias')));
  const end = timeOf(row?.get('end'));
  if (end !== undefined) run.close(end, row?.get('isEndGuessed') !== true);
  return run;
}

export interface Rollout {
  readonly start: UnixNanos;
  /** The event that began it had a time. */
  readonly isTimed: boolean;
  readonly isPaused: boolean;
}

export function rolloutRow({ start, isTimed, isPaused }: Rollout): string {
  return JSON.stringify({ start, isUntimed: !isTimed || undefined, isPaused: isPaused || undefined });
}

/** @returns undefined for a row that cannot be read */
export function rolloutFrom(text: string): Rollout | undefined {
  const row = fieldsOf(text);
  const start = timeOf(row?.get('start'));
  if (start === undefined) return undefined;
  return { start, isTimed: row?.get('isUntimed') !== true, isPaused: row?.get('isPaused') === true };
}

/** Keys and values in turn, as one JSON text. */
export function labelsRow(labels: Iterable<readonly [key: string, value: string]>): string {
  const flat: string[] = [];
  for (const [key, value] of labels) flat.push(key, value);
  return JSON.stringify(flat);
}

export function labelsFrom(text: string | undefined): ReadonlyMap<string, string> {
  const flat = text === undefined ? [] : parsed(text);
  const labels = new Map<string, string>();
  if (!Array.isArray(flat)) return labels;
  for (let index = 0; index + 1 < flat.length; index += 2) {
    const [key, value]: unknown[] = [flat[index], flat[index + 1]];
    if (typeof key === 'string' && typeof value === 'string') labels.set(key, value);
  }
  return labels;
}

function fieldsOf(text: string): ReadonlyMap<string, unknown> | undefined {
  return recordOf(parsed(text));
}

function recordOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return new Map(Object.entries(value));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A row that cannot be read is as good as none; see the head of this file.
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

const STATES: ReadonlyMap<unknown, RunState> = new Map(
  (['created', 'running', 'paused', 'exited'] as const).map((state) => [state, state]),
);

function stateOf(value: unknown): RunState | undefined {
  return STATES.get(value);
}

const BASES: ReadonlyMap<unknown, RunBasis> = new Map(
  (['event', 'inspect', 'observed', 'derived'] as const).map((basis) => [basis, basis]),
);

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function timeOf(value: unknown): UnixNanos | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [seconds, nanos]: unknown[] = value;
  return typeof seconds === 'number' && typeof nanos === 'number' ? [seconds, nanos] : undefined;
}
