/**
 * Puts the environment into a file: `${env:NAME}`, and `${env:NAME:-text}` for text where NAME is unset or empty. `$$` is
 * a dollar sign. Keys are left as they are.
 *
 * The value that is put in is text, whatever it looks like; a check that wants a number reads it as one. Other forms of
 * `${…}`, which other tools know, are problems rather than text, so that no backend is sent the characters `${TOKEN}`.
 */
import type { ConfigProblem } from '../model/config-problem.ts';
import type { MapEntry, Node, ScalarNode } from './node.ts';
import { problemAt, quoted } from './problem.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The last form is one that never ends, or that holds braces of its own. */
const REFERENCE = /\$\$|\$\{([^{}]*)\}|\$\{/g;
const EXPECTED = 'a reference such as ${env:NAME} or ${env:NAME:-default}';
const FORM = /^env:([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

/** The node with the environment in it; what is wrong is added to `problems`. */
export function substitute(node: Node, env: Environment, problems: ConfigProblem[]): Node {
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'string' && node.value.includes('$') ? fill(node, node.value, env, problems) : node;
    case 'list':
      return { ...node, items: node.items.map((item) => substitute(item, env, problems)) };
    case 'map': {
      const entries = new Map<string, MapEntry>();
      for (const [key, { place, value }] of node.entries) {
        entries.set(key, { place, value: substitute(value, env, problems) });
      }
      return { ...node, entries };
    }
  }
}

function fill(node: ScalarNode, template: string, env: Environment, problems: ConfigProblem[]): ScalarNode {
  let isFilled = false;
  const value = template.replace(REFERENCE, (written: string, inside: string | undefined) => {
    if (written === '$$') return '$';
    if (inside === undefined) {
      problems.push(problemAt(node.place, EXPECTED, `"${written}" that begins none; a dollar sign is written $$`));
      return '';
    }
    const [, name, fallback] = FORM.exec(inside) ?? [];
    if (name === undefined) {
      problems.push(problemAt(node.place, EXPECTED, quoted(written)));
      return '';
    }
    isFilled = true;
    const found = env[name];
    if (found !== undefined && (found !== '' || fallback === undefined)) return found;
    if (fallback === undefined) {
      problems.push(
        problemAt(
          node.place,
          `the environment variable ${name}, or a default as in \${env:${name}:-default}`,
          'neither',
        ),
      );
    }
    return fallback ?? '';
  });
  return { ...node, value, template: isFilled ? template : undefined };
}
