/**
 * The rollouts of swarm services that are under way, by the service's id, bounded.
 *
 * | `updatestate.new`    | none under way | under way                                                         |
 * | -------------------- | -------------- | ----------------------------------------------------------------- |
 * | `updating`           | begins         | ends as it is (`paused` where it was paused), and another begins  |
 * | `completed`          |                | ends well                                                         |
 * | `paused`             |                | goes on: somebody may roll it back                                |
 * | `rollback_started`   | begins         | goes on, and is not paused any more                               |
 * | `rollback_paused`    |                | ends: `rollback_paused`                                           |
 * | `rollback_completed` |                | ends: `rolled_back`                                               |
 *
 * An update from before the rollout under way is of an earlier one: a manager tells of the past of its swarm again when it is
 * started anew, also of what nobody has read before.
 *
 * When its service is removed it ends, too, as if the next one began. An update without an `updatestate.new` changes nothing
 * and belongs to the rollout under way. The end of a rollout whose beginning was not seen is no span.
 *
 * Where several engines of one swarm are read, an update is told by the one that reported it first and is silent with the
 * others, which take note of it nevertheless: who tells of the end need not be who told of the beginning.
 */
import type { Received, TraceKey } from '../model/entry.ts';
import type { StateRows } from '../model/journal.ts';
import { compareTimes, type UnixNanos } from '../model/time.ts';
import { forgetOldest } from './container-history.ts';
import { ROW_ID, type Rollout, rolloutFrom, rolloutRow } from './rows.ts';
import { draftOf, type SpanDraft } from './span-draft.ts';

const ROLLOUTS_MAX = 4096;

export class Rollouts {
  readonly #open = new Map<string, Rollout>();
  readonly #changed = new Set<string>();
  readonly #prefix: string;
  readonly #onForgotten: () => void;

  /** @param onForgotten is told when one is forgotten while it is under way */
  constructor(receiver: string, onForgotten: () => void) {
    this.#prefix = `service/${receiver}/`;
    this.#onForgotten = onForgotten;
  }

  /** When the rollout of this service began that is under way. */
  startOf(service: string | undefined): UnixNanos | undefined {
    return service === undefined ? undefined : this.#open.get(service)?.start;
  }

  /** @returns when the rollout began that the event belongs to */
  note({ event, observedAt }: Received, ended: SpanDraft[]): UnixNanos | undefined {
    const id = event.actorId;
    const before = this.#open.get(id);
    const at = event.time ?? observedAt;
    const isTimed = event.time !== undefined;
    if (event.action === 'update' && isTimed && before !== undefined && compareTimes(at, before.start) < 0)
      return undefined;
    const end = (failure?: string) => {
      if (before === undefined) return;
      this.#set(id, undefined);
      ended.push(rolloutSpan(id, before, at, isTimed, failure));
    };
    const word = event.action === 'remove' ? 'remove' : event.attributes.get('updatestate.new');
    switch (event.action === 'remove' || event.action === 'update' ? word : undefined) {
      case 'remove':
        end(before?.isPaused ? 'paused' : undefined);
        return before?.start;
      case 'updating':
        if (before !== undefined && compareTimes(before.start, at) === 0) return at;
        end(before?.isPaused ? 'paused' : undefined);
        this.#set(id, { start: at, isTimed, isPaused: false });
        return at;
      case 'completed':
        end();
        return before?.start;
      case 'paused':
        if (before !== undefined) this.#set(id, { ...before, isPaused: true });
        return before?.start;
      case 'rollback_started':
        this.#set(id, before === undefined ? { start: at, isTimed, isPaused: false } : { ...before, isPaused: false });
        return before?.start ?? at;
      case 'rollback_paused':
        end('rollback_paused');
        return before?.start;
      case 'rollback_completed':
        end('rolled_back');
        return before?.start;
      default:
        return before?.start;
    }
  }

  forgetAll(): void {
    for (const id of [...this.#open.keys()]) {
      this.#set(id, undefined);
      this.#onForgotten();
    }
  }

  /** Takes over rows, those of other receivers left out. */
  restore(rows: ReadonlyMap<string, string>): void {
    for (const [key, row] of rows) {
      const id = key.startsWith(this.#prefix) ? key.slice(this.#prefix.length) : '';
      if (!ROW_ID.test(id)) continue;
      const rollout = rolloutFrom(row);
      if (rollout === undefined) this.#changed.add(id);
      else this.#open.set(id, rollout);
    }
  }

  /** Rows that have changed since the last call. */
  changedRows(): StateRows {
    const rows = new Map<string, string | undefined>();
    for (const id of this.#changed) {
      const rollout = this.#open.get(id);
      if (ROW_ID.test(id)) rows.set(`${this.#prefix}${id}`, rollout && rolloutRow(rollout));
    }
    this.#changed.clear();
    return rows;
  }

  #set(id: string, rollout: Rollout | undefined): void {
    this.#open.delete(id);
    if (rollout !== undefined) this.#open.set(id, rollout);
    this.#changed.add(id);
    if (this.#open.size <= ROLLOUTS_MAX) return;
    const oldest = forgetOldest(this.#open);
    if (oldest === undefined) return;
    this.#changed.add(oldest);
    this.#onForgotten();
  }
}

function rolloutSpan(
  id: string,
  { start, isTimed }: Rollout,
  end: UnixNanos,
  isEndTimed: boolean,
  failure: string | undefined,
): SpanDraft {
  const trace: TraceKey = { of: 'service', id, start };
  return draftOf({
    name: 'rollout',
    trace,
    start,
    end,
    isStartEstimated: !isTimed,
    isEndEstimated: !isEndTimed,
    failure,
  });
}
