/**
 * The rows of state in which the fold outlives the process: one for each container, and one for the whole.
 *
 * A row that cannot be read (of a later version, or damaged) is as good as none: its container is not known then, and is
 * learned anew from its next events.
 */
import type { UnixNanos } from '../model/time.ts';
import { ContainerHistory, type RunState } from './container-history.ts';
import type { Exec } from './running-execs.ts';

/** What is remembered of the containers as a whole. */
export interface Head {
  /** `ID` of the engine that they belong to; undefined where it was never said. */
  readonly engineId: string | undefined;
  /** The engine's list was taken over once, so that a container that is not known is new. */
  readonly isListed: boolean;
}

export function headRow({ engineId, isListed }: Head): string {
  return JSON.stringify({ engineId, isListed });
}

export function headFrom(text: string): Head {
  const row = fieldsOf(text);
  return { engineId: textOf(row?.get('engineId')), isListed: row?.get('isListed') === true };
}

export function containerRow(history: ContainerHistory): string {
  const { name, image, labels, state, stateAt, startedAt, endsKnownTo, health, signal, oom, shadowingLabels } = history;
  const { probe } = history;
  return JSON.stringify({
    name,
    image,
    labels,
    state,
    stateAt,
    startedAt,
    endsKnownTo,
    health,
    signal: signal?.number,
    signalAt: signal?.at,
    oom: oom || undefined,
    probe,
    shadowing: shadowingLabels.size === 0 ? undefined : [...shadowingLabels],
    execs: history.execs && [...history.execs].map(([id, exec]) => ({ id, ...execRow(exec) })),
  });
}

function execRow({ command, isProbe }: Exec): object {
  return isProbe ? { command, isProbe } : { command };
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
  history.startedAt = timeOf(row.get('startedAt'));
  history.endsKnownTo = timeOf(row.get('endsKnownTo'));
  history.health = textOf(row.get('health'));
  const signal = row.get('signal');
  if (typeof signal === 'number') history.signal = { number: signal, at: timeOf(row.get('signalAt')) };
  history.oom = row.get('oom') === true;
  history.probe = textOf(row.get('probe'));
  const shadowing = row.get('shadowing');
  if (Array.isArray(shadowing)) history.shadowingLabels = new Set(shadowing.filter((key) => typeof key === 'string'));
  const execs = row.get('execs');
  if (Array.isArray(execs)) for (const exec of execs) readExec(history, exec);
  return history;
}

function readExec(history: ContainerHistory, value: unknown): void {
  const exec = recordOf(value);
  history.noteExec(textOf(exec?.get('id')), textOf(exec?.get('command')), exec?.get('isProbe') === true);
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

function timeOf(value: unknown): UnixNanos | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [seconds, nanos]: unknown[] = value;
  return typeof seconds === 'number' && typeof nanos === 'number' ? [seconds, nanos] : undefined;
}
