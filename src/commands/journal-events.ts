/**
 * `journal events`: the newest events of a journal, as lines for a person or as JSON lines. Spans are told by the events that
 * began and ended them, and shown only where they are asked for by `--type span`.
 */
import {
  createJsonPrinter,
  createLinePrinter,
  createSpanJsonPrinter,
  createSpanLinePrinter,
  hasColors,
  mapperOf,
  openLook,
  spanMapperOf,
} from '../collector.ts';
import { PROCESSORS } from '../config/schemas.ts';
import type { Result } from '../model/engine.ts';
import { type Entry, type EventEntry, entryTime, type GapEntry } from '../model/entry.ts';
import { compareTimes, fromUnixMillis, toUnixMillis, type UnixNanos } from '../model/time.ts';
import { parseDuration } from '../runtime/fields.ts';
import { escapeControls } from '../runtime/mask.ts';
import { type JournalOptions, type KeptConfig, print, say, wantsJson, withJournal } from './journal-folder.ts';
import { type CommandWorld, EXIT, type ExitCode } from './world.ts';

export interface EventsOptions extends JournalOptions {
  readonly since?: string;
  readonly type?: readonly string[];
  readonly action?: readonly string[];
  readonly container?: string;
  readonly limit?: string;
}

const LIMIT = 50;
const LIMIT_MAX = 100_000;

export function events(world: CommandWorld, options: EventsOptions): Promise<ExitCode> {
  const since = sinceOf(options.since, world.clock.now());
  const limit = limitOf(options.limit);
  const problems = [since, limit].flatMap((read) => (read.ok ? [] : [read.problem]));
  if (!since.ok || !limit.ok) return Promise.resolve(say(world, EXIT.wrong, ...problems));
  return withJournal(world, options, openLook, (look, config) => {
    const found = look.events({ since: since.value, limit: limit.value, matches: filterOf(options, since.value) });
    const format = formatOf(world, options, config);
    print(world, found.map(format));
    if (found.length === 0 && world.stdout.isTTY === true) say(world, EXIT.ok, 'The journal has no such event.');
    return EXIT.ok;
  });
}

/** Entries as the console exporter writes them. */
export function formatOf(
  world: CommandWorld,
  options: JournalOptions,
  { pipelines }: Pick<KeptConfig, 'pipelines'>,
): (entry: Entry) => string {
  const { stdout, env, clock } = world;
  const isJson = wantsJson(world, options);
  const style = { color: hasColors({ isTerminal: stdout.isTTY === true, env }) };
  const printed = isJson ? createJsonPrinter() : createLinePrinter(style, clock.now());
  const printedSpan = isJson ? createSpanJsonPrinter() : createSpanLinePrinter(style, clock.now());
  const { redact, mapping, attributes } = PROCESSORS;
  const pipeline = pipelines[0] ?? {
    redact: redact.schema.parse({}),
    mapping: mapping.schema.parse({}),
    attributes: attributes.schema.parse({}),
  };
  // Whatever else a pipeline writes, lines are made of our own names. They are masked as what leaves.
  const map = mapperOf({ ...pipeline, mapping: { ...pipeline.mapping, views: ['otel'] } });
  const mapSpan = spanMapperOf(pipeline);
  return (entry) => (entry.kind === 'span' ? printedSpan(mapSpan(entry)) : printed(map(entry)));
}

/** A duration before now, or a time. */
function sinceOf(written: string | undefined, now: UnixNanos): Result<UnixNanos | undefined, string> {
  if (written === undefined) return { ok: true, value: undefined };
  const millis = parseDuration(written);
  if (millis !== undefined) return { ok: true, value: fromUnixMillis(toUnixMillis(now) - millis) };
  const time = /^\d{4}-\d\d-\d\d/.test(written) ? Date.parse(written) : Number.NaN;
  if (!Number.isNaN(time)) return { ok: true, value: fromUnixMillis(time) };
  const expected = 'a duration such as 30m or 1h, or a time such as 2026-11-21T12:00:00Z';
  return { ok: false, problem: `--since: expected ${expected}, got "${escapeControls(written)}".` };
}

function limitOf(written: string | undefined): Result<number, string> {
  const limit = written === undefined ? LIMIT : Number(written);
  if (Number.isInteger(limit) && limit >= 1 && limit <= LIMIT_MAX) return { ok: true, value: limit };
  const got = escapeControls(written ?? '');
  return { ok: false, problem: `--limit: expected a whole number from 1 to ${LIMIT_MAX}, got "${got}".` };
}

function filterOf({ type, action, container }: EventsOptions, since: UnixNanos | undefined): (entry: Entry) => boolean {
  return (entry) => {
    const time = entryTime(entry) ?? entry.observedAt;
    if (since !== undefined && compareTimes(time, since) < 0) return false;
    if (entry.kind !== 'event') {
      const isAskedFor = type === undefined ? entry.kind !== 'span' : type.includes(entry.kind);
      if (action !== undefined || !isAskedFor) return false;
      if (container === undefined) return true;
      return (entry.kind === 'alert' || entry.kind === 'span') && isAbout(container, entry.about);
    }
    const { event } = entry;
    if (type !== undefined && !type.includes(event.type)) return false;
    if (action !== undefined && !action.some((one) => event.action === one || event.action.startsWith(`${one}:`))) {
      return false;
    }
    return container === undefined || isAbout(container, entry);
  };
}

/** Shorter beginnings of an id would be found by chance. */
const ID_LENGTH_MIN = 4;

/** A container by its name, its id or the beginning of its id; also where another object tells of it. */
function isAbout(container: string, entry: EventEntry | GapEntry): boolean {
  if (entry.kind === 'gap') return false;
  const { event } = entry;
  const isId = (id: string) => id === container || (container.length >= ID_LENGTH_MIN && id.startsWith(container));
  if (event.type !== 'container') return isId(event.attributes.get('container') ?? '');
  return isId(event.actorId) || event.attributes.get('name') === container;
}
