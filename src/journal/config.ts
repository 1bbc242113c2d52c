/** How much may wait between the engines and the exporters, and where. */
import { z } from 'zod';
import { byteSize, duration } from '../runtime/fields.ts';

export const schema = z.object({
  event_queue_size: z
    .int({ error: 'a whole number of events from 1 to 10000000' })
    .min(1, { error: 'a whole number of events from 1 to 10000000' })
    .max(10_000_000, { error: 'a whole number of events from 1 to 10000000' })
    .prefault(32_768)
    .meta({
      description:
        'How many events may wait in memory. With storage the rest waits on disk; without, the oldest are given up, counted, and told as a record. A queue of 32,768 ordinary events takes about 90 MiB when it is full.',
    }),
  event_queue_bytes: byteSize({ min: 65_536, max: 17_179_869_184 }).prefault('64MiB').meta({
    description: 'The same limit for the text of the waiting events, so that huge events cannot fill the memory.',
  }),
});

export type JournalOptions = z.output<typeof schema>;

export const aliases: Readonly<Record<string, string>> = { EventQueueSize: 'event_queue_size' };

const DIRECTORY = 'the path of a folder, or none';

/** What is kept on disk. */
export const storageSchema = z.strictObject({
  directory: z.string({ error: DIRECTORY }).min(1, { error: DIRECTORY }).optional().meta({
    description:
      'The folder of the journal, or none to keep nothing. It is made, for its owner only, where it is not there. One collector at a time.',
  }),
  max_size: byteSize({ min: 64 * 1024 ** 2, max: 1024 ** 4 })
    .prefault('1GiB')
    .meta({
      description:
        'How large the journal may grow. What was delivered goes first; then the oldest events that wait are given up, counted, and told as a record.',
    }),
  max_age: duration({ minMs: 60_000, maxMs: 366 * 86_400_000 })
    .prefault('168h')
    .meta({
      description:
        'For how long an event may wait. Older ones are given up, counted, and told as a record. Loki takes none that are older than 7 days.',
    }),
  history: byteSize({ min: 0, max: 1024 ** 4 })
    .prefault('16MiB')
    .meta({
      description: 'How much of what every exporter has is kept to look at with the command "journal".',
    }),
});

export type StorageOptions = z.output<typeof storageSchema>;
