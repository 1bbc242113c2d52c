/** Takes a document apart into components: `type` or `type/name`, each with its options. */

import { nearest } from '../runtime/nearest.ts';
import type { Findings } from './layer.ts';
import { type MapNode, type Node, nothingAt, type Place } from './node.ts';
import { problemAt, quoted, shown, unknownKey } from './problem.ts';
import { SECTIONS } from './schemas.ts';

/** One component as written. */
export interface Component<Type extends string> {
  readonly type: Type;
  /** Its key in the document. */
  readonly name: string;
  readonly place: Place;
  readonly options: MapNode;
}

export type Sections = Readonly<Record<(typeof SECTIONS)[number], MapNode>>;

/** The sections; those that are not written are empty. */
export function sectionsOf(document: MapNode, { problems }: Findings): Sections {
  for (const [key, { place }] of document.entries) {
    if (!SECTIONS.some((section) => section === key)) problems.push(unknownKey(place, key, SECTIONS));
  }
  const section = (name: (typeof SECTIONS)[number]) => mapping(document.entries.get(name)?.value, name, { problems });
  return {
    receivers: section('receivers'),
    rules: section('rules'),
    processors: section('processors'),
    exporters: section('exporters'),
    storage: section('storage'),
    service: section('service'),
  };
}

/** The components of a section; a key of no known type is a problem. */
export function componentsOf<Type extends string>(
  section: MapNode,
  types: readonly Type[],
  aliases: Readonly<Record<string, Type>>,
  findings: Pick<Findings, 'problems'>,
): Component<Type>[] {
  const components: Component<Type>[] = [];
  for (const [name, { place, value }] of section.entries) {
    const written = name.split('/', 1)[0] ?? '';
    const type = typeOf(written, types, aliases);
    if (type === undefined || name.endsWith('/')) {
      const near = nearest(written, [...types, ...Object.keys(aliases)]);
      const kinds = types.map((known) => `${known} or ${known}/NAME`).join(', ');
      findings.problems.push(problemAt(place, kinds, quoted(name), near === written ? undefined : near));
      continue;
    }
    components.push({ type, name, place, options: mapping(value, place.path, findings) });
  }
  return components;
}

export function typeOf<Type extends string>(
  written: string,
  types: readonly Type[],
  aliases: Readonly<Record<string, Type>>,
): Type | undefined {
  return types.find((type) => type === written) ?? (Object.hasOwn(aliases, written) ? aliases[written] : undefined);
}

/** `console:` with nothing after it is a mapping without entries, as in the OpenTelemetry Collector. */
function mapping(node: Node | undefined, path: string, { problems }: Pick<Findings, 'problems'>): MapNode {
  if (node === undefined) return nothingAt(path);
  if (node.kind === 'map') return node;
  if (node.kind !== 'scalar' || node.value !== null) problems.push(problemAt(node.place, 'a mapping', shown(node)));
  return { kind: 'map', place: node.place, entries: new Map() };
}
