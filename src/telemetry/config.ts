/** How the collector tells of itself. */
import { z } from 'zod';

export const schema = z.strictObject({
  level: z
    .enum(['debug', 'info', 'warn', 'error'], { error: 'debug, info, warn or error' })
    .default('info')
    .meta({ description: "What is written to the collector's own log (stderr): this level and those above it." }),
  format: z.enum(['auto', 'json', 'text'], { error: 'auto, json or text' }).default('auto').meta({
    description:
      'json writes one object a line, text one readable line; auto is text on a terminal and json elsewhere.',
  }),
});

export type LogOptions = z.output<typeof schema>;

export const aliases: Readonly<Record<string, string>> = {};
