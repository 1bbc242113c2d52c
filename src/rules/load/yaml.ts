/**
 * The door to YAML for rules files. Reads text into nodes that know their lines.
 *
 * Every plain value stays the text that was written: `0x1f`, `1.0` and `on` are what they look like, because rules are
 * compared with text. A file that is larger, deeper or unfolds into more than rules can sensibly be is refused, so that a
 * small file cannot fill the memory or the stack.
 *
 * A key that stands twice in a mapping is told; the first one counts, as in Falco. Merge keys (`<<`) are keys like others.
 */
import { Composer, type CST, type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, Parser } from 'yaml';
import type { Place, RuleProblem } from './problem.ts';
import { quoted } from './problem.ts';

/** Falco's own set, the largest that is public, is a tenth of it. */
const FILE_BYTES_MAX = 1024 * 1024;

const NODES_MAX = 200_000;
const DEPTH_MAX = 50;

export type Node = ScalarNode | ListNode | MapNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly place: Place;
  /** Undefined for null: nothing, `~` or `null` without quotes. */
  readonly text: string | undefined;
  /** The place of the character at an offset of {@link text}; of the value where that cannot be told. */
  placeAt(offset: number): Place;
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
  /** Of the key. */
  readonly place: Place;
  readonly value: Node;
}

export interface YamlFile {
  /** One a document; those that hold nothing are left out. */
  readonly documents: readonly Node[];
  readonly problems: readonly RuleProblem[];
  readonly warnings: readonly RuleProblem[];
}

export function readYaml(file: string, written: string): YamlFile {
  // The library counts a byte order mark as an indent.
  const text = written.replace(/^\ufeff/, '');
  const start: Place = { file, line: 1, column: 1 };
  const bytes = Buffer.byteLength(text);
  if (bytes > FILE_BYTES_MAX) {
    return refused({ ...start, message: `Expected at most ${FILE_BYTES_MAX} bytes, got ${bytes}: split the file.` });
  }
  try {
    const lines = new LineCounter();
    // Keys that stand twice are looked for by the reader, which can name both lines and goes on.
    const composer = new Composer({ schema: 'failsafe', prettyErrors: false, uniqueKeys: false });
    const tokens = bounded(new Parser(lines.addNewLine).parse(text));
    return new Reader(file, text, lines).read([...composer.compose(tokens)]);
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    const message = `Expected at most ${NODES_MAX} values, at most ${DEPTH_MAX} deep; this unfolds into more.`;
    return refused({ ...start, message });
  }
}

function refused(problem: RuleProblem): YamlFile {
  return { documents: [], problems: [problem], warnings: [] };
}

class TooLarge extends Error {}

/** Ends with what is too deep before it is composed: the composer calls itself for what is nested. */
function* bounded(tokens: Iterable<CST.Token>): Generator<CST.Token> {
  let count = 0;
  for (const token of tokens) {
    const within: [part: CST.Token, depth: number][] = [[token, 0]];
    for (let next = within.pop(); next !== undefined; next = within.pop()) {
      const [part, depth] = next;
      count += 1;
      if (count > NODES_MAX || depth > DEPTH_MAX) throw new TooLarge();
      if (part.type === 'document' && part.value !== undefined) within.push([part.value, depth]);
      if (!('items' in part)) continue;
      for (const { key, value } of part.items) {
        if (key) within.push([key, depth + 1]);
        if (value) within.push([value, depth + 1]);
      }
    }
    yield token;
  }
}

class Reader {
  readonly #file: string;
  readonly #text: string;
  readonly #lines: LineCounter;
  readonly #problems: RuleProblem[] = [];
  readonly #warnings: RuleProblem[] = [];
  /** Of the document at hand, as far as it has been read. The library looks through all of a document for each alias. */
  readonly #anchors = new Map<string, unknown>();
  #nodes = 0;
  #depth = 0;

  constructor(file: string, text: string, lines: LineCounter) {
    this.#file = file;
    this.#text = text;
    this.#lines = lines;
  }

