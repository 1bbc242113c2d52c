/**
 * One exporter's way out of the journal.
 *
 *   journal ──lease──► wanted? ──► mapper ──► OpenTelemetry SDK ──► batches ──► exporter
 *      ▲                                                              │
 *      └────────────────────── acknowledge ◄──── settled ◄────────────┘
 *
 * - An entry is acknowledged when the backend has it, or will never take it. What is refused for good is set aside in the
 *   journal, and told in its place as a LossEntry to the same reader; a LossEntry that is refused itself is not told again.
 * - At most `batch_size × (max_in_flight + 1)` records exist at a time, and about 64 MiB of encoded ones. What waits beyond that waits in the journal, whose
 *   bounds are the journal's business.
 * - The pump runs inside the journal's append, so that a burst is taken out batch by batch while it comes in. It never
 *   waits: a full batch is encoded and handed to the socket, nothing more.
 * - Lanes share nothing but the journal. One that is stuck holds its own leases, and nobody else.
 * - Of an entry in hand nothing is kept but its place in the journal and what a loss would be told with; its record waits
 *   as the exporter wants it, encoded where it can be.
 * - An entry that the filter or the mapper throws on is a bug. It is reported, told like a refusal, and left out.
 *
 * Lifecycle: made ──start──► pumping ──stop──► flushing, until the deadline ──► stopped, for good. Flushed is what is in hand
 * and, where the journal does not outlive the process, what still waits in it; where it does, a backend that cannot take
 * anything now is not waited for. What is not acknowledged then stays in the journal, which tells or keeps it.
 */
import type { Component } from '../model/component.ts';
import { type Entry, entryTime, type LossEntry } from '../model/entry.ts';
import { RULE_MATCH } from '../model/event-name.ts';
import type { JournalReader, Leased } from '../model/journal.ts';
import type { LogRecord, Mapper } from '../model/log-record.ts';
import type { Mark } from '../model/mark.ts';
import type { Telemetry } from '../model/telemetry.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';
import { BatchingLogRecordProcessor } from './batch-processor.ts';
import { createEmitter } from './emitter.ts';
import type { BuiltExporter, Delivered, Settled, WaitingRecord } from './exporter.ts';
import { backendWarned, notMapped, partlyRejected, refused } from './happenings.ts';
import { type InHand, InHandPages } from './in-hand.ts';
import { RetryingSender } from './sender.ts';
import { VERSION } from './version.ts';

export interface LaneParts {
  /** The exporter's name in the configuration. */
  readonly name: string;
  readonly reader: JournalReader;
  /** Which entries this lane is for; the others are acknowledged unseen. All where it is not given. */
  readonly wants?: (entry: Entry) => boolean;
  readonly mapper: Mapper;
  readonly batch: LaneBatch;
  readonly exporter: BuiltExporter;
  /** For the instrumentation scope; this program's where it is not given. */
  readonly version?: string;
  readonly mark?: Mark | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
}

export interface LaneBatch {
  readonly batch_size: number;
  /** Milliseconds. */
  readonly flush_interval: number;
  readonly max_in_flight: number;
}

/** Beyond this a lane takes nothing more in hand, however few the records are: huge ones wait in the journal. */
const BYTES_IN_HAND_MAX = 64 * 1024 * 1024;

/** Few enough that the limit above is looked at before much has gone beyond it. */
const LEASED_AT_A_TIME = 64;

export function createLane(parts: LaneParts): Component {
  return new Lane(parts);
}

class Lane implements Component {
  readonly #parts: LaneParts;
  readonly #capacity: number;
  readonly #sender: RetryingSender;
  readonly #processor: BatchingLogRecordProcessor;
  readonly #emit: (record: LogRecord) => void;
  readonly #inHand: InHandPages;
  #state: 'made' | 'pumping' | 'flushing' | 'stopped' = 'made';
  #isPumping = false;
  #stopped: Promise<void> | undefined;
  #onIdle: (() => void) | undefined;

