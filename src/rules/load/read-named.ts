/** Reads lists and macros. */
import type { ListItem, MacroItem } from './definitions.ts';
import type { ItemReader } from './item-reader.ts';
import { readAppend, readOverride } from './override.ts';
import { Written } from './written.ts';

/** What a condition can name: outside of these a name is only ever part of something else. */
const LIST_NAME = /^[^()"'\s=,]+$/;
const MACRO_NAME = /^[a-zA-Z][a-zA-Z0-9_]*$/;

const LIST_KEYS = ['list', 'items', 'append', 'override'];
const MACRO_KEYS = ['macro', 'condition', 'append', 'override'];

/** Undefined where something is wrong, which is told. */
export function readList(reader: ItemReader, name: string): ListItem | undefined {
  if (!LIST_NAME.test(name)) {
    const message =
      'No condition can name this list: expected a name without blanks, parentheses, quotes, "=" and ",".';
    reader.warn(reader.placeOf('list'), message);
  }
  const items = reader.scalars('items');
  if (!reader.has('items')) reader.refuse(reader.place, 'Expected items, which may be an empty list ("items: []").');
  const isAppended = readsAppended(reader, 'items');
  reader.warnUnknown(LIST_KEYS);
  if (items === undefined || !reader.isClean) return undefined;
  return { name, place: reader.place, isAppended, items: items.map((item) => Written.of(item.text, item)) };
}

/** Undefined where something is wrong, which is told. */
export function readMacro(reader: ItemReader, name: string): MacroItem | undefined {
  if (!MACRO_NAME.test(name)) {
    const message = 'No condition can name this macro: expected a letter, then letters, digits and "_".';
    reader.warn(reader.placeOf('macro'), message);
  }
  const condition = reader.written('condition');
  if (!reader.has('condition')) reader.refuse(reader.place, 'Expected a condition.');
  const isAppended = readsAppended(reader, 'condition');
  reader.warnUnknown(MACRO_KEYS);
  if (condition === undefined || !reader.isClean) return undefined;
  return { name, place: reader.place, isAppended, condition };
}

/** There is only one thing in it: to replace that is to define it anew. */
function readsAppended(reader: ItemReader, key: string): boolean {
  const isAppended = readAppend(reader);
  return readOverride(reader, { append: [key], replace: [key] })?.appended.has(key) ?? isAppended;
}
