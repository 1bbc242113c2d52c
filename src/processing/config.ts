/** What is left out, what is masked, and what is changed of a finished record. */
import { z } from 'zod';
import { secret } from '../runtime/fields.ts';

const condition = z.string().min(1, { error: 'a condition' });

const choice = <const Words extends readonly [string, ...string[]]>(words: Words, description: string) =>
  z
    .enum(words, { error: words.join(' or ') })
    .default(words[0] as never)
    .meta({ description });

export const filterSchema = z.strictObject({
  include: z
    .array(condition)
    .default([])
    .meta({ description: 'Conditions of which one has to hold. Without any everything is let through.' }),
  exclude: z.array(condition).default([]).meta({ description: 'Conditions of which none may hold.' }),
  health_checks: choice(['drop', 'keep'], 'The execs by which an engine checks the health of its containers.'),
  own_container: choice(['drop', 'keep'], "What happens to the collector's own container."),
});

export type FilterOptions = z.output<typeof filterSchema>;

const keys = (description: string) => z.array(z.string().min(1)).default([]).meta({ description });

export const redactSchema = z.strictObject({
  enabled: z.boolean().default(true).meta({ description: 'Whether anything is masked at all.' }),
  mode: choice(['mask', 'hash', 'drop'], 'What becomes of a secret.'),
  hash_key: secret().optional().meta({ description: 'With mode hash: the key that the digests are made with.' }),
  exec_commands: choice(['masked', 'full', 'executable'], 'What is said of the command line of an exec.'),
  allow: keys('Keys, `*` for any characters, whose values are never masked.'),
  deny: keys('Keys, `*` for any characters, whose values are secrets whatever they are.'),
});

export type RedactOptions = z.output<typeof redactSchema>;

export const attributesSchema = z.strictObject({
  actions: z.array(z.record(z.string(), z.unknown())).default([]).meta({ description: 'What is done, in this order.' }),
  hash_key: secret().optional().meta({ description: 'The key that the action hash makes digests with.' }),
});

export type AttributesOptions = z.output<typeof attributesSchema>;
