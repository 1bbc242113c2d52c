/**
 * Masks what is secret in an entry, before a record is made of it: so the sentence, the attributes of every view, the output
 * of rules and what the console shows are all made of masked words, and there is no side door.
 *
 *   entry ──► attributes: by key (deny, allow, names of secrets), else by what the value looks like
 *        ──► action, and what the context keeps of it: the command line of an exec
 *        ──► without the raw line
 *
 * - Pure and total: the same entry gives the same, whatever strangers have written. Twice is the same as once.
 * - What a secret is, and where it stands, runtime/secrets/ knows, for our own log lines as well.
 * - `mask` puts `[masked]` in its place. `hash` puts `hmac:` and 16 hex digits of HMAC-SHA256 there, so that equal values
 *   can be told as equal, by those who have the key: a value that can be guessed can be tried. `drop` leaves out an attribute
 *   that is a secret as a whole, and puts `…` where one stands within a text.
 * - The journal keeps what the engine said. This is asked for each pipeline, on the way out.
 * - Of an alert what it is about is masked; rule, priority and tags are the words of whoever wrote the rules. Of a span, too,
 *   and what its ids are made of, so that they are those of masked records, and nobody can try what was masked on them.
 *
 * A container's labels come again with each of its events, and health checks repeat their command: what was decided for a key
 * and made of a value is remembered, within bounds, and of a container that nothing was to be masked (clean-attributes.ts). An
 * event of known labels costs about a microsecond.
 */
import { createHmac } from 'node:crypto';
import type { EventContext } from '../model/context.ts';
import type { DockerEvent } from '../model/docker-event.ts';
import type { Entry, EventEntry, SpanEntry, SpanExec, TraceKey } from '../model/entry.ts';
import { remembered } from '../runtime/bounded-cache.ts';
import { isEngineId } from '../runtime/engine-id.ts';
import { MASKED } from '../runtime/mask.ts';
import { isSecretUnder, verdictOf } from '../runtime/secrets/names.ts';
import { isPlainWord } from '../runtime/secrets/plain-word.ts';
import { IS_MASK, type Replace, replaceInReference, replaceSecrets } from '../runtime/secrets/secrets.ts';
import { CleanAttributes } from './clean-attributes.ts';
import type { RedactOptions } from './config.ts';
import { matchesGlob } from './glob.ts';

/** Stands within a text where a secret was dropped. */
const LEFT_OUT = '…';
const HASH_LENGTH = 16;

/** Keys of the engine whose values are names and references to images: `example/token:v1` is no token. */
const REFERENCES: ReadonlySet<string> = new Set([
  'image',
  'image.new',
  'image.old',
  'imageRef',
  'name',
  'oldName',
  'com.docker.compose.image',
]);

/** Of a text that is remembered: labels that hold a whole document as JSON come with each event of their container. */
const TEXT_LENGTH_MAX = 8192;

/** What is done with the values under a key. */
interface KeyRule {
  /** The key itself, in which a token may stand. */
  readonly shown: string;
  /** `ordinary`: the key says nothing of its values. `open`: they are judged one by one. */
  readonly kind: 'allowed' | 'denied' | 'reference' | 'ordinary' | 'open';
  readonly key: string;
}

/** An entry as it may leave. Nothing but the raw line is copied where nothing is to be masked. */
export function createRedactor(options: RedactOptions): Redact {
  if (!options.enabled) return (entry) => entry;
  const redactor = new Redactor(options);
  const redact = (entry: Entry): Entry => {
    if (entry.kind === 'event') return redactor.event(entry);
    if (entry.kind === 'span') return redactor.span(entry);
    if (entry.kind !== 'alert' || entry.about.kind !== 'event') return entry;
    return { ...entry, about: redactor.event(entry.about) };
  };
  // An entry stays of its kind, which the type of a function over all kinds cannot say.
  return redact as Redact;
}

/** Gives an entry of the same kind. */
export type Redact = <Kind extends Entry>(entry: Kind) => Kind;

class Redactor {
  readonly #drops: boolean;
  readonly #replace: Replace;
  readonly #text: (text: string) => string;
  readonly #reference: (text: string) => string;
  readonly #rule: (key: string) => KeyRule;
  readonly #command: (command: string) => string;
  readonly #suffixed: (action: string) => string;
  readonly #clean = new CleanAttributes();

