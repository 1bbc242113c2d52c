/**
 * Holds one part of a configuration against its schema. What a schema says (zod's issues) becomes problems that say where
 * the person wrote it, what was expected there, and which key was probably meant.
 *
 * Text from the environment and the command line has no types of its own: where a schema refuses it, it is read again as
 * the number or truth that it spells. `headers:` with nothing after it is an empty mapping.
 */
import type { z } from 'zod';
import type { ConfigProblem } from '../model/config-problem.ts';
import type { Result } from '../model/engine.ts';
import { nearest } from '../runtime/nearest.ts';
import { type MapEntry, type MapNode, type Node, type Place, pathOf, plain, type Scalar } from './node.ts';
import { problemAt, shown, unknownKey } from './problem.ts';

type Issue = z.core.$ZodIssue;

/** The checked value, or everything that is wrong with it. */
export function check<Schema extends z.ZodType>(
  node: MapNode,
  schema: Schema,
): Result<z.output<Schema>, readonly ConfigProblem[]> {
  const first = schema.safeParse(plain(node), { error: expectedOf });
  if (first.success) return { ok: true, value: first.data };
  const read = withSpelledOut(node, first.error.issues);
  const second = read === node ? first : schema.safeParse(plain(read), { error: expectedOf });
  if (second.success) return { ok: true, value: second.data };
  return { ok: false, problem: second.error.issues.flatMap((issue) => problemsOf(issue, node, schema)) };
}

/** Renames keys that have a second name; a key that is there by both names is a problem. */
export function renamed(node: MapNode, aliases: Readonly<Record<string, string>>, problems: ConfigProblem[]): MapNode {
  const entries = new Map<string, MapEntry>();
  for (const [key, entry] of node.entries) {
    const name = Object.hasOwn(aliases, key) ? (aliases[key] ?? key) : key;
    if (name !== key && node.entries.has(name)) {
      problems.push(problemAt(entry.place, `${name} or ${key}, which are the same option`, 'both'));
    } else {
      entries.set(name, entry);
    }
  }
  return { ...node, entries };
}

function problemsOf(issue: Issue, root: MapNode, schema: z.ZodType): ConfigProblem[] {
  const path = issue.path.map(String);
  const { node, place } = find(root, path);
  if (issue.code === 'unrecognized_keys' && node?.kind === 'map') {
    const known = knownKeys(schema, path);
    return issue.keys.map((key) => unknownKey(node.entries.get(key)?.place ?? place, key, known));
  }
  const got = node === undefined ? 'nothing' : shown(node, path.includes('headers') || path.includes('hash_key'));
  return [problemAt(place, issue.message, got, nearestOf(issue, node))];
}

/** The word that was probably meant, where an option is one of a few. */
function nearestOf(issue: Issue, node: Node | undefined): string | undefined {
  if (issue.code !== 'invalid_value' || node?.kind !== 'scalar' || typeof node.value !== 'string') return undefined;
  // The value of a variable that was put in is not told.
  return node.template === undefined ? nearest(node.value, issue.values.map(String)) : undefined;
}

/** The node at a path, if there is one, and the place that comes nearest to it. */
function find(root: MapNode, path: readonly string[]): { readonly node: Node | undefined; readonly place: Place } {
  let node: Node = root;
  let place = root.place;
  for (const step of path) {
    const entry: MapEntry | undefined = node.kind === 'map' ? node.entries.get(step) : undefined;
    const next: Node | undefined = node.kind === 'list' ? node.items[Number(step)] : entry?.value;
    if (next === undefined) return { node: undefined, place: { ...place, path: pathOf(place.path, step) } };
    node = next;
    place = next.place;
  }
  return { node, place };
}

function knownKeys(schema: z.ZodType, path: readonly string[]): readonly string[] {
  let current = unwrapped(schema);
  for (const step of path) current = unwrapped(elementOf(current) ?? shapeOf(current)[step]);
  return Object.keys(shapeOf(current));
}

/** A schema without the optional, default and the like around it. */
function unwrapped(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  let current = schema;
  while (current !== undefined && 'innerType' in current._zod.def) {
    current = current._zod.def.innerType as z.core.$ZodType;
  }
  return current;
}

function shapeOf(schema: z.core.$ZodType | undefined): Readonly<Record<string, z.core.$ZodType>> {
  const definition = schema?._zod.def;
  return definition !== undefined && 'shape' in definition
    ? (definition.shape as Readonly<Record<string, z.core.$ZodType>>)
    : {};
}

/** What a list is made of; undefined for what is no list. */
function elementOf(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  const definition = schema?._zod.def;
  return definition !== undefined && 'element' in definition ? (definition.element as z.core.$ZodType) : undefined;
}

/** The same nodes with refused text from the environment or an argument read as what it spells. */
function withSpelledOut(root: MapNode, issues: readonly Issue[]): MapNode {
  let changed: Node = root;
  for (const { path, code, ...issue } of issues) {
    const isMapping = code === 'invalid_type' && 'expected' in issue && /^(object|record)$/.test(issue.expected);
    changed = spelledOutAt(changed, path.map(String), isMapping);
  }
  return changed as MapNode;
}

function spelledOutAt(node: Node, [step, ...rest]: readonly string[], isMapping: boolean): Node {
  if (step === undefined) {
    if (node.kind !== 'scalar') return node;
    if (isMapping && node.value === null) return { kind: 'map', place: node.place, entries: new Map() };
    return { ...node, value: spelledOut(node.value, node) };
  }
  if (node.kind === 'list') {
    return {
      ...node,
      items: node.items.map((item, index) => (index === Number(step) ? spelledOutAt(item, rest, isMapping) : item)),
    };
  }
  const entry = node.kind === 'map' ? node.entries.get(step) : undefined;
  if (node.kind !== 'map' || entry === undefined) return node;
  const value = spelledOutAt(entry.value, rest, isMapping);
  return { ...node, entries: new Map(node.entries).set(step, { ...entry, value }) };
}

function spelledOut(value: Scalar, { place, template }: { place: Place; template: string | undefined }): Scalar {
  const isTyped = place.line !== undefined && template === undefined;
  if (typeof value !== 'string' || isTyped) return value;
  const text = value.trim();
  if (/^[-+]?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  return value;
}

const TYPES: ReadonlyMap<string, string> = new Map([
  ['string', 'text'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['object', 'a mapping'],
  ['record', 'a mapping'],
]);

/** What is expected, where a schema does not say it in words of its own. */
function expectedOf(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES.get(issue.expected) ?? issue.expected;
    case 'too_small':
      return issue.origin === 'string' ? 'text that is not empty' : `at least ${issue.minimum}`;
    case 'invalid_key':
      return 'a name that is not empty';
    case 'invalid_value':
      return issue.values.map(String).join(' or ');
    default:
      return 'another value';
  }
}
