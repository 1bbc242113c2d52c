/** A durable journal in a folder of its own, with time and the disk in the hand of the test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { schema } from '../../src/journal/config.ts';
import { DurableJournal } from '../../src/journal/durable-journal.ts';
import type { DurableJournalParts, Revive, Storage } from '../../src/journal/parts.ts';
import type { Entry } from '../../src/model/entry.ts';
import type { JournalReader, Leased } from '../../src/model/journal.ts';
import { decodeFrame } from '../../src/receiver/decode.ts';
import { uidOf } from '../../src/receiver/identity.ts';
import { entryOf, eventLines } from './events.ts';
import { FakeClock } from './fake-clock.ts';
import { RecordingTelemetry } from './recording-telemetry.ts';
import { seededRandom } from './seeded-random.ts';

export const revive: Revive = (raw) => {
  const decoded = decodeFrame(raw);
  return decoded.ok ? { event: decoded.event, uid: uidOf(decoded.event) } : undefined;
};

export interface JournalRigOptions extends Partial<Omit<DurableJournalParts, 'options' | 'storage'>> {
  readonly size?: number;
  readonly bytes?: number;
  readonly storage?: Partial<Storage>;
  readonly readers?: readonly string[];
  /** What each of them wants; all where it is not given. */
  readonly wants?: (reader: string) => (entry: Entry) => boolean;
}

export interface JournalRig {
  readonly journal: DurableJournal;
  readonly clock: FakeClock;
  readonly telemetry: RecordingTelemetry;
  readonly reader: JournalReader;
  stop(): Promise<void>;
}

/** A journal that was not started, with its readers; `reader` is the first of them. */
export function journalIn(directory: string, options: JournalRigOptions = {}): JournalRig {
  const { size = 100, bytes = 64 * 1024 * 1024, storage, readers = ['otlp'], wants, ...parts } = options;
  const clock = new FakeClock();
  const telemetry = new RecordingTelemetry();
  const journal = new DurableJournal({
    options: schema.parse({ event_queue_size: size, event_queue_bytes: bytes }),
    storage: { directory, max_size: 2 ** 30, max_age: 7 * 86_400_000, history: 0, ...storage },
    revive,
    holder: 'docker-events-otel 1.2.3, process 1, reading unix:///var/run/docker.sock',
    clock,
    random: seededRandom(7),
    telemetry,
    ...parts,
  });
  const [reader] = readers.map((name) => journal.reader(name, wants?.(name)));
  if (reader === undefined) throw new Error('a journal without a reader');
  return { journal, clock, telemetry, reader, stop: () => journal.stop() };
}

/** The same, started. */
export async function openJournal(directory: string, options: JournalRigOptions = {}): Promise<JournalRig> {
  const rig = journalIn(directory, options);
  await rig.journal.start();
  return rig;
}

/** A new folder for a test, removed after it. */
export async function withFolder(test: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'journal-'));
  try {
    await test(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is written at the end of the turn is written. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export const numbered = eventLines(999).map(entryOf);

const numbers = new Map(numbered.map(({ uid }, index) => [uid, index]));

/** Entries as their number, others by their kind. */
export function shownEntries(entries: Iterable<Entry>): (number | string)[] {
  return [...entries].map((entry) => {
    if (entry.kind === 'loss') return `${entry.reason} ${entry.count}`;
    return entry.kind === 'gap' ? 'gap' : (numbers.get(entry.uid) ?? 'unknown');
  });
}

export function shownLeased(leased: readonly Leased[]): (number | string)[] {
  return shownEntries(leased.map(({ entry }) => entry));
}