  read(documents: readonly Document.Parsed[]): YamlFile {
    const nodes: Node[] = [];
    for (const document of documents) {
      const [error] = document.errors;
      this.#anchors.clear();
      if (error === undefined) {
        const before = this.#problems.length;
        const node = this.#node(document.contents, this.#placeOf(document.range[0]));
        const isEmpty = node.kind === 'scalar' && node.text === undefined;
        if (!isEmpty && this.#problems.length === before) nodes.push(node);
      } else {
        const message = `Expected YAML, got what is none: ${error.message.replace(/\.$/, '')}.`;
        this.#problems.push({ ...this.#placeOf(error.pos[0]), message });
      }
    }
    return { documents: nodes, problems: this.#problems, warnings: this.#warnings };
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
    if (isAlias(parsed)) return this.#node(this.#anchored(parsed.source, place), place);
    if (isNode(parsed) && parsed.anchor !== undefined) this.#anchors.set(parsed.anchor, parsed);
    if (isMap(parsed)) {
      const entries = new Map<string, MapEntry>();
      for (const { key, value } of parsed.items) this.#entry(entries, key, value, place);
      return { kind: 'map', place, entries };
    }
    if (isSeq(parsed)) return { kind: 'list', place, items: parsed.items.map((it) => this.#node(it, place)) };
    return this.#scalar(parsed, place);
  }

  #entry(entries: Map<string, MapEntry>, key: unknown, value: unknown, above: Place): void {
    const name = isScalar(key) ? String(key.value) : String(key);
    const place = this.#place(key, above);
    const first = entries.get(name);
    const node = this.#node(value, place);
    if (first === undefined) {
      entries.set(name, { place, value: node });
      return;
    }
    const message = `The key ${quoted(name)} stands here for a second time; the one in line ${first.place.line} counts.`;
    this.#warnings.push({ ...place, message });
  }

  #anchored(name: string, place: Place): unknown {
    if (!this.#anchors.has(name)) {
      this.#problems.push({ ...place, message: `Expected an anchor &${name} further up, got none.` });
    }
    return this.#anchors.get(name);
  }

  #scalar(parsed: unknown, place: Place): ScalarNode {
    const scalar = isScalar(parsed) ? parsed : undefined;
    const written = String(scalar?.value ?? '');
    const isNull =
      (scalar?.type === 'PLAIN' || scalar === undefined) && ['', '~', 'null', 'Null', 'NULL'].includes(written);
    const range = scalar?.range;
    return {
      kind: 'scalar',
      place,
      text: isNull ? undefined : written,
      placeAt: (offset) => {
        if (!Array.isArray(range)) return place;
        const at = this.#offsetAt(written, range[0], range[1], scalar?.type?.startsWith('BLOCK') === true, offset);
        return at === undefined ? place : this.#placeOf(at);
      },
    };
  }

  /**
   * YAML may fold lines and take indents away, but leaves the characters between in their order, quotes aside: the n-th
   * that is no blank in the value is the n-th in the file. Where escapes make that untrue, nothing is told.
   */
  #offsetAt(written: string, from: number, to: number, isBlock: boolean, offset: number): number | undefined {
    const quote = isBlock ? '' : (/^["']/.exec(this.#text.slice(from, from + 1))?.[0] ?? '');
    const start = isBlock ? this.#text.indexOf('\n', from) + 1 : from + quote.length;
    const source = this.#text.slice(start, to - quote.length);
    if (source.replace(/\s+/g, '') !== written.replace(/\s+/g, '')) return undefined;
    let left = written.slice(0, offset).replace(/\s+/g, '').length;
    for (const match of source.matchAll(/\S/g)) {
      if (left === 0) return start + match.index;
      left -= 1;
    }
    return start + source.trimEnd().length;
  }

  /** What is not there, such as the value of a key without one, stands where its key does. */
  #place(parsed: unknown, above: Place): Place {
    if (isScalar(parsed) && parsed.source === '' && parsed.type === 'PLAIN') return above;
    const range = typeof parsed === 'object' && parsed !== null && 'range' in parsed ? parsed.range : undefined;
    return Array.isArray(range) ? this.#placeOf(Number(range[0])) : above;
  }

  #placeOf(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.#file, line, column: col };
  }
}
