/**
 * Asks how containers are checked for their health, beside the reading and without holding it up.
 *
 * A container is asked for when it starts, since the first check comes an interval later; when an exec is begun in it while
 * that is still not known; and, once connected, when it runs. Two at a time, each once for its life: what is learned stays in
 * the inventory. One that could not be asked for is left alone until it starts anew or the engine is connected to anew.
 *
 * - Whoever refuses to answer does so for all containers: none is asked for again in this session.
 * - What waits is bounded. A container that finds no place is asked for with its next exec.
 * - Podman is not asked: its execs have no command to compare.
 */
import type { EngineSession, InspectedContainer } from '../model/engine.ts';
import type { GapEntry, Received } from '../model/entry.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Telemetry } from '../model/telemetry.ts';
import { probesRefused } from './happenings.ts';

const AT_ONCE = 2;

const WAITING_MAX = 512;

const FAILED_MAX = 512;

export class Probes {
  readonly #inventory: Inventory;
  readonly #telemetry: Telemetry;
  /** In the order in which they are asked for. */
  readonly #waiting = new Set<string>();
  readonly #failed = new Set<string>();
  #isAsking = false;
  #isRefusalTold = false;
  #wake = Promise.withResolvers<void>();

  constructor(inventory: Inventory, telemetry: Telemetry) {
    this.#inventory = inventory;
    this.#telemetry = telemetry;
  }

  /** Takes note of what was delivered, after the inventory has. */
  heard(entries: readonly (Received | GapEntry)[]): void {
    if (!this.#isAsking) return;
    for (const entry of entries) {
      if ('kind' in entry || entry.event.type !== 'container') continue;
      const { action, actorId } = entry.event;
      if (action === 'start') this.#failed.delete(actorId);
      else if (!action.startsWith('exec_create: ')) continue;
      this.#want(actorId);
    }
  }

  /** Asks for all that run. */
  askForRunning(): void {
    if (!this.#isAsking) return;
    for (const id of this.#inventory.unknownProbes()) this.#want(id);
  }

  /** Takes over what was asked for another reason, once the inventory has learned of the containers. */
  takeOver(inspected: ReadonlyMap<string, InspectedContainer | undefined>): void {
    for (const [id, container] of inspected) {
      if (container !== undefined) this.#inventory.learnProbe(id, container.probe);
    }
  }

  /** Asks this session until it ends. */
  async run(session: EngineSession, ended: AbortSignal): Promise<void> {
    if (session.dialect.name === 'podman') return;
    this.#waiting.clear();
    this.#failed.clear();
    this.#isAsking = true;
    const end = () => this.#stop();
    ended.addEventListener('abort', end, { once: true });
    if (ended.aborted) end();
    const worker = async () => {
      while (this.#isAsking) {
        const [id] = this.#waiting;
        if (id === undefined) await this.#wake.promise;
        else await this.#ask(session, id, ended);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    ended.removeEventListener('abort', end);
  }

  #want(id: string): void {
    if (this.#waiting.size >= WAITING_MAX || this.#failed.has(id) || !this.#inventory.wantsProbe(id)) return;
    this.#waiting.add(id);
    this.#wakeUp();
  }

  async #ask(session: EngineSession, id: string, ended: AbortSignal): Promise<void> {
    this.#waiting.delete(id);
    if (!this.#inventory.wantsProbe(id)) return;
    const answer = await session.inspect(id, ended);
    if (ended.aborted) return;
    if (answer.ok && answer.value !== undefined) {
      this.#inventory.learnProbe(id, answer.value.probe);
      return;
    }
    if (this.#failed.size >= FAILED_MAX) this.#failed.clear();
    this.#failed.add(id);
    if (answer.ok || answer.problem.code !== 'forbidden') return;
    this.#stop();
    if (this.#isRefusalTold) return;
    this.#isRefusalTold = true;
    this.#telemetry.report(probesRefused(session.identity.endpoint, answer.problem));
  }

  #stop(): void {
    this.#isAsking = false;
    this.#wakeUp();
  }

  #wakeUp(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }
}
