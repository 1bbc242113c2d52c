/**
 * A configuration value that knows where it came from: a line of the file, a variable of the environment, an argument.
 *
 * File, environment and arguments are all brought into this form and laid over one another before anything is checked, so
 * that one check serves all three and each problem is told where the person wrote it.
 */

/** Where a value was written. */
export interface Place {
  /** As a person would say it: `exporters.otlp_http.endpoint`, `DOCKER_EVENTS_OTEL_VIEWS`, `--view`. */
  readonly path: string;
  /** Counted from 1; undefined outside files. */
  readonly line: number | undefined;
  readonly column: number | undefined;
}

export type Scalar = string | number | boolean | null;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly place: Place;
  readonly value: Scalar;
  /** The text as written, where the environment was put into it: it may be shown, the value may not. */
  readonly template: string | undefined;
}

export interface ListNode {
  readonly kind: 'list';
  readonly place: Place;
  readonly items: readonly Node[];
}

export interface MapNode {
  readonly kind: 'map';
  readonly place: Place;
  readonly entries: ReadonlyMap<string, MapEntry>;
}

export interface MapEntry {
  /** Where the key stands. */
  readonly place: Place;
  readonly value: Node;
}

export type Node = ScalarNode | ListNode | MapNode;

/** A place that is no line of a file. */
export function named(path: string): Place {
  return { path, line: undefined, column: undefined };
}

export function scalar(value: Scalar, place: Place): ScalarNode {
  return { kind: 'scalar', place, value, template: undefined };
}

export function list(values: readonly Scalar[], place: Place): ListNode {
  return { kind: 'list', place, items: values.map((value) => scalar(value, place)) };
}

/** A mapping of values that each have a place of their own; what is undefined is left out. */
export function map(entries: Readonly<Record<string, Node | undefined>>, place: Place): MapNode {
  const present = Object.entries(entries).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, { place: value.place, value }] as const],
  );
  return { kind: 'map', place, entries: new Map(present) };
}

/** An empty mapping for what was not written. */
export function nothingAt(path: string): MapNode {
  return map({}, named(path));
}

/** Both mappings in one; where both have a key, mappings are laid over one another in turn and else `above` wins. */
export function overlay(above: MapNode, below: MapNode): MapNode {
  const entries = new Map(below.entries);
  for (const [key, entry] of above.entries) {
    const under = below.entries.get(key)?.value;
    const isBoth = entry.value.kind === 'map' && under?.kind === 'map';
    entries.set(key, isBoth ? { ...entry, value: overlay(entry.value as MapNode, under) } : entry);
  }
  return { ...above, entries };
}

/** The path of a key of a mapping: `parent.key`, whatever is in the key. */
export function pathOf(parent: string, key: string): string {
  return parent === '' ? key : `${parent}.${key}`;
}

/** The node as the plain data that schemas check. Mappings have no prototype, so that no key can reach one. */
export function plain(node: Node): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(plain);
    case 'map': {
      const object: Record<string, unknown> = Object.create(null);
      for (const [key, { value }] of node.entries) object[key] = plain(value);
      return object;
    }
  }
}
