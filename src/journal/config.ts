/** How much may wait between the engine and the exporters. */
import { z } from 'zod';
import { byteSize } from '../runtime/fields.ts';

export const schema = z.object({
  event_queue_size: z
    .int({ error: 'a whole number of events from 1 to 10000000' })
    .min(1, { error: 'a whole number of events from 1 to 10000000' })
    .max(10_000_000, { error: 'a whole number of events from 1 to 10000000' })
    .prefault(32_768)
    .meta({
      description:
        'How many events may wait in memory for each exporter. When more come, the oldest are given up, counted, and told as a record. A queue of 32,768 ordinary events takes about 90 MiB when it is full.',
    }),
  event_queue_bytes: byteSize({ min: 65_536, max: 17_179_869_184 }).prefault('64MiB').meta({
    description: 'The same limit for the text of the waiting events, so that huge events cannot fill the memory.',
  }),
});

export type JournalOptions = z.output<typeof schema>;

export const aliases: Readonly<Record<string, string>> = { EventQueueSize: 'event_queue_size' };
