/**
 * The fields that Falco has for every event, as far as rules for plugins use them.
 *
 * Times are the engine's, and always UTC: Falco prints the local time of its machine in all but `evt.time.iso8601`, and a field
 * is a pure function of the entry here. What a number in JavaScript cannot hold exactly (nanoseconds since the epoch) is a text.
 */
import type { DockerEvent } from '../../model/docker-event.ts';
import { entryTime } from '../../model/entry.ts';
import { toDecimalNanos, toIsoNanos, type UnixNanos } from '../../model/time.ts';
import type { Field } from '../field.ts';
import { type FieldGroup, ofEvent, ofSubject } from './define.ts';

const generic = ofSubject('falco');

function time(name: string, meaning: string, example: string, print: (time: UnixNanos) => string | undefined): Field {
  return generic('text', name, meaning, example, (subject) => {
    const known = entryTime(subject);
    return known === undefined ? undefined : print(known);
  });
}

interface Printed {
  readonly day: string;
  readonly clock: string;
  readonly nanos: string;
}

/** Undefined for a time beyond what a date can hold. */
function printed(time: UnixNanos): Printed | undefined {
  const iso = toIsoNanos(time);
  const [at, dot] = [iso.indexOf('T'), iso.lastIndexOf('.')];
  if (at < 0 || dot < at) return undefined;
  return { day: iso.slice(0, at), clock: iso.slice(at + 1, dot), nanos: iso.slice(dot + 1, -1) };
}

function inParts(print: (parts: Printed) => string): (time: UnixNanos) => string | undefined {
  return (time) => {
    const parts = printed(time);
    return parts === undefined ? undefined : print(parts);
  };
}

/**
 * The event as the plugin's JSON has it. Made anew from the event, never the line that was read: what was masked in the event
 * is masked here, too.
 */
function inJson(event: DockerEvent): string {
  const { type, action, actorId, attributes, scope } = event;
  const sorted = [...attributes].sort(([left], [right]) => (left < right ? -1 : 1));
  const inActor = sorted.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  const parts: string[] = [];
  const say = (key: string, value: string | undefined) => {
    if (value !== undefined) parts.push(`"${key}":${JSON.stringify(value)}`);
  };
  if (type === 'container' || type === 'image') {
    say('status', action);
    say('id', actorId);
  }
  if (type === 'container') say('from', attributes.get('image'));
  say('Type', type);
  say('Action', action);
  parts.push(`"Actor":{"ID":${JSON.stringify(actorId)},"Attributes":{${inActor.join(',')}}}`);
  say('scope', scope);
  if (event.time !== undefined) parts.push(`"time":${event.time[0]},"timeNano":${toDecimalNanos(event.time)}`);
  return `{${parts.join(',')}}`;
}

export const GENERIC: FieldGroup = {
  title: "Falco's fields of every event",
  preface:
    "Times are the engine's, in UTC; they are missing where the engine gives none. Falco prints the local time of its machine in all of them but `evt.time.iso8601`. Of a gap it is the time of the first event after it, of a loss that of the last event lost.",
  fields: [
    time(
      'evt.time',
      'Time of day, to the nanosecond.',
      '12:00:00.000000001',
      inParts(({ clock, nanos }) => `${clock}.${nanos}`),
    ),
    time(
      'evt.time.s',
      'Time of day, to the second.',
      '12:00:00',
      inParts(({ clock }) => clock),
    ),
    time(
      'evt.time.iso8601',
      'Date and time with its offset, to the nanosecond.',
      '2026-11-21T12:00:00.000000001+0000',
      inParts(({ day, clock, nanos }) => `${day}T${clock}.${nanos}+0000`),
    ),
    time(
      'evt.datetime',
      'Date and time, to the nanosecond.',
      '2026-11-21 12:00:00.000000001',
      inParts(({ day, clock, nanos }) => `${day} ${clock}.${nanos}`),
    ),
    time(
      'evt.datetime.s',
      'Date and time, to the second.',
      '2026-11-21 12:00:00',
      inParts(({ day, clock }) => `${day} ${clock}`),
    ),
    time(
      'evt.rawtime',
      'Nanoseconds since 1970, all digits. A text, which is ordered like the number as long as it has 19 digits (2001 to 2286).',
      '1795262400000000001',
      toDecimalNanos,
    ),
    generic('number', 'evt.rawtime.s', 'Whole seconds since 1970.', '1795262400', (subject) => entryTime(subject)?.[0]),
    time('evt.rawtime.ns', 'The nanoseconds within that second, nine digits. A text.', '000000001', ([, nanos]) =>
      String(nanos).padStart(9, '0'),
    ),
    generic('text', 'evt.source', 'Always `docker`.', 'docker', () => 'docker'),
    generic('text', 'evt.type', 'Always `pluginevent`.', 'pluginevent', () => 'pluginevent'),
    generic('text', 'evt.pluginname', 'Always `docker`.', 'docker', () => 'docker'),
    ofEvent('falco')(
      'text',
      'evt.plugininfo',
      'The event as JSON, its attributes sorted.',
      '{"status":"start", …}',
      ({ event }) => inJson(event),
    ),
    generic(
      'text',
      'evt.hostname',
      "The engine's host; Falco says its own.",
      'node-1',
      (subject) => subject.engine?.hostName,
    ),
    generic('boolean', 'evt.is_async', 'Always false.', 'false', () => false),
    generic('text', 'evt.asynctype', 'Always missing.', '', () => undefined),
    generic('number', 'evt.num', 'Always missing: events are not numbered here.', '', () => undefined),
  ],
};
