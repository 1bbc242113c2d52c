/** The hosts of the engines, and who may still be kept apart on them. */
import type { EngineIdentity } from '../model/engine.ts';
import type { RunningContainers } from '../model/owner.ts';
import { HostTally } from './host-tally.ts';

/** More than a collector has engines: a host whose name changes is another one each time. */
const HOSTS_MAX = 100;

export class Hosts {
  readonly #known: Readonly<Record<string, readonly string[]>>;
  readonly #ownersMax: number;
  readonly #onOverflow: () => void;
  readonly #byName = new Map<string | undefined, HostTally>();
  /** An engine is one object as long as nothing in it changes. */
  #last: { readonly engine: EngineIdentity; readonly host: HostTally } | undefined;
  #beyond: HostTally | undefined;
  #owners = 0;
  #hasOverflowed = false;

  constructor(known: Readonly<Record<string, readonly string[]>>, ownersMax: number, onOverflow: () => void) {
    this.#known = known;
    this.#ownersMax = ownersMax;
    this.#onOverflow = onOverflow;
  }

  of(engine: EngineIdentity): HostTally {
    if (this.#last?.engine === engine) return this.#last.host;
    const host = this.#named(engine.hostName);
    this.#last = { engine, host };
    return host;
  }

  noteRunning(running: Iterable<RunningContainers>): void {
    for (const host of this.all()) {
      for (const owner of host.owners()) owner.running = 0;
    }
    for (const { engine, owner, count } of running) this.#named(engine?.hostName).owner(owner).running += count;
  }

  all(): readonly HostTally[] {
    const hosts = [...this.#byName.values()];
    return this.#beyond === undefined ? hosts : [...hosts, this.#beyond];
  }

  #named(name: string | undefined): HostTally {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    if (this.#byName.size >= HOSTS_MAX) {
      this.#beyond ??= this.#make({ 'otel.metric.overflow': 'true' });
      return this.#beyond;
    }
    const host = this.#make(name === undefined ? {} : { 'host.name': name });
    this.#byName.set(name, host);
    return host;
  }

  #make(attributes: Readonly<Record<string, string>>): HostTally {
    return new HostTally(attributes, this.#known, () => this.#admit());
  }

  #admit(): boolean {
    if (this.#owners < this.#ownersMax) {
      this.#owners += 1;
      return true;
    }
    if (!this.#hasOverflowed) {
      this.#hasOverflowed = true;
      this.#onOverflow();
    }
    return false;
  }
}
