/** The journal that the configuration asks for. */
import type { Journal } from '../model/journal.ts';
import { MemoryJournal } from './memory-journal.ts';
import type { JournalParts } from './parts.ts';

export type { JournalParts, Revive, Storage } from './parts.ts';

export function createJournal(parts: JournalParts): Journal {
  return new MemoryJournal(parts);
}
