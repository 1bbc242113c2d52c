/**
 * One exporter's way out of the journal.
 *
 *   journal ──lease──► wanted? ──► mapper ──► records or spans ──► batches ──► exporter
 *      ▲                  │                                          │
 *      └── acknowledge ◄──┴─────────────── settled ◄─────────────────┘
 *
 * - A lane is for one signal: it makes log records of all but spans, or spans. What is of the other signal is passed over.
 * - An entry is acknowledged when the backend has it, or will never take it. What is refused for good is set aside in the
 *   journal and told in its place (losses.ts).
 * - At most `batch_size × (max_in_flight + 1)` records exist at a time, and about 64 MiB of encoded ones. What waits beyond
 *   that waits in the journal, whose bounds are the journal's business.
 * - The pump runs inside the journal's append, so that a burst is taken out batch by batch while it comes in. It never
 *   waits: a full batch is encoded and handed to the socket, nothing more.
 * - Lanes share nothing but the journal. One that is stuck holds its own leases, and nobody else.
 * - Of an entry in hand nothing is kept but its place in the journal and what a loss would be told with; its record waits
 *   as the exporter wants it, encoded where it can be.
 * - An entry that the filter or the mapper throws on is a bug. It is reported, told like a refusal, and left out.
 * - A lane that nobody asked for by name goes off when its backend says, before it ever took anything, that it has no such
 *   signal: all that waits and all that comes is passed over until the next start. One that was asked for keeps trying.
 *
 * Lifecycle: made ──start──► pumping ──stop──► flushing, until the deadline ──► stopped, for good. Flushed is what is in hand
 * and, where the journal does not outlive the process, what still waits in it; where it does, a backend that cannot take
 * anything now is not waited for. What is not acknowledged then stays in the journal, which tells or keeps it.
 */
import type { Component } from '../model/component.ts';
import { type Entry, entryTime } from '../model/entry.ts';
import type { JournalReader, Leased } from '../model/journal.ts';
import type { Mark } from '../model/mark.ts';
import type { ExporterState, Trouble } from '../model/status.ts';
import type { Telemetry } from '../model/telemetry.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';
import type { Settled } from './exporter.ts';
import { backendWarned, notMapped, offText, partlyRejected, refused, signalOff } from './happenings.ts';
import { type InHand, InHandPages, type LeftOut } from './in-hand.ts';
import { LaneAccount, type LaneNumbers } from './lane-account.ts';
import { LeftOuts } from './left-out.ts';
import { Losses } from './losses.ts';
import { type LaneRecords, logsOutlet, type Outlet, type OutletParts, tracesOutlet } from './outlet.ts';
import { VERSION } from './version.ts';

export interface LaneParts {
  /** The lane's name in logs and counts: that of the exporter in the configuration, with the pipeline's where there are several. */
  readonly name: string;
  readonly reader: JournalReader;
  /** What becomes of an entry of this lane's signal. All are wanted where it is not given. */
  readonly judge?: (entry: Entry) => LaneVerdict;
  readonly records: LaneRecords;
  readonly batch: LaneBatch;
  /** Nobody asked for it by name. */
  readonly isImplied?: boolean;
  /** Its backend does not have the signal, and it was implied: nothing is sent any more. */
  readonly onOff?: () => void;
  /** For the instrumentation scope; this program's where it is not given. */
  readonly version?: string;
  readonly mark?: Mark | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
}

/** `filtered`: left out by its pipeline's filter. `passed_over`: no business of its pipeline at all. */
export type LaneVerdict = 'wanted' | 'filtered' | 'passed_over';

export interface LaneBatch {
  readonly batch_size: number;
  /** Milliseconds. */
  readonly flush_interval: number;
  readonly max_in_flight: number;
}

/** What a lane says of itself; the journal knows the rest. */
export type LaneState = LaneNumbers & Pick<ExporterState, 'signal' | 'state' | 'trouble' | 'inHandMax'>;

export interface LaneComponent extends Component {
  state(): LaneState;
}

/** Beyond this a lane takes nothing more in hand, however few the records are: huge ones wait in the journal. */
const BYTES_IN_HAND_MAX = 64 * 1024 * 1024;

/** Few enough that the limit above is looked at before much has gone beyond it. */
const LEASED_AT_A_TIME = 64;

/** What a lane leaves out without letting others have their turn: some 40 ms where it is read from disk. */
const LEFT_OUT_AT_A_TIME = 4096;

export function createLane(parts: LaneParts): LaneComponent {
  const { records } = parts;
  if (records.signal === 'logs') return new Lane(parts, (hooks) => logsOutlet(records, hooks));
  return new Lane(parts, (hooks) => tracesOutlet(records, hooks));
}