  constructor(options: RedactOptions) {
    this.#drops = options.mode === 'drop';
    this.#replace = replacementOf(options);
    this.#text = remembered((text) => replaceSecrets(text, this.#replace), TEXT_LENGTH_MAX);
    this.#reference = remembered((text) => replaceInReference(text, this.#replace));
    const [allow, deny] = [options.allow.map(folded), options.deny.map(folded)];
    this.#rule = remembered((key) => {
      const name = folded(key);
      const isDenied = deny.some((pattern) => matchesGlob(pattern, name));
      const isAllowed = !isDenied && allow.some((pattern) => matchesGlob(pattern, name));
      if (isAllowed) return { key, shown: key, kind: 'allowed' };
      // `--label password:x` makes a key of all of it.
      const shown = /[=:\s]/.test(key) ? this.#text(key) : this.#reference(key);
      return { key, shown, kind: isDenied ? 'denied' : kindOf(key, shown) };
    });
    this.#command = commandOf(options, this.#text);
    this.#suffixed = remembered((action) => this.#masked(action), TEXT_LENGTH_MAX);
  }

  event(entry: EventEntry): EventEntry {
    return { ...entry, raw: '', event: this.#dockerEvent(entry.event), context: this.#context(entry.context) };
  }

  span(entry: SpanEntry): SpanEntry {
    const { name, own, links, exec } = entry;
    return {
      ...entry,
      ...(exec && { exec: this.#exec(exec) }),
      about: this.event(entry.about),
      trace: this.#trace(entry.trace),
      // What the engine calls an exec is no secret, but a label can stand in its place.
      own: name === 'exec' && own !== undefined && !isEngineId(own) ? this.#text(own) : own,
      links: links.map((link) => ({ ...link, trace: this.#trace(link.trace) })),
    };
  }

  /** What an event of the exec would say by its attributes and its action. */
  #exec({ id, command, isProbe }: SpanExec): SpanExec {
    return {
      id: id === undefined ? undefined : this.#value(this.#rule('execID'), id),
      command: command === undefined ? undefined : this.#command(command),
      isProbe,
    };
  }

  #trace(trace: TraceKey): TraceKey {
    const id = this.#actorId(trace.id);
    return id === trace.id ? trace : { ...trace, id };
  }

  #actorId(id: string): string {
    return isEngineId(id) ? id : this.#reference(id);
  }

  #dockerEvent(event: DockerEvent): DockerEvent {
    const action = this.#action(event.action);
    const clean = this.#clean.of(event.actorId);
    const actorId = clean === undefined ? this.#actorId(event.actorId) : event.actorId;
    const attributes = this.#attributes(event.attributes, clean);
    if (clean === undefined) this.#clean.note(event, attributes);
    const originalAction = event.originalAction === undefined ? undefined : this.#action(event.originalAction);
    const isSame =
      action === event.action &&
      actorId === event.actorId &&
      attributes === event.attributes &&
      originalAction === event.originalAction;
    return isSame ? event : { ...event, action, actorId, attributes, originalAction };
  }

  #action(action: string): string {
    return action.includes(':') ? this.#suffixed(action) : action;
  }

  /** What follows the colon is a command line, or a state. */
  #masked(action: string): string {
    const colon = action.indexOf(':');
    const from = action[colon + 1] === ' ' ? colon + 2 : colon + 1;
    const rest = action.slice(from);
    return `${action.slice(0, from)}${action.startsWith('exec_') ? this.#command(rest) : this.#text(rest)}`;
  }

  #context(context: EventContext): EventContext {
    if (context.execCommand === undefined) return context;
    return { ...context, execCommand: this.#command(context.execCommand) };
  }

  #attributes(
    attributes: ReadonlyMap<string, string>,
    clean: ReadonlyMap<string, string> | undefined,
  ): ReadonlyMap<string, string> {
    let changed: Map<string, string> | undefined;
    for (const [key, value] of attributes) {
      if (clean?.get(key) === value) {
        changed?.set(key, value);
        continue;
      }
      const rule = this.#rule(key);
      const shown = this.#value(rule, value);
      if (changed === undefined && (shown !== value || rule.shown !== key)) changed = beginningOf(attributes, key);
      if (shown !== undefined) changed?.set(rule.shown, shown);
    }
    return changed ?? attributes;
  }

  /** Undefined where the attribute is left out. */
  #value({ kind, key, shown }: KeyRule, value: string): string | undefined {
    if (kind === 'allowed') return value;
    if (kind === 'reference') return isEngineId(value) ? value : this.#reference(value);
    if (kind === 'denied' || (kind === 'open' && (isSecretUnder(key, value) || isSecretUnder(shown, value)))) {
      if (this.#drops) return undefined;
      return IS_MASK.test(value) ? value : this.#replace(value);
    }
    // What comes again was found clean before: ids of execs, times and counters are neither secrets nor worth remembering.
    return isEngineId(value) || isPlainWord(value) ? value : this.#text(value);
  }
}

/** A key that is masked itself says as much of its value as before, and again when it is read anew. */
function kindOf(key: string, shown: string): KeyRule['kind'] {
  if (REFERENCES.has(key)) return 'reference';
  return verdictOf(key) === 'ordinary' && verdictOf(shown) === 'ordinary' ? 'ordinary' : 'open';
}

function folded(key: string): string {
  return key.toLowerCase();
}

/** The attributes before `key`. */
function beginningOf(attributes: ReadonlyMap<string, string>, key: string): Map<string, string> {
  const beginning = new Map<string, string>();
  for (const [before, value] of attributes) {
    if (before === key) break;
    beginning.set(before, value);
  }
  return beginning;
}

function replacementOf({ mode, hash_key }: RedactOptions): Replace {
  if (mode === 'drop') return () => LEFT_OUT;
  // No hash without a key: anybody could try what it was made of.
  if (mode === 'mask' || hash_key === undefined) return () => MASKED;
  return (secret) => {
    const digest = createHmac('sha256', hash_key.reveal()).update(secret).digest('hex');
    return `hmac:${digest.slice(0, HASH_LENGTH)}`;
  };
}

function commandOf({ exec_commands }: RedactOptions, masked: (command: string) => string): (command: string) => string {
  switch (exec_commands) {
    case 'full':
      return (command) => command;
    case 'masked':
      return masked;
    case 'executable':
      return (command) => masked(/^\S*/.exec(command)?.[0] ?? '');
  }
}
