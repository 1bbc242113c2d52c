/** What is wrong in a rules file, or only odd, and how it is told to a person. */
import { maskText } from '../../runtime/mask.ts';

/** A place in a file, counted from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Item {
  readonly kind: 'rule' | 'macro' | 'list';
  readonly name: string;
}

/** Its file is empty where it is in the configuration, not in a rules file. */
export interface RuleProblem extends Place {
  /** What it is in; undefined for what is in none. */
  readonly item?: Item;
  /** A finished sentence: what was expected, what is there instead, what to do. */
  readonly message: string;
  /** The nearest known word, where one was probably meant. */
  readonly near?: string;
  /** The condition or output that it is in, lists put in, and the offset in it. */
  readonly context?: ProblemContext;
}

export interface ProblemContext {
  readonly text: string;
  readonly at: number;
}

/** So much of a text is shown around the spot. */
const BEFORE_MAX = 40;
const AFTER_MAX = 40;

/** Longest name that is shown. */
const NAME_MAX = 80;

/** Longest message. Its words may be a stranger's, and a file can be one word. */
const MESSAGE_MAX = 600;

/** In one line; editors and terminals make a link of its beginning. `»` stands where the problem is. */
export function ruleProblemText({ file, line, column, item, message, near, context }: RuleProblem): string {
  const inItem = item === undefined ? '' : `${item.kind} "${maskText(item.name, NAME_MAX)}": `;
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
  const there = context === undefined ? '' : ` It says: ${excerpt(context)}`;
  // What is wrong with the configuration is in no rules file.
  const where = file === '' ? '' : `${file}:${line}:${column}: `;
  const said = message.length > MESSAGE_MAX ? `${message.slice(0, MESSAGE_MAX)}…` : message;
  return `${where}${inItem}${said}${hint}${there}`;
}

function excerpt({ text, at }: ProblemContext): string {
  const from = Math.max(0, at - BEFORE_MAX);
  const to = Math.min(text.length, at + AFTER_MAX);
  const marked = `${text.slice(from, at)}»${text.slice(at, to)}`.replace(/\s+/g, ' ').trim();
  return `${from > 0 ? '…' : ''}${maskText(marked)}${to < text.length ? '…' : ''}`;
}

/** A stranger's word in quotes, cut, and without what may be a secret. */
export function quoted(text: string): string {
  return `"${maskText(text, NAME_MAX)}"`;
}
