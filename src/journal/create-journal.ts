/** The journal that the configuration asks for. */
import type { Journal } from '../model/journal.ts';
import { DurableJournal } from './durable-journal.ts';
import { MemoryJournal } from './memory-journal.ts';
import type { JournalParts } from './parts.ts';

export type { JournalParts, Revive, Storage } from './parts.ts';

export function createJournal({ storage, ...parts }: JournalParts): Journal {
  return storage === undefined ? new MemoryJournal(parts) : new DurableJournal({ ...parts, storage });
}
