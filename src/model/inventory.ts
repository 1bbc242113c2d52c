/**
 * What is known of an engine's containers, and how that is compared with what the engine says after a gap. Kept by the
 * lifecycle fold, used by whoever speaks to the engine.
 */
import type { DockerEvent } from './docker-event.ts';
import type { InspectedContainer, ListedContainer } from './engine.ts';
import type { Synthetic } from './entry.ts';

export interface Inventory {
  /**
   * False until the engine's list was taken over by `learn`. Before that a container that is not known may have been there
   * all the time.
   */
  readonly isKnown: boolean;
  /**
   * The containers whose details must be asked for before they can be compared: some of those listed, and those that are
   * known and not listed. Begins a comparison: containers of which events tell from here on are left out of it.
   */
  toInspect(listed: readonly ListedContainer[]): readonly string[];
  /**
   * The events that would lead from what is known now to what the engine says, oldest first by their times, each container's
   * in their order. Changes nothing. Empty when both agree.
   *
   * @param inspected by container id; undefined for one that is gone meanwhile, absent for one that could not be asked for
   */
  differences(
    listed: readonly ListedContainer[],
    inspected: ReadonlyMap<string, InspectedContainer | undefined>,
  ): readonly Difference[];
  /**
   * Takes over what the engine says and no event has told yet, without an event of it: the first start. Changes rows of the
   * fold that no event leads to again, so these are best saved at once.
   */
  learn(listed: readonly ListedContainer[], inspected: ReadonlyMap<string, InspectedContainer | undefined>): void;
  /** The containers that run, and of which it is not known by what command their health is checked, or that none does. */
  unknownProbes(): readonly string[];
  /** Whether that is not known of this container, which is there. */
  wantsProbe(id: string): boolean;
  /**
   * Takes over what inspect says of it. It stays so for the container's life. Unlike `learn` it needs no saving: what is
   * lost is asked for again.
   *
   * @param probe see {@link InspectedContainer.probe}
   */
  learnProbe(id: string, probe: string | undefined): void;
}

/** An event that nobody sent. Two comparisons that find the same difference give equal ones. */
export interface Difference {
  readonly event: DockerEvent;
  readonly synthetic: Synthetic;
}
