/** Tells what an item of a rules file is, and adds it to what has been collected. */
import type { Collection } from './collection.ts';
import { ItemReader, shown } from './item-reader.ts';
import { type Item, quoted } from './problem.ts';
import { readList, readMacro } from './read-named.ts';
import { readRule } from './read-rule.ts';
import type { Report } from './report.ts';
import { checkEngineVersion, checkPluginVersions } from './versions.ts';
import type { MapNode, Node } from './yaml.ts';

const KINDS = 'rule, macro, list, required_engine_version or required_plugin_versions';

/** An item of several kinds is of the first, as in Falco. Nothing between two items is passed over. */
export function addItem(node: Node, collection: Collection, report: Report): void {
  if (node.kind === 'scalar' && node.text === undefined) return;
  if (node.kind !== 'map') {
    report.problem(node.place, undefined, `Expected ${KINDS}, got ${shown(node)}.`);
    return;
  }
  const reader = new ItemReader(node, undefined, report);
  if (reader.has('required_engine_version')) checkEngineVersion(reader);
  else if (reader.has('required_plugin_versions')) checkPluginVersions(reader, report);
  else if (reader.has('list')) addNamed(node, 'list', collection, report, readList, (list) => collection.addList(list));
  else if (reader.has('macro'))
    addNamed(node, 'macro', collection, report, readMacro, (one) => collection.addMacro(one));
  else if (reader.has('rule')) addNamed(node, 'rule', collection, report, readRule, (rule) => collection.addRule(rule));
  else report.warning(node.place, undefined, `Passed over: expected ${KINDS}, got ${keysOf(node)}.`);
}

function addNamed<Read>(
  node: MapNode,
  kind: Item['kind'],
  collection: Collection,
  report: Report,
  read: (reader: ItemReader, name: string) => Read | undefined,
  add: (read: Read) => void,
): void {
  const name = new ItemReader(node, undefined, report).text(kind);
  if (name === undefined) return;
  const item: Item = { kind, name };
  const reader = new ItemReader(node, item, report);
  const found = read(reader, name);
  if (found === undefined || !reader.isClean) collection.addBroken(item);
  if (found !== undefined) add(found);
}

function keysOf(node: MapNode): string {
  const [first] = node.entries.keys();
  return first === undefined ? 'an empty mapping' : quoted(first);
}
