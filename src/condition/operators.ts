/**
 * Which operator there is for which type, and what it asks of a single value.
 *
 * - Texts are compared as they are, letter case and all; their order is the order of their bytes. `i…` leaves the case of
 *   A to Z out of account. `b…` takes bytes as hex digits.
 * - A list of texts is asked `in` (all of it is in the other list) and `intersects` (some of it is) and nothing else, which
 *   compare.ts does; of a single value both ask whether it is in the list.
 *
 * A text may be ordered although that rarely helps, because rules order texts that are numbers: `"9" < "10"` is false.
 */
import type { Result } from '../model/engine.ts';
import { lowerAscii } from './ascii.ts';
import type { FieldType, FieldValue, Predicate } from './field.ts';
import { compileGlob } from './glob.ts';
import { compileRegex } from './regex.ts';
import { type Reading, shown } from './source.ts';
import { LIST_OPERATORS, type Operator, ORDER_OPERATORS, TEXT_OPERATORS } from './tree.ts';

export type Matcher<Value> = (value: Value) => boolean;

/** Makes the right side ready. The problem is a sentence. */
type Maker<Value> = (right: Value) => Result<Matcher<Value>, string>;

/** A type of which an entry has at most one value. */
export interface Kind<Value extends FieldValue> {
  /** How a value is written in a condition. The problem is a sentence. */
  parse(text: string): Result<Value, string>;
  is(value: FieldValue): value is Value;
  /** A missing value answers no. One function a type, so that each is called for one type only. */
  ask(read: Reading, matches: Matcher<Value>): Predicate;
  readonly makers: ReadonlyMap<Operator, Maker<Value>>;
}

/** All but `exists`, which there is for every type. */
export const OPERATORS: Readonly<Record<FieldType, readonly Operator[]>> = {
  text: [...TEXT_OPERATORS, ...ORDER_OPERATORS, ...LIST_OPERATORS],
  number: ['=', '==', '!=', '<', '<=', '>', '>=', 'in', 'intersects'],
  boolean: ['=', '==', '!=', 'in', 'intersects'],
  texts: ['in', 'intersects'],
};

/** An operator for which every right side will do. */
function always<Value>(make: (right: Value) => Matcher<Value>): Maker<Value> {
  return (right) => ({ ok: true, value: make(right) });
}

function equality<Value>(): readonly (readonly [Operator, Maker<Value>])[] {
  const equal = always<Value>((right) => (left) => left === right);
  return [
    ['=', equal],
    ['==', equal],
    ['!=', always<Value>((right) => (left) => left !== right)],
  ];
}

export const TEXT: Kind<string> = {
  parse: (text) =>
    text.includes('\0') ? { ok: false, problem: 'A text cannot hold a NUL character.' } : { ok: true, value: text },
  is: (value) => typeof value === 'string',
  ask: (read, matches) => (entry) => {
    const value = read(entry);
    return typeof value === 'string' && matches(value);
  },
  makers: new Map<Operator, Maker<string>>([
    ...equality<string>(),
    ['<', always((right) => (left) => order(left, right) < 0)],
    ['<=', always((right) => (left) => order(left, right) <= 0)],
    ['>', always((right) => (left) => order(left, right) > 0)],
    ['>=', always((right) => (left) => order(left, right) >= 0)],
    ['contains', always((right) => (left) => left.includes(right))],
    ['startswith', always((right) => (left) => left.startsWith(right))],
    ['endswith', always((right) => (left) => left.endsWith(right))],
    ['icontains', always(containsFolded)],
    ['bcontains', ofBytes((sought) => (left) => Buffer.from(left).includes(sought))],
    ['bstartswith', ofBytes((sought) => (left) => Buffer.from(left).indexOf(sought) === 0)],
    ['glob', (right) => compileGlob(right)],
    ['iglob', (right) => compileGlob(right, true)],
    ['regex', compileRegex],
  ]),
};

export const NUMBER: Kind<number> = {
  parse: parseNumber,
  is: (value) => typeof value === 'number',
  ask: (read, matches) => (entry) => {
    const value = read(entry);
    return typeof value === 'number' && matches(value);
  },
  makers: new Map<Operator, Maker<number>>([
    ...equality<number>(),
    ['<', always((right) => (left) => left < right)],
    ['<=', always((right) => (left) => left <= right)],
    ['>', always((right) => (left) => left > right)],
    ['>=', always((right) => (left) => left >= right)],
  ]),
};

export const BOOLEAN: Kind<boolean> = {
  parse: (text) =>
    text === 'true' || text === 'false'
      ? { ok: true, value: text === 'true' }
      : { ok: false, problem: `Expected true or false, got ${shown(text)}.` },
  is: (value) => typeof value === 'boolean',
  ask: (read, matches) => (entry) => {
    const value = read(entry);
    return typeof value === 'boolean' && matches(value);
  },
  makers: new Map<Operator, Maker<boolean>>(equality<boolean>()),
};

const NUMBER_FORM = /^(?:[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|0[xX][0-9a-fA-F]+)$/;

function parseNumber(text: string): Result<number, string> {
  if (NUMBER_FORM.test(text)) return { ok: true, value: Number(text) };
  return { ok: false, problem: `Expected a number, such as 42 or 0x2a, got ${shown(text)}.` };
}

/** An expression is the faster way, but folds more than A to Z where the text sought has such letters. */
function containsFolded(right: string): Matcher<string> {
  const sought = lowerAscii(right);
  if (/\P{ASCII}/u.test(sought)) return (left) => lowerAscii(left).includes(sought);
  const expression = new RegExp(
    sought.replace(/[^a-z0-9]/g, (sign) => `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`),
    'i',
  );
  return (left) => expression.test(left);
}

function ofBytes(make: (sought: Buffer) => Matcher<string>): Maker<string> {
  return (right) => {
    if (/^(?:[0-9a-fA-F]{2})+$/.test(right)) return { ok: true, value: make(Buffer.from(right, 'hex')) };
    return {
      ok: false,
      problem: `Expected pairs of hex digits, such as 2f62696e, got ${shown(right)}.`,
    };
  };
}

/** By the bytes of UTF-8: UTF-16 puts what is beyond U+FFFF before U+E000. */
function order(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const [a, b] = [left.charCodeAt(at), right.charCodeAt(at)];
    if (a !== b) return rank(a) - rank(b);
  }
  return left.length - right.length;
}

function rank(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800;
  return unit >= 0xd800 ? unit + 0x2000 : unit;
}
