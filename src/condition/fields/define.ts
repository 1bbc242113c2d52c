/** How fields are written down: by type, with what they mean, and with a reader that sees what the entry is about. */

import type { DockerEvent } from '../../model/docker-event.ts';
import type { AlertEntry, Entry, EventEntry, SpanEntry } from '../../model/entry.ts';
import { baseAction } from '../../model/event-name.ts';
import type { Field, FieldType, FieldValue } from '../field.ts';

/** Fields that belong together, as the documentation shows them. */
export interface FieldGroup {
  readonly title: string;
  /** What holds for all of them. */
  readonly preface: string;
  readonly fields: readonly Field[];
}

/** The TypeScript value of each type. */
export interface ValueTypes {
  readonly text: string;
  readonly number: number;
  readonly boolean: boolean;
  readonly texts: readonly string[];
}

/** What a field reads: an alert and a span are seen through to what they are about. */
export type Subject = Exclude<Entry, AlertEntry | SpanEntry>;

type Written<From, Value> = readonly [
  name: string,
  meaning: string,
  example: string,
  read: (from: From) => Value | undefined,
];

function define(
  source: Field['source'],
  type: FieldType,
  [name, meaning, example]: readonly [string, string, string, ...unknown[]],
  read: Field['read'],
): Field {
  return { name, type, argument: 'none', source, meaning, example, read };
}

function subjectOf(entry: Entry): Subject {
  return entry.kind === 'alert' || entry.kind === 'span' ? entry.about : entry;
}

/** A field of events; other entries have none. */
export function ofEvent(source: Field['source']) {
  return <Type extends FieldType>(type: Type, ...written: Written<EventEntry, ValueTypes[Type]>): Field => {
    const read = written[3];
    return define(source, type, written, (entry): FieldValue => {
      const subject = subjectOf(entry);
      return subject.kind === 'event' ? read(subject) : undefined;
    });
  };
}

/** A field of everything but alerts and spans, which are seen through. */
export function ofSubject(source: Field['source']) {
  return <Type extends FieldType>(type: Type, ...written: Written<Subject, ValueTypes[Type]>): Field => {
    const read = written[3];
    return define(source, type, written, (entry) => read(subjectOf(entry)));
  };
}

/** A field that tells an alert or a span from what it is about. */
export function ofEntry<Type extends FieldType>(type: Type, ...written: Written<Entry, ValueTypes[Type]>): Field {
  return define('own', type, written, written[3]);
}

/** A text that a key in brackets asks for: `docker.label[tier]`. */
export function byKey(
  name: string,
  meaning: string,
  example: string,
  read: (entry: EventEntry, key: string) => string | undefined,
): Field {
  return {
    ...define('own', 'text', [name, meaning, example], (entry, key) => {
      const subject = subjectOf(entry);
      return subject.kind === 'event' && key !== undefined ? read(subject, key) : undefined;
    }),
    argument: 'needed',
  };
}

/** Whom an event of this type is about; undefined where it is about many (prune). */
export function actor({ type: found, actorId }: DockerEvent, type: string): string | undefined {
  return found === type && actorId !== '' ? actorId : undefined;
}

/** What `key` says on events of one type whose attributes are all the engine's. */
export function said({ event }: EventEntry, type: string, key: string): string | undefined {
  return event.type === type ? event.attributes.get(key) : undefined;
}

/**
 * What the engine itself says under `key` on a container event of these actions; undefined where a label is known to stand
 * in its place.
 */
export function saidOfContainer(
  { event, context }: EventEntry,
  actions: readonly string[],
  key: string,
): string | undefined {
  const value = event.attributes.get(key);
  if (value === undefined || event.type !== 'container' || !actions.includes(baseAction(event.action)))
    return undefined;
  return context.shadowed?.includes(key) === true ? undefined : value;
}

/** A whole number as Go prints it, from 0 to `max`; undefined for anything else. */
export function wholeNumber(text: string | undefined, max = Number.MAX_SAFE_INTEGER): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  const isOwn = Number.isSafeInteger(number) && number >= 0 && number <= max && String(number) === text;
  return isOwn ? number : undefined;
}

/** One of two words; Go prints `true` and `false`. */
export function yesNo(text: string | undefined, yes = 'true', no = 'false'): boolean | undefined {
  if (text === yes) return true;
  return text === no ? false : undefined;
}

/** A JSON array of texts; undefined for anything else. */
export function texts(json: string | undefined): readonly string[] | undefined {
  if (json === undefined) return undefined;
  try {
    const items: unknown = JSON.parse(json);
    return Array.isArray(items) && items.every((item) => typeof item === 'string') ? items : undefined;
  } catch {
    // Not JSON is an answer here: the field has no value then.
    return undefined;
  }
}
