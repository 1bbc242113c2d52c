/**
 * Reads what `/status` answered. It may come from another version, or from another program that happens to listen there:
 * everything that is needed is checked, and everything else is left alone.
 */
import type { Result } from '../model/engine.ts';
import type {
  CollectorStatus,
  ExporterState,
  Intake,
  MetricsState,
  ReceiverState,
  StorageState,
  Trouble,
} from '../model/status.ts';
import type { UnixNanos } from '../model/time.ts';
import type { Readiness } from './readiness.ts';

const EXPORTER_STATES = ['delivering', 'failing', 'off'] as const;

/** A status as a collector tells it. */
export interface ToldStatus {
  readonly status: CollectorStatus;
  /** In the words of that collector. */
  readonly readiness: Readiness;
}

/** The problem says what is not as expected, without a full stop. */
export function readStatus(text: string): Result<ToldStatus, string> {
  try {
    return { ok: true, value: toldStatus(new Fields(JSON.parse(text), 'the answer')) };
  } catch (error) {
    if (error instanceof SyntaxError) return { ok: false, problem: 'the answer is no JSON' };
    if (error instanceof UnexpectedShape) return { ok: false, problem: error.message };
    throw error;
  }
}

function toldStatus(fields: Fields): ToldStatus {
  return {
    status: {
      version: fields.text('version'),
      startedAt: fields.time('started_at'),
      at: fields.time('at'),
      state: fields.oneOf('state', ['starting', 'running', 'stopping']),
      receivers: fields.list('receivers').map(receiverOf),
      exporters: fields.list('exporters').map(exporterOf),
      metrics: fields.maybeList('metrics').map(metricsOf),
      storage: storageOf(fields.maybe('storage')),
      intake: intakeOf(fields.object('intake')),
    },
    readiness: { isReady: fields.yesOrNo('ready'), problems: fields.texts('problems') },
  };
}

function receiverOf(fields: Fields): ReceiverState {
  return {
    name: fields.text('name'),
    endpoint: fields.text('endpoint'),
    isConnected: fields.yesOrNo('connected'),
    since: fields.time('since'),
    trouble: troubleOf(fields.maybe('trouble')),
    lastEvent: fields.maybeTime('last_event'),
    runningContainers: fields.count('running_containers'),
  };
}

function exporterOf(fields: Fields): ExporterState {
  return {
    name: fields.text('name'),
    signal: fields.oneOf('signal', ['logs', 'traces']),
    destination: fields.text('destination'),
    state: fields.oneOf('state', EXPORTER_STATES),
    trouble: troubleOf(fields.maybe('trouble')),
    carriedOver: fields.count('carried_over'),
    appended: fields.count('appended'),
    exported: fields.count('exported'),
    filtered: fields.count('filtered'),
    passedOver: fields.count('passed_over'),
    rejected: fields.count('rejected'),
    dropped: fields.count('dropped'),
    waiting: fields.count('waiting'),
    inHand: fields.count('in_hand'),
    ...inHandMaxOf(fields.maybeCount('in_hand_max')),
    lastDelivered: fields.maybeTime('last_delivered'),
  };
}

function metricsOf(fields: Fields): MetricsState {
  return {
    name: fields.text('name'),
    destination: fields.text('destination'),
    state: fields.oneOf('state', EXPORTER_STATES),
    trouble: troubleOf(fields.maybe('trouble')),
    lastDelivered: fields.maybeTime('last_delivered'),
  };
}

function inHandMaxOf(inHandMax: number | undefined): Pick<ExporterState, 'inHandMax'> {
  return inHandMax === undefined ? {} : { inHandMax };
}

function storageOf(fields: Fields | undefined): StorageState | undefined {
  return (
    fields && {
      directory: fields.text('directory'),
      bytes: fields.count('bytes'),
      maxBytes: fields.count('max_bytes'),
      trouble: troubleOf(fields.maybe('trouble')),
    }
  );
}

function intakeOf(fields: Fields): Intake {
  return {
    received: fields.count('received'),
    synthetic: fields.count('synthetic'),
    refused: fields.count('refused'),
    deduplicated: fields.count('deduplicated'),
    accepted: fields.count('accepted'),
    recovered: fields.count('recovered'),
    twins: fields.count('twins'),
    gaps: fields.count('gaps'),
  };
}

function troubleOf(fields: Fields | undefined): Trouble | undefined {
  return fields && { message: fields.text('message'), since: fields.time('since') };
}

class UnexpectedShape extends Error {}

/** The fields of an object that somebody else wrote. */
class Fields {
  readonly #values: ReadonlyMap<string, unknown>;
  readonly #where: string;

  constructor(value: unknown, where: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new UnexpectedShape(`${where} is no object`);
    this.#values = new Map(Object.entries(value));
    this.#where = where;
  }

  text(name: string): string {
    const value = this.#values.get(name);
    return typeof value === 'string' ? value : this.#unexpected(name, 'text');
  }

  /** A sum may be above what is exact, and below 0 where something is wrong; both are worth showing. */
  count(name: string): number {
    return this.maybeCount(name) ?? this.#unexpected(name, 'a number');
  }

  maybeCount(name: string): number | undefined {
    const value = this.#values.get(name);
    return value === undefined || typeof value === 'number' ? value : this.#unexpected(name, 'a number');
  }

  yesOrNo(name: string): boolean {
    const value = this.#values.get(name);
    return typeof value === 'boolean' ? value : this.#unexpected(name, 'true or false');
  }

  oneOf<Word extends string>(name: string, words: readonly Word[]): Word {
    const value = this.#values.get(name);
    return words.find((word) => word === value) ?? this.#unexpected(name, words.join(' or '));
  }

  time(name: string): UnixNanos {
    return this.maybeTime(name) ?? this.#unexpected(name, 'a time');
  }

  maybeTime(name: string): UnixNanos | undefined {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    const [, seconds, nanos] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{9})Z$/.exec(String(value)) ?? [];
    const millis = Date.parse(`${seconds}Z`);
    return Number.isNaN(millis) ? this.#unexpected(name, 'a time') : [millis / 1000, Number(nanos)];
  }

  texts(name: string): readonly string[] {
    return this.#array(name).map((value) => (typeof value === 'string' ? value : this.#unexpected(name, 'texts')));
  }

  list(name: string): readonly Fields[] {
    return this.#array(name).map((value) => new Fields(value, `${this.#where}'s ${name}`));
  }

  /** None where it is not told, as in a version that does not know it. */
  maybeList(name: string): readonly Fields[] {
    return this.#values.get(name) === undefined ? [] : this.list(name);
  }

  object(name: string): Fields {
    return new Fields(this.#values.get(name), `${this.#where}'s ${name}`);
  }

  maybe(name: string): Fields | undefined {
    return this.#values.get(name) === undefined ? undefined : this.object(name);
  }

  #array(name: string): readonly unknown[] {
    const value = this.#values.get(name);
    return Array.isArray(value) ? value : this.#unexpected(name, 'a list');
  }

  #unexpected(name: string, expected: string): never {
    throw new UnexpectedShape(`${name} in ${this.#where} is not ${expected}`);
  }
}
