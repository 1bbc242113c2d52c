/**
 * The door to the YAML library: a file's text becomes nodes that know their lines. JSON is YAML, and comes this way too.
 *
 * Loaded only when there is a file. Anchors and merge keys work; a file that unfolds into more than a configuration can
 * sensibly be is refused, so that a small file cannot fill the memory.
 */
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseAllDocuments,
  stringify,
  type YAMLMap,
} from 'yaml';
import type { ConfigProblem } from '../model/config-problem.ts';
import type { Result } from '../model/engine.ts';
import { type MapEntry, type MapNode, type Node, type Place, pathOf, type Scalar } from './node.ts';
import { problemAt } from './problem.ts';

const NODES_MAX = 20_000;

/** Deeper than any configuration; an alias within its own anchor has no bottom. */
const DEPTH_MAX = 100;

export function readYaml(text: string): Result<MapNode, readonly ConfigProblem[]> {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    merge: true,
    prettyErrors: false,
    // Looked for by the reader, which can name the key and both of its lines.
    uniqueKeys: false,
  });
  const start: Place = { path: '', line: 1, column: 1 };
  if (!Array.isArray(documents) || documents.length === 0) {
    return { ok: true, value: { kind: 'map', place: start, entries: new Map() } };
  }
  const errors = documents.flatMap((document) => document.errors);
  if (errors.length > 0) {
    const problems = errors.map(({ message, pos: [from] }) => {
      const { line, col: column } = lines.linePos(from);
      return problemAt({ path: '', line, column }, 'YAML or JSON', `what is neither: ${message.replace(/\.$/, '')}`);
    });
    return { ok: false, problem: problems };
  }
  const [document, second] = documents as readonly Document.Parsed[];
  if (second !== undefined) {
    const { line, col: column } = lines.linePos(second.range[0]);
    return refused(problemAt({ path: '', line, column }, 'one document in a file', 'a second one'));
  }
  return new Reader(document as Document.Parsed, lines).read(start);
}

/** Plain data as YAML, for printing. */
export function writeYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0 });
}

function refused(problem: ConfigProblem): Result<never, readonly ConfigProblem[]> {
  return { ok: false, problem: [problem] };
}

class TooLarge extends Error {}

class Reader {
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;
  readonly #problems: ConfigProblem[] = [];
  #nodes = 0;
  #depth = 0;

  constructor(document: Document.Parsed, lines: LineCounter) {
    this.#document = document;
    this.#lines = lines;
  }

  read(start: Place): Result<MapNode, readonly ConfigProblem[]> {
    try {
      const node = this.#node(this.#document.contents, start);
      if (this.#problems.length > 0) return { ok: false, problem: this.#problems };
      if (node.kind === 'map') return { ok: true, value: node };
      if (node.kind === 'scalar' && node.value === null) {
        return { ok: true, value: { kind: 'map', place: start, entries: new Map() } };
      }
      return refused(
        problemAt(start, 'a mapping such as "exporters:"', node.kind === 'list' ? 'a list' : 'a plain value'),
      );
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error;
      return refused(problemAt(start, `a configuration of at most ${NODES_MAX} values`, 'one that unfolds into more'));
    }
  }

  #node(parsed: unknown, above: Place): Node {
    this.#nodes += 1;
    this.#depth += 1;
    if (this.#nodes > NODES_MAX || this.#depth > DEPTH_MAX) throw new TooLarge();
    const node = this.#read(parsed, this.#place(parsed, above));
    this.#depth -= 1;
    return node;
  }

  #read(parsed: unknown, place: Place): Node {
    if (isAlias(parsed)) return this.#node(this.#anchored(parsed, place), place);
    if (isMap(parsed)) return { kind: 'map', place, entries: this.#entries(parsed, place) };
    if (isSeq(parsed)) {
      const items = parsed.items.map((item, index) => this.#node(item, { ...place, path: `${place.path}[${index}]` }));
      return { kind: 'list', place, items };
    }
    const value: unknown = isScalar(parsed) ? parsed.value : null;
    return { kind: 'scalar', place, value: scalarOf(value), template: undefined };
  }

  #anchored(alias: Alias, place: Place): unknown {
    const anchored = alias.resolve(this.#document);
    if (anchored === undefined) this.#problems.push(problemAt(place, `an anchor &${alias.source} further up`, 'none'));
    return anchored;
  }

  #entries(parsed: YAMLMap, above: Place): Map<string, MapEntry> {
    const entries = new Map<string, MapEntry>();
    const written = new Map<string, Place>();
    for (const pair of parsed.items) {
      if (isMergeKey(pair)) {
        for (const [key, entry] of this.#merged(pair.value, above)) if (!entries.has(key)) entries.set(key, entry);
        continue;
      }
      const key = isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
      const place = this.#place(pair.key, { ...above, path: pathOf(above.path, key) });
      const first = written.get(key);
      if (first !== undefined) {
        this.#problems.push(problemAt(place, 'each key once', `a second one; the first is in line ${first.line}`));
      }
      written.set(key, place);
      entries.set(key, { place, value: this.#node(pair.value, place) });
    }
    return entries;
  }

  /** What `<<` brings in; keys that stand beside it win. */
  #merged(value: unknown, above: Place): readonly (readonly [string, MapEntry])[] {
    const node = this.#node(value, above);
    if (node.kind === 'map') return [...node.entries];
    return node.kind === 'list' ? node.items.flatMap((item) => (item.kind === 'map' ? [...item.entries] : [])) : [];
  }

  /** What is not there, such as the value of a key without one, stands where its key does. */
  #place(parsed: unknown, { path, line, column }: Place): Place {
    if (isScalar(parsed) && parsed.source === '' && parsed.type === 'PLAIN') return { path, line, column };
    const range = typeof parsed === 'object' && parsed !== null && 'range' in parsed ? parsed.range : undefined;
    if (!Array.isArray(range)) return { path, line, column };
    const { line: at, col } = this.#lines.linePos(range[0]);
    return { path, line: at, column: col };
  }
}

function isMergeKey({ key }: Pair): boolean {
  return isScalar(key) && (key.value === '<<' || typeof key.value === 'symbol');
}

function scalarOf(value: unknown): Scalar {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  return String(value);
}
