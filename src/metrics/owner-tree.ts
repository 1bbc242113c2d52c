/**
 * What is known of owners, found by their names one after the other: making one key of four names would take longer than all
 * else that is done for an event.
 */
import type { Owner } from '../model/owner.ts';

class Branch<Value> {
  readonly branches = new Map<string | undefined, Branch<Value>>();
  value: Value | undefined;
}

export class OwnerTree<Value> {
  readonly #root = new Branch<Value>();
  readonly #all: Value[] = [];

  get(owner: Owner): Value | undefined {
    return this.#root.branches
      .get(owner.composeProject)
      ?.branches.get(owner.composeService)
      ?.branches.get(owner.swarmService)
      ?.branches.get(owner.stack)?.value;
  }

  set(owner: Owner, value: Value): void {
    let branch = this.#root;
    for (const name of [owner.composeProject, owner.composeService, owner.swarmService, owner.stack]) {
      const next = branch.branches.get(name) ?? new Branch<Value>();
      branch.branches.set(name, next);
      branch = next;
    }
    branch.value = value;
    this.#all.push(value);
  }

  /** In the order in which they were set. Each owner is set once. */
  values(): readonly Value[] {
    return this.#all;
  }
}
