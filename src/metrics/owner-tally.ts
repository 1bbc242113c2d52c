/** The numbers of one owner of containers. */
import type { ExitReason } from '../model/context.ts';
import { Histogram } from '../runtime/histogram.ts';
import { OTHER } from './catalogue/attributes.ts';

const HEALTHS: ReadonlySet<string> = new Set(['healthy', 'unhealthy', 'starting']);

/** From runs that crash at once to those of a long-lived service, in seconds: the last is four weeks. */
const RUN_DURATION_BOUNDS: readonly number[] = [
  1, 5, 15, 60, 300, 900, 3600, 14_400, 43_200, 86_400, 259_200, 604_800, 2_419_200,
];

export class OwnerTally {
  starts = 0;
  restarts = 0;
  oomKills = 0;
  execs = 0;
  readonly deaths: Record<ExitReason, number> = {
    completed: 0,
    failed: 0,
    stopped: 0,
    killed: 0,
    oom_killed: 0,
    unknown: 0,
  };
  readonly runDurations = new Histogram(RUN_DURATION_BOUNDS);
  /** Containers that run now. */
  running = 0;
  /** Its attributes, those of its host included. */
  readonly attributes: Readonly<Record<string, string>>;
  #health: Map<string, number> | undefined;

  constructor(attributes: Readonly<Record<string, string>>) {
    this.attributes = attributes;
  }

  /** By what the health became. Empty as long as no change was told. */
  get healthChanges(): Iterable<readonly [state: string, count: number]> {
    return this.#health ?? [];
  }

  noteHealth(said: string | undefined): void {
    const state = said !== undefined && HEALTHS.has(said) ? said : OTHER;
    this.#health ??= new Map([
      ['healthy', 0],
      ['unhealthy', 0],
    ]);
    this.#health.set(state, (this.#health.get(state) ?? 0) + 1);
  }
}
