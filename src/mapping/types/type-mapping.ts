/** What the mapping knows of one type of events, and of each of its actions. */
import type { EventContext } from '../../model/context.ts';
import type { DockerEvent } from '../../model/docker-event.ts';
import type { Attributes } from '../../model/log-record.ts';
import type { OwnKeys } from '../readers.ts';

/** An event with what was made of it so far. */
export interface Facts {
  readonly event: DockerEvent;
  readonly context: EventContext;
  readonly attributes: Attributes;
}

/** One sentence for a person. Control characters are escaped and its length is bounded by the caller. */
export type Sentence = (facts: Facts) => string;

export interface ActionMapping {
  readonly says: Sentence;
  /** Keys that the engine writes on this action, besides those of the whole type. */
  readonly own?: OwnKeys;
  /** Takes what follows `: ` in the action. */
  readonly suffix?: (to: Attributes, suffix: string) => void;
  /** Adds what is known by the context, after all else. */
  readonly finish?: (facts: Facts) => void;
}

export interface TypeMapping {
  /** Keys that the engine writes on every action of this type. */
  readonly own: OwnKeys;
  readonly actions: ReadonlyMap<string, ActionMapping>;
  /** What `Actor.ID` means; called with an id that is not empty, after the attributes. */
  actor(to: Attributes, id: string, action: string): void;
  /** Takes an attribute that is not the engine's own, or that no reader took. */
  other(to: Attributes, key: string, value: string): void;
  /** Whether labels are merged over the engine's own keys, `image` and `name` excepted. */
  readonly labelled: boolean;
  /** The sentence for an action that is not known. */
  readonly says: Sentence;
}

/** A cut that does not split a surrogate pair, with a mark. */
export function cut(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  const last = text.charCodeAt(lengthMax - 1);
  return `${text.slice(0, last >= 0xd800 && last <= 0xdbff ? lengthMax - 1 : lengthMax)}…`;
}

const NAME_LENGTH_MAX = 128;

/** A name as it stands in a sentence. */
export function shown(name: string): string {
  return cut(name, NAME_LENGTH_MAX);
}

/** The first twelve digits of an id, as the docker command shows it. */
export function shortId(id: string): string {
  const hex = id.startsWith('sha256:') ? id.slice('sha256:'.length) : id;
  return cut(hex, hex.length === 64 ? 12 : NAME_LENGTH_MAX).replace('…', '');
}

/** A size in a sentence. */
export function bytes(count: unknown): string {
  return typeof count === 'number' ? `${count} bytes` : 'an unknown number of bytes';
}

/** The action as words, for a sentence: `archive-path` is told as it is, cut. */
export function actionInWords(event: DockerEvent): string {
  const colon = event.action.indexOf(':');
  return cut(colon < 0 ? event.action : event.action.slice(0, colon), NAME_LENGTH_MAX);
}
