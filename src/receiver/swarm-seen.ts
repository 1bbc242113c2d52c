/**
 * Which events of a swarm were reported, and by which engine's receiver. Every manager of a swarm reports each of its events;
 * when several are read by one process, the first report is told and the others are known to be its twins.
 *
 * A manager takes the time of a create or an update from the swarm, so that its twins have one uid. A removal has each
 * manager's own time; but what has an id is removed once only.
 *
 * A report is a twin only where everybody who is to have it has the first one: pipelines may differ in their receivers. Where
 * they overlap in part, a pipeline may get an event twice, with one uid, rather than another not at all.
 *
 * Bounded as the events of one engine are: two generations, of which the older is forgotten as a whole.
 */
import type { DockerEvent } from '../model/docker-event.ts';
import type { EventEntry } from '../model/entry.ts';

/** Events of a swarm are few: a service of 100 tasks that is rolled out makes some dozens. */
const CAPACITY = 8192;

export class SwarmSeen {
  #newer = new Map<string, string>();
  #older: ReadonlyMap<string, string> = new Map();
  readonly #covers: (by: string, receiver: string) => boolean;

  /** @param covers whether all who get the events of `receiver` get those of `by` too */
  constructor(covers: (by: string, receiver: string) => boolean = () => true) {
    this.#covers = covers;
  }

  /** Takes over what an earlier process read, oldest first. */
  recover(lastEvents: Iterable<EventEntry>): void {
    for (const { event, uid, engine } of lastEvents) {
      if (event.scope === 'swarm') this.isTwin(engine.receiver, event, uid);
    }
  }

  /**
   * True when another receiver has reported this event to all who are to have it; otherwise it is remembered as reported by
   * this one.
   * @param event of swarm scope
   */
  isTwin(receiver: string, event: DockerEvent, uid: string): boolean {
    const key = event.action === 'remove' ? JSON.stringify([event.type, event.actorId]) : uid;
    const by = this.#newer.get(key) ?? this.#older.get(key);
    if (by === receiver) return false;
    if (by !== undefined && this.#covers(by, receiver)) return true;
    if (this.#newer.size >= CAPACITY) {
      this.#older = this.#newer;
      this.#newer = new Map();
    }
    this.#newer.set(key, receiver);
    return false;
  }
}