  constructor(parts: LaneParts) {
    this.#parts = parts;
    const { name, exporter, batch, clock, random, telemetry, version = VERSION } = parts;
    this.#capacity = batch.batch_size * (batch.max_in_flight + 1);
    this.#inHand = new InHandPages(batch.batch_size);
    const { exporter: target } = exporter;
    const release = (records: readonly WaitingRecord[]) => target.release?.(records);
    this.#sender = new RetryingSender({
      name,
      ...exporter,
      release,
      mark: parts.mark,
      // What outlives the process need not wait for a backend that is away.
      onHeld: () => {
        if (this.#state === 'flushing' && parts.reader.isDurable) this.#onIdle?.();
      },
      clock,
      random,
      telemetry,
    });
    this.#processor = new BatchingLogRecordProcessor({
      sender: this.#sender,
      clock,
      maxQueueSize: this.#capacity,
      maxBatchSize: batch.batch_size,
      maxInFlight: batch.max_in_flight,
      flushIntervalMs: batch.flush_interval,
      isUrgent: ({ eventName }) => eventName === RULE_MATCH,
      prepare: (record) => target.prepare?.(record) ?? record,
      onSettled: (first, count, outcome) => this.#settle(first, count, outcome),
    });
    this.#emit = createEmitter({ processor: this.#processor, version });
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
      this.#sender.hurry();
      await Promise.race([isIdle, isOver]);
    }
    this.#state = 'stopped';
    await this.#processor.shutdown({ timeoutMillis: 0 });
    await Promise.race([this.#parts.exporter.exporter.shutdown(), isOver]);
  }

  /** Takes out of the journal what there is room for. */
  #pump(): void {
    if (this.#isPumping || this.#state === 'made' || this.#state === 'stopped') return;
    this.#isPumping = true;
    try {
      while (this.#state === 'pumping' || !this.#parts.reader.isDurable) {
        const room = this.#capacity - this.#processor.unsettled;
        if (room <= 0 || this.#processor.unsettledBytes >= BYTES_IN_HAND_MAX) break;
        const leased = this.#parts.reader.lease(Math.min(room, LEASED_AT_A_TIME));
        if (leased.length === 0) break;
        for (const each of leased) this.#take(each);
        this.#parts.mark?.('lane.leased');
        if (this.#state === 'flushing') this.#processor.flush();
      }
    } finally {
      this.#isPumping = false;
    }
    if (this.#state !== 'flushing') return;
    this.#processor.flush();
    const { reader } = this.#parts;
    if (this.#processor.unsettled === 0 && (reader.isDurable || reader.waiting === 0)) this.#onIdle?.();
  }

  #take(leased: Leased): void {
    const { wants, mapper, reader, name, telemetry } = this.#parts;
    const number = this.#processor.next;
    try {
      const { entry } = leased;
      if (entry.kind === 'span' || wants?.(entry) === false) {
        reader.acknowledge(leased);
        return;
      }
      const record = mapper(entry);
      this.#inHand.add(number, inHand(leased));
      this.#emit(record);
    } catch (error) {
      telemetry.report(notMapped(name, leased.entry.uid, error));
      // Once the processor has numbered it, what becomes of it is the sender's to say.
      if (this.#processor.next === number) {
        this.#inHand.take(number);
        this.#giveUp([inHand(leased)], 'it could not be made into a record; this is a fault of the collector');
      }
    }
  }

  #settle(first: number, count: number, outcome: Settled): void {
    this.#parts.mark?.('lane.answered');
    const settled: InHand[] = [];
    for (let number = first; number < first + count; number += 1) {
      const one = this.#inHand.take(number);
      if (one !== undefined) settled.push(one);
    }
    if (outcome.kind === 'refused') {
      const { telemetry, name, reader } = this.#parts;
      telemetry.report(refused(name, count, lossesIn(settled).length, reader.isDurable, outcome.detail));
      this.#giveUp(settled, outcome.detail);
    } else {
      this.#delivered(settled, outcome);
    }
    this.#pump();
  }

  #delivered(settled: readonly InHand[], { rejected, detail }: Delivered): void {
    const { reader, telemetry, name } = this.#parts;
    const events = countEvents(settled);
    const lost = Math.min(rejected, events);
    telemetry.count('records_exported', events - lost);
    if (rejected > 0) {
      const said = detail ?? 'it did not say why';
      telemetry.report(partlyRejected(name, rejected, settled.length, said));
      this.#tell(settled, rejected, said);
    } else if (detail !== undefined) {
      telemetry.report(backendWarned(name, detail));
    }
    for (const each of settled) reader.acknowledge(each);
  }

  #giveUp(entries: readonly InHand[], detail: string): void {
    this.#tell(entries, entries.length, detail);
    for (const each of entries) this.#parts.reader.setAside(each, detail);
  }

  /**
   * Tells that so many of these were lost, but for what tells of a gap or a loss itself. Before they are acknowledged, so
   * that a crash in between repeats and not forgets.
   */
  #tell(settled: readonly InHand[], rejected: number, detail: string): void {
    const { telemetry, reader, name, clock, random } = this.#parts;
    const losses = lossesIn(settled);
    const [first, last] = [losses[0], losses.at(-1)];
    if (first === undefined || last === undefined) return;
    const count = Math.min(rejected, losses.length);
    telemetry.count('records_rejected', Math.min(count, countEvents(losses)));
    const loss: LossEntry = {
      kind: 'loss',
      uid: random.hex(16),
      reason: 'rejected',
      exporter: name,
      count,
      first: first.time,
      last: last.time,
      detail,
      observedAt: clock.now(),
      engine: first.engine,
    };
    reader.tell(loss);
  }
}

/** What is counted: records of events. */
function countEvents(settled: readonly InHand[]): number {
  let count = 0;
  for (const { kind } of settled) if (kind === 'event') count += 1;
  return count;
}

/** What is told when it is refused. */
function lossesIn(settled: readonly InHand[]): readonly InHand[] {
  return settled.filter(({ kind }) => kind === 'event' || kind === 'alert');
}

function inHand({ position, entry }: Leased): InHand {
  return { position, kind: entry.kind, time: entryTime(entry), engine: entry.engine };
}
