/** The numbers of one host: its events by type and action, and its owners. */
import type { Owner } from '../model/owner.ts';
import { MASKED } from '../runtime/mask.ts';
import { replaceSecrets } from '../runtime/secrets/secrets.ts';
import { OTHER } from './catalogue/attributes.ts';
import { OwnerTally } from './owner-tally.ts';
import { OwnerTree } from './owner-tree.ts';

/** Of strangers' words only so much is kept. */
const VALUE_LENGTH_MAX = 128;

/** Whether one more owner may be kept apart. */
export type Admit = () => boolean;

interface EventCount {
  readonly type: string;
  readonly action: string;
  count: number;
}

export class HostTally {
  pulls = 0;
  readonly attributes: Readonly<Record<string, string>>;
  readonly #admit: Admit;
  readonly #events = new Map<string, Map<string, EventCount>>();
  readonly #owners = new OwnerTree<OwnerTally>();
  /** Of containers that nobody owns. */
  readonly #plain: OwnerTally;
  /** Of owners that are not kept apart. */
  #others: OwnerTally | undefined;

  constructor(
    attributes: Readonly<Record<string, string>>,
    known: Readonly<Record<string, readonly string[]>>,
    admit: Admit,
  ) {
    this.attributes = attributes;
    this.#admit = admit;
    this.#plain = new OwnerTally(attributes);
    for (const [type, actions] of Object.entries(known)) {
      this.#events.set(type, new Map(actions.map((action) => [action, { type, action, count: 0 }])));
    }
  }

  noteEvent(type: string, action: string): void {
    const counted = this.#events.get(type)?.get(action) ?? this.#unknown(type);
    counted.count += 1;
  }

  *events(): Iterable<Readonly<EventCount>> {
    for (const actions of this.#events.values()) yield* actions.values();
  }

  owner(owner: Owner | undefined): OwnerTally {
    if (owner === undefined) return this.#plain;
    return this.#owners.get(owner) ?? this.#kept(keptNames(owner));
  }

  *owners(): Iterable<OwnerTally> {
    yield this.#plain;
    yield* this.#owners.values();
    if (this.#others !== undefined) yield this.#others;
  }

  /** @param owner by the names that are kept of it */
  #kept(owner: Owner): OwnerTally {
    const known = this.#owners.get(owner);
    if (known !== undefined) return known;
    if (!this.#admit()) {
      this.#others ??= new OwnerTally({ ...this.attributes, 'otel.metric.overflow': 'true' });
      return this.#others;
    }
    const tally = new OwnerTally({ ...this.attributes, ...attributesOf(owner) });
    this.#owners.set(owner, tally);
    return tally;
  }

  /** Of a known type, an unknown action; of another one, all in one. */
  #unknown(type: string): EventCount {
    const isKnown = this.#events.has(type);
    const name = isKnown ? type : OTHER;
    const actions = this.#events.get(name) ?? new Map<string, EventCount>();
    this.#events.set(name, actions);
    const counted = actions.get(OTHER) ?? { type: name, action: OTHER, count: 0 };
    actions.set(OTHER, counted);
    return counted;
  }
}

function keptNames({ composeProject, composeService, swarmService, stack }: Owner): Owner {
  return {
    composeProject: kept(composeProject),
    composeService: kept(composeService),
    swarmService: kept(swarmService),
    stack: kept(stack),
  };
}

/** A token that begins within what is kept of a name ends within this much of it. */
const LOOK_AT_MAX = 1024;

/**
 * What an encoder would make the same must be the same here: nobody takes a series twice. The beginning of a long name is a
 * copy, which does not hold the rest of it in memory. No pipeline masks metrics, so that what looks like a secret is masked
 * here, before anything is cut off that it is known by.
 */
function kept(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const masked = replaceSecrets(name.slice(0, LOOK_AT_MAX), () => MASKED);
  if (masked.length <= VALUE_LENGTH_MAX && name.length <= LOOK_AT_MAX) return masked.toWellFormed();
  return Buffer.from(masked.slice(0, VALUE_LENGTH_MAX)).toString();
}

function attributesOf({ composeProject, composeService, swarmService, stack }: Owner): Record<string, string> {
  return {
    ...(composeProject !== undefined && { 'docker.compose.project': composeProject }),
    ...(composeService !== undefined && { 'docker.compose.service': composeService }),
    ...(swarmService !== undefined && { 'docker.swarm.service.name': swarmService }),
    ...(stack !== undefined && { 'docker.stack.namespace': stack }),
  };
}
