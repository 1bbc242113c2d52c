/** A receiver between a scripted engine and a list of what it delivered, time in the test's hand. */
import assert from 'node:assert/strict';
import type { GapEntry, Received } from '../../src/model/entry.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import { schema } from '../../src/receiver/config.ts';
import { Receiver, type ReceiverParts, type Resume } from '../../src/receiver/receiver.ts';
import { SwarmSeen } from '../../src/receiver/swarm-seen.ts';
import { entryOf } from '../support/events.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { RecordingTelemetry } from '../support/recording-telemetry.ts';
import { ScriptedEngine } from '../support/scripted-engine.ts';
import { seededRandom } from '../support/seeded-random.ts';

/** An engine without containers, which is known. */
export const NO_CONTAINERS: Inventory = {
  isKnown: true,
  toInspect: () => [],
  differences: () => [],
  learn: () => {},
  unknownProbes: () => [],
  wantsProbe: () => false,
  learnProbe: () => {},
};

export const FIRST_START: Resume = { lastEvents: [], pendingGap: undefined, wasDamaged: false };

export type BenchParts = Partial<Pick<ReceiverParts, 'name' | 'once' | 'inventory' | 'swarm' | 'meet'>> & {
  readonly resume?: Partial<Resume>;
  readonly options?: Readonly<Record<string, unknown>>;
};

export class Bench {
  readonly clock = new FakeClock();
  readonly telemetry = new RecordingTelemetry();
  readonly received: Received[] = [];
  readonly gaps: GapEntry[] = [];
  /** What the rows of state say now. */
  readonly state = new Map<string, string>();
  /** What each delivery held: events by their line, gaps by their reason, rows by what they say. */
  readonly deliveries: { readonly entries: readonly string[]; readonly rows: readonly (string | undefined)[] }[] = [];
  readonly engine: ScriptedEngine;
  readonly receiver: Receiver;

  constructor(script: ConstructorParameters<typeof ScriptedEngine>[0], parts: BenchParts = {}) {
    this.engine = new ScriptedEngine(script);
    this.receiver = new Receiver({
      name: 'docker_events',
      once: false,
      inventory: NO_CONTAINERS,
      swarm: new SwarmSeen(),
      meet: () => {},
      ...parts,
      engine: this.engine,
      options: schema.parse({ audit_interval: 0, ...parts.options }),
      resume: () => ({ ...FIRST_START, ...parts.resume }),
      deliver: (entries, rows) => {
        for (const entry of entries) {
          if ('kind' in entry) this.gaps.push(entry);
          else this.received.push(entry);
        }
        for (const [key, row] of rows ?? []) {
          if (row === undefined) this.state.delete(key);
          else this.state.set(key, row);
        }
        this.deliveries.push({
          entries: entries.map((entry) => ('kind' in entry ? entry.reason : entry.raw)),
          rows: [...(rows?.values() ?? [])],
        });
      },
      clock: this.clock,
      random: seededRandom(1),
      telemetry: this.telemetry,
    });
  }

  get raws(): string[] {
    return this.received.map(({ raw }) => raw);
  }

  /** The stream is silent for a moment and the engine answers a ping, if it is asked: its replay is over. */
  async replayed(): Promise<void> {
    await this.pass(250);
    this.engine.pings.at(-1)?.resolve({ ok: true, value: undefined });
    await settled();
  }

  /** Moves time, and lets what it wakes go on. */
  async pass(millis: number): Promise<void> {
    await settled();
    this.clock.advance(millis);
    await settled();
  }

  /** Lets promise callbacks run, then moves time to the next timer. */
  async nextTimer(): Promise<number> {
    await settled();
    const delay = this.clock.nextDelayMs;
    assert.ok(delay !== undefined, 'no timer waits');
    this.clock.advance(delay);
    await settled();
    return delay;
  }
}

/** What an earlier process left behind that had read these lines. */
export function afterReading(lines: readonly string[], changes: Partial<Resume> = {}): Resume {
  return { ...FIRST_START, lastEvents: lines.map(entryOf), ...changes };
}

/** Lets everything that only waits for promises go on. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
}
