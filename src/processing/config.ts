/** What is left out, what is masked, and what is changed of a finished record. */
import { z } from 'zod';
import { secret } from '../runtime/fields.ts';
import { REDACTED } from '../runtime/secret.ts';
import { UID_ATTRIBUTE } from './attributes.ts';
import { conditionComplaint } from './conditions.ts';

const choice = <const Words extends readonly [string, ...string[]]>(words: Words, description: string) =>
  z
    .enum(words, { error: words.join(' or ') })
    .default(words[0] as never)
    .meta({ description });

const CONDITIONS = 'a condition, or a list of them';

function wantCondition(text: string, path: (string | number)[], context: z.RefinementCtx): void {
  const message = conditionComplaint(text);
  if (message !== undefined) context.addIssue({ code: 'custom', message, path });
}

/** One condition or several; comes out as a list. */
function conditions(description: string) {
  return z
    .union([z.string(), z.array(z.string())], { error: CONDITIONS })
    .superRefine((written, context) => {
      if (typeof written === 'string') wantCondition(written, [], context);
      else for (const [index, one] of written.entries()) wantCondition(one, [index], context);
    })
    .transform((written) => (typeof written === 'string' ? [written] : written))
    .prefault([])
    .meta({ description });
}

export const filterSchema = z.strictObject({
  include: conditions('Conditions of which one has to hold; all events and alerts without any.'),
  exclude: conditions('Conditions of which none may hold. They win over include.'),
  health_checks: choice(
    ['drop', 'keep'],
    "What containers' health checks do: three events a probe, with its whole command line.",
  ),
  own_container: choice(['drop', 'keep'], 'What happens to the container that this collector runs in.'),
});

export type FilterOptions = z.output<typeof filterSchema>;

const HASH_KEY = 'a key of at least 16 characters, such as `openssl rand -hex 32` prints';
const KEY_MASKED = 'the key itself; the command "config" shows "[REDACTED]" in its place';
const NO_REDACT_KEY = 'a hash_key beside it, without which nothing can be hashed; or mask, or drop';

/** A key that hashes are made with: as long as cannot be guessed. */
function hashKey() {
  return z
    .string({ error: HASH_KEY })
    .refine((key) => key !== REDACTED, { error: KEY_MASKED, abort: true })
    .min(16, { error: HASH_KEY })
    .pipe(secret())
    .optional();
}

const KEYS = 'a list of keys, with `*` for any characters and `?` for one';

const keys = (description: string) =>
  z
    .array(z.string({ error: KEYS }).min(1, { error: KEYS }), { error: KEYS })
    .default([])
    .meta({ description });

export const redactSchema = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .meta({ description: 'Whether anything is masked at all. With false, secrets leave as they are.' }),
    mode: choice(
      ['mask', 'hash', 'drop'],
      'What becomes of a secret: [masked] in its place; a hash in its place, the same for the same secret; or nothing, the attribute left out where all of it is one.',
    ),
    hash_key: hashKey().meta({
      description: 'What mode hash makes its hashes with. A secret; never shown. Needed with that mode.',
    }),
    exec_commands: choice(
      ['masked', 'full', 'executable'],
      "What is said of an exec's command line: all but its secrets; all of it, secrets included; or its program alone.",
    ),
    allow: keys(
      "The engine's own keys (com.example.*) whose values are never masked, in either case of letters. What is on deny as well is masked.",
    ),
    deny: keys("The engine's own keys whose values are treated as secrets, whatever they are."),
  })
  .superRefine(({ mode, hash_key }, context) => {
    if (mode === 'hash' && hash_key === undefined) {
      context.addIssue({ code: 'custom', message: NO_REDACT_KEY, path: ['mode'] });
    }
  });

export type RedactOptions = z.output<typeof redactSchema>;

const ACTIONS = ['insert', 'update', 'upsert', 'delete', 'rename', 'hash'] as const;
const A_NAME = 'the name of an attribute';
const A_VALUE = 'text, a finite number, true, false, or a list of texts';
const NO_HASH_KEY = 'a hash_key beside actions, without which nothing can be hashed';
const UID_STAYS = `another attribute than ${UID_ATTRIBUTE}, by which a record that is sent twice is recognised`;

const attributeName = z.string({ error: A_NAME }).min(1, { error: A_NAME }).optional();

/** A whole number beyond these is another one in most backends. */
const number = z.number().refine((one) => !Number.isInteger(one) || Number.isSafeInteger(one), { error: A_VALUE });

const value = z.union([z.string(), number, z.boolean(), z.array(z.string())], { error: A_VALUE });

/** What each action takes besides `when`. Of a list of keys one is needed, and no two go together. */
const TAKES: Readonly<Record<(typeof ACTIONS)[number], readonly (readonly ActionKey[])[]>> = {
  insert: [['key'], ['value', 'from_attribute']],
  update: [['key'], ['value', 'from_attribute']],
  upsert: [['key'], ['value', 'from_attribute']],
  delete: [['key', 'pattern']],
  rename: [['key'], ['to']],
  hash: [['key', 'pattern']],
};

type ActionKey = 'key' | 'pattern' | 'value' | 'from_attribute' | 'to';
const ACTION_KEYS: readonly ActionKey[] = ['key', 'pattern', 'value', 'from_attribute', 'to'];

const actionSchema = z
  .strictObject({
    action: z.enum(ACTIONS, { error: 'insert, update, upsert, delete, rename or hash' }),
    key: attributeName,
    pattern: attributeName,
    value: value.optional(),
    from_attribute: attributeName,
    to: attributeName,
    when: z.string({ error: 'a condition' }).optional(),
  })
  .superRefine((written, context) => {
    const tell = (message: string, key: ActionKey | 'action') =>
      context.addIssue({ code: 'custom', message, path: [key] });
    const { action, when } = written;
    if (when !== undefined) wantCondition(when, ['when'], context);
    const takes = TAKES[action];
    for (const choices of takes) {
      const [first, second] = choices.filter((key) => written[key] !== undefined);
      if (first === undefined) tell(`${choices.join(' or ')} beside it`, 'action');
      if (second !== undefined) tell(`${choices.join(' or ')}, and not both`, second);
    }
    const foreign = ACTION_KEYS.filter((key) => written[key] !== undefined && !takes.flat().includes(key));
    for (const key of foreign) tell(`no ${key} with ${action}, which takes ${takes.flat().join(', ')} and when`, key);
    for (const key of ['key', 'to'] as const) {
      if (written[key] === UID_ATTRIBUTE) tell(UID_STAYS, key);
    }
  });

export type AttributeActionOptions = z.output<typeof actionSchema>;

export const attributesSchema = z
  .strictObject({
    actions: z.array(actionSchema, { error: 'a list of actions' }).default([]).meta({
      description:
        'What is done to the attributes of a record, in this order: insert, update, upsert, delete, rename or hash, each with a condition if need be.',
    }),
    hash_key: hashKey().meta({ description: 'What the action hash makes its hashes with. A secret; never shown.' }),
  })
  .superRefine(({ actions, hash_key }, context) => {
    if (hash_key !== undefined) return;
    const index = actions.findIndex(({ action }) => action === 'hash');
    if (index >= 0) context.addIssue({ code: 'custom', message: NO_HASH_KEY, path: ['actions', index, 'action'] });
  });

export type AttributesOptions = z.output<typeof attributesSchema>;
