/**
 * Reads rules. An item with `rule:` is one of four things:
 *
 * - with `override`, a change of some keys of a rule further up; each key that stands there has to say which
 * - with `append: true`, the older form of that, for condition and exceptions
 * - with `enabled` and none of the keys that a rule needs, the switching on or off of a rule further up; deprecated
 * - else a rule, which takes the place of one with the same name further up
 */
import type { RulePriority } from '../../model/entry.ts';
import { RULE_PRIORITIES } from '../../model/entry.ts';
import { priorityOf } from '../rule-set.ts';
import type { NeededParts, RuleItem, RuleParts } from './definitions.ts';
import type { ItemReader } from './item-reader.ts';
import { type Override, readAppend, readOverride } from './override.ts';
import { quoted } from './problem.ts';
import { readExceptions } from './read-exceptions.ts';
import { readThreshold } from './read-threshold.ts';
import { Written } from './written.ts';

const NEEDED = ['condition', 'desc', 'output', 'priority'];

const APPENDABLE = ['condition', 'output', 'desc', 'tags', 'exceptions'];
const REPLACEABLE = [
  ...APPENDABLE,
  'priority',
  'enabled',
  'warn_evttypes',
  'skip-if-unknown-filter',
  'capture',
  'capture_duration',
  'threshold',
];

const KEYS = ['rule', 'source', ...REPLACEABLE, 'append', 'override'];

const TAGS_MAX = 100;

/**
 * Undefined where something is wrong, which is told. A rule with its own condition and output is given all the same, so that
 * what is wrong in these is told together with the rest.
 */
export function readRule(reader: ItemReader, name: string): RuleItem | undefined {
  reader.warnUnknown(KEYS);
  const written = reader.entry('source')?.value;
  const isEmpty = written?.kind === 'scalar' && (written.text === undefined || written.text === '');
  const source = isEmpty ? undefined : reader.text('source');
  const hasSource = reader.isClean;
  const isAppended = readAppend(reader);
  const override = readOverride(reader, { append: APPENDABLE, replace: REPLACEABLE });
  const change = readChange(reader, isAppended, override);
  const isReadable = reader.isClean || (hasSource && change?.kind === 'define');
  return change === undefined || !isReadable ? undefined : { name, place: reader.place, source, change };
}

function readChange(
  reader: ItemReader,
  isAppended: boolean,
  override: Override | undefined,
): RuleItem['change'] | undefined {
  if (override !== undefined) return readOverridden(reader, override);
  // What is wrong with it has been told; without it, this item would be taken for another.
  if (!reader.isClean && reader.has('override')) return undefined;
  if (isAppended) return readAppended(reader);
  if (NEEDED.some((key) => reader.has(key))) return readDefined(reader);
  const isEnabled = reader.flag('enabled');
  if (isEnabled === undefined) {
    return reader.has('enabled') ? undefined : reader.refuse(reader.place, `Expected ${NEEDED.join(', ')}.`);
  }
  const message = '"enabled" alone is deprecated. Write "override:" with "enabled: replace" beside it.';
  reader.warn(reader.placeOf('enabled'), message);
  return { kind: 'enable', isEnabled };
}

function readDefined(reader: ItemReader): RuleItem['change'] | undefined {
  const missing = NEEDED.filter((key) => !reader.has(key));
  if (missing.length > 0) reader.refuse(reader.place, `Expected ${missing.join(', ')} too: a rule needs them.`);
  const { condition, output, description, priority, ...others } = readParts(reader, REPLACEABLE, false);
  if (condition === undefined || output === undefined) return undefined;
  const needed: NeededParts = {
    condition,
    output: output.trimmed(),
    description: description ?? Written.joined([]),
    priority: priority ?? 'Debug',
  };
  return { kind: 'define', parts: { ...others, ...needed } };
}

function readAppended(reader: ItemReader): RuleItem['change'] | undefined {
  const read = ['condition', 'exceptions'].filter((key) => reader.has(key));
  if (read.length === 0) return reader.refuse(reader.place, 'Expected a condition or exceptions to append.');
  const ignored = REPLACEABLE.filter((key) => reader.has(key) && !read.includes(key));
  if (ignored.length > 0) {
    const message = `Beside "append: true" only condition and exceptions count; passed over: ${ignored.join(', ')}.`;
    reader.warn(reader.placeOf(ignored[0] ?? ''), message);
  }
  return { kind: 'change', appended: readParts(reader, read, true), replaced: undefined };
}

function readOverridden(reader: ItemReader, { appended, replaced }: Override): RuleItem['change'] {
  for (const [operation, keys] of [
    ['append', appended],
    ['replace', replaced],
  ] as const) {
    for (const key of keys) {
      if (!reader.has(key))
        reader.refuse(reader.placeOf('override'), `Expected ${key} to ${operation}: override names it.`);
    }
  }
  for (const key of REPLACEABLE.filter((one) => reader.has(one) && !appended.has(one) && !replaced.has(one))) {
    const ways = APPENDABLE.includes(key) ? 'append or replace' : 'replace';
    reader.refuse(reader.placeOf(key), `Expected "${key}: ${ways}" under override: nothing says what ${key} is for.`);
  }
  return {
    kind: 'change',
    appended: appended.size === 0 ? undefined : readParts(reader, [...appended], true),
    replaced: replaced.size === 0 ? undefined : readParts(reader, [...replaced], false),
  };
}

/** The parts that stand under `keys`; others are undefined. */
function readParts(reader: ItemReader, keys: readonly string[], isAppended: boolean): RuleParts {
  const wants = (key: string) => keys.includes(key) && reader.has(key);
  if (wants('warn_evttypes')) reader.flag('warn_evttypes');
  if (wants('capture_duration')) reader.whole('capture_duration', 0, Number.MAX_SAFE_INTEGER);
  if (wants('capture') && reader.flag('capture') === true) {
    reader.warn(reader.placeOf('capture'), 'There are no system calls here to capture; capture is passed over.');
  }
  return {
    condition: wants('condition') ? reader.written('condition') : undefined,
    output: wants('output') ? reader.written('output') : undefined,
    description: wants('desc') ? reader.written('desc') : undefined,
    priority: wants('priority') ? readPriority(reader) : undefined,
    tags: wants('tags') ? readTags(reader) : undefined,
    exceptions: wants('exceptions') ? readExceptions(reader, isAppended) : undefined,
    isEnabled: wants('enabled') ? reader.flag('enabled') : undefined,
    mayBeSkipped: wants('skip-if-unknown-filter') ? reader.flag('skip-if-unknown-filter') : undefined,
    threshold: wants('threshold') ? readThreshold(reader) : undefined,
  };
}

function readPriority(reader: ItemReader): RulePriority | undefined {
  const scalar = reader.scalar('priority');
  if (scalar === undefined) return undefined;
  const priority = priorityOf(scalar.text);
  if (priority !== undefined) return priority;
  const near = reader.nearest(scalar.text, RULE_PRIORITIES);
  const expected = near === undefined ? `one of ${RULE_PRIORITIES.join(', ')}` : 'a priority';
  return reader.refuse(scalar.place, `Expected ${expected}, got ${quoted(scalar.text)}.`, near);
}

function readTags(reader: ItemReader): readonly string[] | undefined {
  const tags = reader.scalars('tags');
  if (tags !== undefined && tags.length > TAGS_MAX) {
    return reader.refuse(reader.placeOf('tags'), `Expected at most ${TAGS_MAX} tags, got ${tags.length}.`);
  }
  return tags && [...new Set(tags.map(({ text }) => text))];
}
