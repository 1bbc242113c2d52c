/** Reads the keys of one item of a rules file, and tells what of them is not as it should be. */
import { type Item, type Place, quoted } from './problem.ts';
import type { Report } from './report.ts';
import { Written } from './written.ts';
import type { MapEntry, MapNode, Node, ScalarNode } from './yaml.ts';

const TRUE = /^(?:true|yes|on|y)$/i;
const FALSE = /^(?:false|no|off|n)$/i;

export class ItemReader {
  readonly node: MapNode;
  readonly item: Item | undefined;
  readonly #report: Report;
  readonly #countBefore: number;

  constructor(node: MapNode, item: Item | undefined, report: Report) {
    this.node = node;
    this.item = item;
    this.#report = report;
    this.#countBefore = report.count;
  }

  /** For a mapping that is part of this item. */
  within(node: MapNode): ItemReader {
    return new ItemReader(node, this.item, this.#report);
  }

  /** Whether nothing was wrong so far. */
  get isClean(): boolean {
    return this.#report.count === this.#countBefore;
  }

  get place(): Place {
    return this.node.place;
  }

  has(key: string): boolean {
    return this.node.entries.has(key);
  }

  entry(key: string): MapEntry | undefined {
    return this.node.entries.get(key);
  }

  placeOf(key: string): Place {
    return this.node.entries.get(key)?.place ?? this.node.place;
  }

  refuse(place: Place, message: string, near?: string): undefined {
    this.#report.problem(place, this.item, message, near);
    return undefined;
  }

  warn(place: Place, message: string, near?: string): void {
    this.#report.warning(place, this.item, message, near);
  }

  nearest(word: string, known: Iterable<string>): string | undefined {
    return this.#report.nearest(word, known);
  }

  /** Undefined for a key that is not there, and for one whose value is no text; the latter is told. */
  scalar(key: string): (ScalarNode & { readonly text: string }) | undefined {
    const value = this.entry(key)?.value;
    if (value === undefined) return undefined;
    const { place } = value;
    if (value.kind !== 'scalar') return this.refuse(place, `Expected a text for ${key}, got ${shown(value)}.`);
    const { text } = value;
    if (text === undefined || text === '') {
      return this.refuse(place, `Expected a text for ${key}, got ${text === undefined ? 'nothing' : 'an empty one'}.`);
    }
    return { ...value, text };
  }

  text(key: string): string | undefined {
    return this.scalar(key)?.text;
  }

  written(key: string): Written | undefined {
    const scalar = this.scalar(key);
    return scalar && Written.of(scalar.text, scalar);
  }

  flag(key: string): boolean | undefined {
    const scalar = this.scalar(key);
    if (scalar === undefined) return undefined;
    if (TRUE.test(scalar.text)) return true;
    if (FALSE.test(scalar.text)) return false;
    return this.refuse(scalar.place, `Expected true or false for ${key}, got ${quoted(scalar.text)}.`);
  }

  whole(key: string, min: number, max: number): number | undefined {
    const scalar = this.scalar(key);
    if (scalar === undefined) return undefined;
    const value = /^\d{1,15}$/.test(scalar.text) ? Number(scalar.text) : Number.NaN;
    if (value >= min && value <= max) return value;
    const expected = `a whole number from ${min} to ${max}`;
    return this.refuse(scalar.place, `Expected ${expected} for ${key}, got ${quoted(scalar.text)}.`);
  }

  /** A list of plain values; those that are none are told and left out. */
  scalars(key: string): readonly (ScalarNode & { readonly text: string })[] | undefined {
    const value = this.entry(key)?.value;
    if (value === undefined) return undefined;
    if (value.kind !== 'list') return this.refuse(value.place, `Expected a list for ${key}, got ${shown(value)}.`);
    return value.items.flatMap((item) => {
      if (item.kind === 'scalar' && item.text !== undefined) return [{ ...item, text: item.text }];
      this.refuse(item.place, `Expected a text or a number in ${key}, got ${shown(item)}.`);
      return [];
    });
  }

  /** Tells each key that is none of `known`. It is passed over, as Falco does. */
  warnUnknown(known: readonly string[]): void {
    for (const [key, { place }] of this.node.entries) {
      if (known.includes(key)) continue;
      this.warn(place, `The key ${quoted(key)} is not known here and is passed over.`, this.nearest(key, known));
    }
  }
}

/** What stands there, for a person. */
export function shown(node: Node): string {
  if (node.kind === 'list') return node.items.length === 0 ? 'an empty list' : 'a list';
  if (node.kind === 'map') return 'a mapping';
  return node.text === undefined ? 'nothing' : quoted(node.text);
}
