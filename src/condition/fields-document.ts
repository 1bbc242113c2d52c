/** docs/rules-fields.md, made from the fields. */
import { code, tableText } from '../runtime/markdown.ts';
import type { Field } from './field.ts';
import type { FieldGroup } from './fields/define.ts';
import { FIELD_GROUPS } from './fields.ts';

export function fieldsDocument(): string {
  return `${[INTRODUCTION, ...FIELD_GROUPS.map(section)].join('\n\n')}\n`;
}

const INTRODUCTION = `# What a condition can ask for

<!-- Made from src/condition by \`npm run docs\`; do not edit. -->

These are the fields of conditions (rules, filters, the attributes processor) and, with a \`%\` before them, of a rule's output.

- **A missing value makes every comparison false**, \`!=\` included; \`not a = b\` is true then. \`exists\` asks for it, and an
  output prints \`<NA>\`. Only Falco's own fields are empty where an event has nothing to say.
- **number** fields are compared with \`= != < <= > >= in\`; **boolean** ones are \`true\` or \`false\`; **texts** are lists:
  \`in\` asks whether all of it is in the other list, \`intersects\` whether any of it is. An empty list is missing.
- \`docker.label[key]\` and \`docker.attribute[key]\` need a key in brackets; a key with a bracket, a quote or a blank is
  written in quotes: \`docker.label["my key"]\`.
- An image that was pulled from outside a list of registries is
  \`docker.type = image and docker.action.base = pull and not docker.image.registry in (docker.io, registry.example.com)\`.
- Rules look at gaps, too, which have \`docker.record\`, \`docker.gap.*\`, the time and the engine, and nothing of an event.`;

const HEAD = ['field', 'type', 'meaning', 'example'];

function section({ title, preface, fields }: FieldGroup): string {
  const rows = fields.map((field) => [
    code(field.argument === 'needed' ? `${field.name}[key]` : field.name),
    field.type,
    field.meaning,
    example(field),
  ]);
  return [`## ${title}`, preface, tableText(HEAD, rows)].join('\n\n');
}

function example({ example: text }: Field): string {
  return text === '' ? '' : code(text);
}
