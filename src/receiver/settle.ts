/**
 * What is done once a stream has been found to go on, or not, where the one before it ended: a gap is told with what became
 * of the containers meanwhile, and an engine that is new to us is asked what it has.
 *
 * Only what is told leaves its place among what is pending, so that whatever ends the connection meanwhile, the next one
 * does it all again.
 */
import type { EngineCount, EngineProblem, EngineSession } from '../model/engine.ts';
import type { GapEntry, GapReason, Received } from '../model/entry.ts';
import type { Difference, Inventory } from '../model/inventory.ts';
import type { StateRows } from '../model/journal.ts';
import type { Telemetry } from '../model/telemetry.ts';
import { compareTimes, type UnixNanos } from '../model/time.ts';
import { type Clock, sleep } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';
import type { EngineCounter } from './counter.ts';
import { engineNow } from './engine-clock.ts';
import { type Gap, type GapKeeper, gapEntry } from './gap.ts';
import { gapTold, inventoryTaken, listRefused } from './happenings.ts';
import type { Memory } from './memory.ts';
import type { Probes } from './probes.ts';
import { type Comparison, reconcile, type Survey, survey } from './reconcile.ts';
import { syntheticEvent } from './synthetic.ts';

/** How long events that the engine has counted may take to come. */
const ARRIVAL_MS = 1000;

export interface SettlerParts {
  readonly memory: Memory;
  readonly gaps: GapKeeper;
  readonly counter: EngineCounter;
  readonly inventory: Inventory;
  readonly probes: Probes | undefined;
  readonly emitsInventory: boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
  readonly deliver: (entries: readonly (Received | GapEntry)[], rows?: StateRows) => void;
}

/** What the engine's containers told about a gap. */
interface Findings {
  readonly compared: Comparison | undefined;
  readonly detail: string | undefined;
}

/** What the engine has counted, and when it was asked, by its clock and by one that is never set. */
interface Asked {
  readonly at: UnixNanos;
  readonly atMs: number;
  readonly count: EngineCount | undefined;
}

export class Settler {
  readonly #parts: SettlerParts;
  #isRefusalTold = false;

  constructor(parts: SettlerParts) {
    this.#parts = parts;
  }

  /** Tells what is pending, and learns what is there. */
  async settle(session: EngineSession, ended: AbortSignal): Promise<void> {
    const { gaps, counter, inventory } = this.#parts;
    if (gaps.pending === undefined) {
      if (!inventory.isKnown) await this.#learn(session, this.#parts.emitsInventory, ended);
      return;
    }
    const asked = await this.#ask(session, ended);
    const isNew = !inventory.isKnown || gaps.pending.reason === 'engine_replaced';
    const found = isNew ? await this.#learn(session, false, ended) : await this.#compare(session, ended);
    const missing = await this.#missing(asked, ended);
    const { pending } = gaps;
    if (ended.aborted || pending === undefined) return;
    if (missing !== undefined) counter.told(missing);
    const atLeast = missing === undefined ? pending.atLeast : missing + (pending.atLeast ?? 0);
    this.#tell(session, { ...pending, reason: this.#reasonOf(pending.reason, asked.count), atLeast }, found);
    await counter.begin(session, ended);
  }

  /** How many events the engine has counted that did not come; undefined where none are missing for certain. */
  async missing(session: EngineSession, ended: AbortSignal): Promise<number | undefined> {
    return this.#missing(await this.#ask(session, ended), ended);
  }

  async #ask(session: EngineSession, ended: AbortSignal): Promise<Asked> {
    const { counter, clock } = this.#parts;
    const at = engineNow(clock, session);
    return { at, atMs: clock.monotonicMs(), count: await counter.ask(session, ended) };
  }

  /** The engine's own word on whether it was started anew is better than what its memory looks like. */
  #reasonOf(reason: GapReason, count: EngineCount | undefined): GapReason {
    const wasRestarted = this.#parts.counter.wasRestarted(count);
    if (wasRestarted === undefined || !['ring_overrun', 'engine_restarted', 'not_known'].includes(reason))
      return reason;
    return wasRestarted ? 'engine_restarted' : reason === 'engine_restarted' ? 'not_known' : reason;
  }

  /** Undefined too when what the engine has counted may still be on its way. */
  async #missing({ count, at, atMs }: Asked, ended: AbortSignal): Promise<number | undefined> {
    const { clock, counter, memory } = this.#parts;
    if (counter.missing(count) === undefined) return undefined;
    const arrivedBefore = memory.arrived;
    await sleep(clock, atMs + ARRIVAL_MS - clock.monotonicMs(), ended);
    const isQuiet = memory.arrived === arrivedBefore;
    const hasPassed = memory.last !== undefined && compareTimes(memory.last, at) >= 0;
    return isQuiet || hasPassed ? counter.missing(count) : undefined;
  }

  #tell(session: EngineSession, gap: Gap, { compared, detail }: Findings): void {
    const { gaps, clock, random, telemetry } = this.#parts;
    const { identity } = session;
    const observedAt = clock.now();
    const uid = random.hex(16);
    const synthetic = this.#synthetic(compared?.differences ?? [], session, uid);
    const reconciled = compared && { containers: compared.listed.length, events: synthetic.length };
    const entry = gapEntry(gap, { uid, reconciled, detail }, observedAt, identity);
    telemetry.report(gapTold(identity.endpoint, entry));
    if (synthetic.length > 0) {
      telemetry.count('events_synthetic', synthetic.length);
      telemetry.count('events_accepted', synthetic.length);
    }
    gaps.tell(entry, synthetic);
    if (compared !== undefined) this.#takeOver(compared);
  }

  #takeOver({ listed, inspected }: Survey): void {
    this.#parts.inventory.learn(listed, inspected);
    this.#parts.probes?.takeOver(inspected);
  }

  #synthetic(differences: readonly Difference[], { identity }: EngineSession, occasion: string): Received[] {
    const observedAt = this.#parts.clock.now();
    return differences.map((difference) => syntheticEvent(difference, observedAt, identity, occasion));
  }

  async #compare(session: EngineSession, ended: AbortSignal): Promise<Findings> {
    const { inventory, clock } = this.#parts;
    const compared = await reconcile(session, inventory, clock, ended);
    if (!compared.ok) return this.#refused(session, compared.problem, ended);
    return { compared: compared.value, detail: undefined };
  }

  /** Takes over what is there. Nothing is compared with what was there before. */
  async #learn(session: EngineSession, emits: boolean, ended: AbortSignal): Promise<Findings> {
    const { inventory, clock, telemetry, deliver } = this.#parts;
    const found = await survey(session, inventory, clock, ended);
    if (!found.ok) return this.#refused(session, found.problem, ended);
    const { listed, inspected } = found.value;
    const differences = emits ? inventory.differences(listed, inspected) : [];
    const synthetic = this.#synthetic(differences, session, this.#parts.random.hex(16));
    telemetry.report(inventoryTaken(session.identity.endpoint, listed.length, synthetic.length));
    if (synthetic.length > 0) deliver(synthetic);
    this.#takeOver(found.value);
    const detail = 'The containers that are there were taken over without comparing them with those before.';
    return { compared: undefined, detail };
  }

  #refused(session: EngineSession, problem: EngineProblem, ended: AbortSignal): Findings {
    if (!ended.aborted && !this.#isRefusalTold) {
      this.#isRefusalTold = true;
      this.#parts.telemetry.report(listRefused(session.identity.endpoint, problem));
    }
    return { compared: undefined, detail: 'The engine’s containers could not be listed.' };
  }
}