class Lane<Mine extends Entry, Made> implements LaneComponent {
  readonly #parts: LaneParts;
  readonly #capacity: number;
  readonly #outlet: Outlet<Mine, Made>;
  readonly #account: LaneAccount;
  readonly #losses: Losses;
  readonly #inHand: InHandPages;
  readonly #leftOuts = new LeftOuts((leftOut) => this.#acknowledge(leftOut));
  #state: 'made' | 'pumping' | 'flushing' | 'stopped' = 'made';
  #isPumping = false;
  /** The backend took something, or refused it for what it was: it has the signal. */
  #isKnown = false;
  /** Why it went off. */
  #off: Trouble | undefined;
  /** How much it left out since others had their turn; and when it goes on, where that was enough. */
  #leftOut = 0;
  #later: Timer | undefined;
  #stopped: Promise<void> | undefined;
  #onIdle: (() => void) | undefined;

  constructor(parts: LaneParts, outletOf: (parts: OutletParts) => Outlet<Mine, Made>) {
    this.#parts = parts;
    const { batch, version = VERSION } = parts;
    this.#capacity = batch.batch_size * (batch.max_in_flight + 1);
    this.#inHand = new InHandPages(batch.batch_size);
    this.#account = new LaneAccount({ ...parts, signal: parts.records.signal });
    this.#losses = new Losses(parts);
    this.#outlet = outletOf({
      ...parts,
      version,
      capacity: this.#capacity,
      maxBatchSize: batch.batch_size,
      maxInFlight: batch.max_in_flight,
      flushIntervalMs: batch.flush_interval,
      // What outlives the process need not wait for a backend that is away.
      onHeld: () => {
        if (this.#state === 'flushing' && parts.reader.isDurable) this.#onIdle?.();
      },
      givesUpOn: (detail) => this.#goOff(detail),
      onSettled: (first, count, outcome) => this.#settle(first, count, outcome),
    });
  }

  state(): LaneState {
    const trouble = this.#off ?? this.#outlet.sender.trouble;
    const failing = trouble === undefined ? 'delivering' : 'failing';
    const state = this.#off === undefined ? failing : 'off';
    const inHandMax = this.#capacity;
    return { signal: this.#outlet.signal, state, trouble, inHandMax, ...this.#account.numbers };
  }

  async start(): Promise<void> {
    if (this.#state !== 'made') return;
    this.#state = 'pumping';
    this.#parts.reader.onAppend(() => this.#pump());
    this.#pump();
  }

  stop(deadline: AbortSignal): Promise<void> {
    this.#stopped ??= this.#finish(deadline);
    return this.#stopped;
  }

  async #finish(deadline: AbortSignal): Promise<void> {
    const isOver = new Promise<void>((resolve) => {
      if (deadline.aborted) resolve();
      deadline.addEventListener('abort', () => resolve(), { once: true });
    });
    if (this.#state === 'pumping') {
      this.#state = 'flushing';
      const isIdle = new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
      this.#pump();
      this.#outlet.sender.hurry();
      await Promise.race([isIdle, isOver]);
    }
    this.#state = 'stopped';
    this.#later?.cancel();
    await this.#outlet.batches.shutdown({ timeoutMillis: 0 });
    // What is kept, or lost, with the process is what this lane would have delivered.
    this.#leftOuts.settle(this.#inHand.takeLeftOuts());
    this.#leftOuts.flush();
    await Promise.race([this.#outlet.close(), isOver]);
  }

  /** Takes out of the journal what there is room for. */
  #pump(): void {
    if (this.#isPumping || this.#state === 'made' || this.#state === 'stopped') return;
    this.#isPumping = true;
    const { reader } = this.#parts;
    const { batches } = this.#outlet;
    try {
      while (this.#state === 'pumping' || !reader.isDurable) {
        const room = this.#room();
        if (room <= 0) break;
        const leased = reader.lease(Math.min(room, LEASED_AT_A_TIME));
        if (leased.length === 0) break;
        for (const each of leased) this.#take(each);
        this.#parts.mark?.('lane.leased');
      }
    } finally {
      this.#isPumping = false;
    }
    if (this.#state !== 'flushing') return;
    batches.flush();
    const isEmpty = batches.unsettled === 0 || this.#off !== undefined;
    if (isEmpty && (reader.isDurable || reader.waiting === 0)) this.#onIdle?.();
  }

  /** How much may be leased. */
  #room(): number {
    const { batches } = this.#outlet;
    const isOff = this.#off !== undefined;
    if (isOff && this.#state === 'flushing') return LEASED_AT_A_TIME;
    // A million events may lie between two spans. What would wait in memory only is taken while it comes.
    if (this.#leftOut >= LEFT_OUT_AT_A_TIME && (isOff || this.#parts.reader.isDurable)) {
      this.#later ??= this.#parts.clock.after(0, () => {
        this.#later = undefined;
        this.#leftOut = 0;
        this.#pump();
      });
      return 0;
    }
    if (isOff) return LEASED_AT_A_TIME;
    return batches.unsettledBytes >= BYTES_IN_HAND_MAX ? 0 : this.#capacity - batches.unsettled;
  }

  #take(leased: Leased): void {
    const { judge, name, telemetry } = this.#parts;
    const outlet = this.#outlet;
    const { entry } = leased;
    const number = outlet.batches.next;
    try {
      if (this.#off !== undefined || !outlet.takes(entry)) {
        this.#leaveOut(leased, 'passed_over');
        return;
      }
      const verdict = judge?.(entry) ?? 'wanted';
      if (verdict !== 'wanted') {
        this.#leaveOut(leased, verdict);
        return;
      }
      const made = outlet.map(entry);
      this.#hold(number, inHand(leased, this.#leftOuts.take()));
      outlet.put(made);
    } catch (error) {
      telemetry.report(notMapped(name, entry.uid, error, outlet.signal));
      // Once it has its number in the batches, what becomes of it is the sender's to say.
      if (outlet.batches.next === number) {
        this.#leftOuts.settle(this.#unhold(number)?.leftOut);
        const one = inHand(leased);
        this.#leftOuts.flush();
        this.#account.rejected([one], 'not_mapped');
        this.#losses.giveUp([one], 'it could not be made into a record; this is a fault of the collector');
      }
    }
  }

  #leaveOut({ position, entry: { kind } }: Leased, verdict: Exclude<LaneVerdict, 'wanted'>): void {
    this.#leftOut += 1;
    this.#leftOuts.add({ position, kind, verdict }, this.#outlet.batches.unsettled === 0);
  }

  #acknowledge({ kind, verdict, position }: LeftOut): void {
    if (verdict === 'filtered') this.#account.filtered(kind);
    else this.#account.passedOver(kind);
    this.#parts.reader.acknowledge({ position });
  }

  #hold(number: number, one: InHand): void {
    this.#inHand.add(number, one);
    this.#account.taken(one);
  }

  #unhold(number: number): InHand | undefined {
    const one = this.#inHand.take(number);
    if (one !== undefined) this.#account.left(one);
    return one;
  }

  #settle(first: number, count: number, outcome: Settled): void {
    this.#parts.mark?.('lane.answered');
    this.#isKnown = true;
    const settled: InHand[] = [];
    for (let number = first; number < first + count; number += 1) {
      const one = this.#unhold(number);
      if (one !== undefined) settled.push(one);
    }
    if (outcome.kind === 'refused') this.#refused(settled, outcome.detail);
    else this.#delivered(settled, outcome.rejected, outcome.detail);
    if (this.#outlet.batches.unsettled === 0) this.#leftOuts.flush();
    this.#pump();
  }

  #delivered(settled: readonly InHand[], rejected: number, detail: string | undefined): void {
    const { reader, telemetry, name } = this.#parts;
    const { signal } = this.#outlet;
    this.#account.delivered(settled, rejected);
    if (rejected > 0) {
      const said = detail ?? 'it did not say why';
      telemetry.report(partlyRejected(name, { count: rejected, of: settled.length, detail: said, signal }));
      this.#losses.tell(settled, rejected, said);
    } else if (detail !== undefined) {
      telemetry.report(backendWarned(name, detail, signal));
    }
    for (const each of settled) {
      this.#leftOuts.settle(each.leftOut);
      reader.acknowledge(each);
    }
  }

  #refused(settled: readonly InHand[], detail: string): void {
    const { telemetry, name, reader } = this.#parts;
    const isTold = this.#losses.isTold(settled);
    const { signal } = this.#outlet;
    telemetry.report(
      refused({ exporter: name, signal, count: settled.length, isTold, isKept: reader.isDurable, detail }),
    );
    this.#account.rejected(settled, 'refused');
    for (const { leftOut } of settled) this.#leftOuts.settle(leftOut);
    this.#losses.giveUp(settled, detail);
  }

  /** The backend has no such signal. True where that is the end of it. */
  #goOff(detail: string): boolean {
    const { isImplied = false, telemetry, name, clock, reader, onOff } = this.#parts;
    const { signal, batches } = this.#outlet;
    if (!isImplied || this.#isKnown) return false;
    this.#off = { message: offText(signal, detail), since: clock.now() };
    const inHand = this.#inHand.drain();
    telemetry.report(signalOff(name, signal, detail, inHand.length));
    batches.abandon();
    for (const one of inHand) {
      this.#account.left(one);
      this.#account.passedOver(one.kind);
      this.#leftOuts.settle(one.leftOut);
      reader.acknowledge(one);
    }
    this.#leftOuts.flush();
    onOff?.();
    this.#pump();
    return true;
  }
}

function inHand({ position, entry }: Leased, leftOut?: InHand['leftOut']): InHand {
  return { position, kind: entry.kind, time: entryTime(entry), engine: entry.engine, leftOut };
}
