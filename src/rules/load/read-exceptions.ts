/** Reads the exceptions of a rule. What they mean is in exceptions.ts. */
import { EXCEPTIONS_MAX } from './collection.ts';
import type { ExceptionItem, ExceptionValue } from './definitions.ts';
import { type ItemReader, shown } from './item-reader.ts';
import { quoted } from './problem.ts';
import { Written } from './written.ts';
import type { MapNode, Node } from './yaml.ts';

const KEYS = ['name', 'fields', 'comps', 'values'];

/** @param isAppended whether they add to those that the rule has: then they may be values alone */
export function readExceptions(rule: ItemReader, isAppended: boolean): readonly ExceptionItem[] | undefined {
  const value = rule.entry('exceptions')?.value;
  if (value === undefined || (value.kind === 'scalar' && value.text === undefined)) return [];
  if (value.kind !== 'list') return rule.refuse(value.place, `Expected a list of exceptions, got ${shown(value)}.`);
  if (value.items.length > EXCEPTIONS_MAX) {
    return rule.refuse(
      value.place,
      `Expected at most ${EXCEPTIONS_MAX} exceptions of a rule, got ${value.items.length}.`,
    );
  }
  const read: ExceptionItem[] = [];
  const names = new Set<string>();
  for (const node of value.items) {
    if (node.kind !== 'map') {
      rule.refuse(node.place, `Expected ${KEYS.join(', ')} of an exception, got ${shown(node)}.`);
      continue;
    }
    const exception = readException(rule, node, isAppended);
    if (exception === undefined) continue;
    if (names.has(exception.name)) {
      rule.warn(exception.place, `The exception ${quoted(exception.name)} stands here for a second time; both count.`);
    }
    names.add(exception.name);
    read.push(exception);
  }
  return read;
}

function readException(rule: ItemReader, node: MapNode, isAppended: boolean): ExceptionItem | undefined {
  const reader = rule.within(node);
  reader.warnUnknown(KEYS);
  const name = reader.text('name');
  if (!reader.has('name')) reader.refuse(node.place, 'Expected a name for the exception.');
  const fields = readOneOrMore(reader, 'fields');
  if (fields === undefined && !isAppended && !reader.has('fields')) {
    reader.refuse(node.place, 'Expected fields of the exception: one, or a list of them.');
  }
  const comps = readOneOrMore(reader, 'comps');
  const values = readValues(reader, isAppended);
  if (name === undefined || !reader.isClean) return undefined;
  return { name, place: node.place, fields, comps, values };
}

function readOneOrMore(reader: ItemReader, key: string): Written | readonly Written[] | undefined {
  const value = reader.entry(key)?.value;
  if (value === undefined) return undefined;
  if (value.kind !== 'list') return reader.written(key);
  if (value.items.length === 0)
    return reader.refuse(value.place, `Expected at least one of ${key}, got an empty list.`);
  return reader.scalars(key)?.map((one) => Written.of(one.text, one));
}

function readValues(reader: ItemReader, isAppended: boolean): readonly ExceptionValue[] {
  const value = reader.entry('values')?.value;
  if (value === undefined) {
    if (isAppended) reader.warn(reader.place, 'The exception has no values, so that nothing is appended.');
    return [];
  }
  if (value.kind === 'list') return value.items.flatMap((item) => readValue(reader, item));
  reader.refuse(value.place, `Expected a list for values, got ${shown(value)}.`);
  return [];
}

/** None where something is wrong, which is told. */
function readValue(reader: ItemReader, node: Node): readonly ExceptionValue[] {
  if (node.kind === 'list') return [node.items.flatMap((item) => readValue(reader, item))];
  if (node.kind === 'scalar' && node.text !== undefined) return [Written.of(node.text, node)];
  reader.refuse(node.place, `Expected a text, a number or a list in values, got ${shown(node)}.`);
  return [];
}
