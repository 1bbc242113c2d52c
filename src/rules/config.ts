/** Which rules are looked for, and how. */
import { z } from 'zod';

const PRIORITIES = ['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'informational', 'debug'] as const;

const names = (description: string) =>
  z
    .array(z.string().min(1, { error: 'a name that is not empty' }))
    .default([])
    .meta({ description });

export const rulesSchema = z.strictObject({
  bundled: z.boolean().default(true).meta({
    description:
      'Loads the rules that come with the program before the files, so that these can change them. Few of them are enabled (see docs/rules.md).',
  }),
  files: names(
    "Rules files in Falco's form, read in this order. A folder stands for its .yaml and .yml files, by name.",
  ),
  enable: names('Rules that are enabled whatever the files say: names, `*` for any characters.'),
  disable: names('Rules that are disabled whatever the files say, after `enable`.'),
  matching: z.enum(['all', 'first'], { error: 'all or first' }).default('all').meta({
    description: "Whether an event is told by all rules that match it, or by the first, which is Falco's default.",
  }),
  minimum_priority: z
    .enum(PRIORITIES, { error: PRIORITIES.join(', ') })
    .default('debug')
    .meta({ description: 'Rules of a lower priority are left out.' }),
  health_checks: z.enum(['skip', 'match'], { error: 'skip or match' }).default('skip').meta({
    description: 'Whether rules look at the execs of health checks.',
  }),
  own_container: z.enum(['skip', 'match'], { error: 'skip or match' }).default('skip').meta({
    description: "Whether rules look at what happens to the collector's own container.",
  }),
});

export type RulesOptions = z.output<typeof rulesSchema>;
