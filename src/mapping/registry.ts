/**
 * Every attribute that a record can have: its type, its meaning, when it is there, and whose name it is.
 *
 * Mapping code can only write names that stand here, with values of the type that stands here; docs/attributes.md is made
 * from it. Names follow OpenTelemetry's semantic conventions where they have one. Our own begin with `docker.`; a number
 * of something says its unit. No name is the namespace of another one, so that a backend that nests them can.
 */
import type { Attributes } from '../model/log-record.ts';
import { COLLECTOR } from './registry/collector.ts';
import { CONTAINER } from './registry/container.ts';
import { type AttributeType, type Definition, own, semconv, type ValueTypes } from './registry/definition.ts';
import { EVENT } from './registry/event.ts';
import { DAEMON, LOCAL } from './registry/local.ts';
import { ORCHESTRATOR, SWARM } from './registry/orchestrator.ts';
import { RESOURCE } from './registry/resource.ts';
import { RULE } from './registry/rule.ts';
import { SPAN } from './registry/span.ts';
import { FALCO, LOGTAIL } from './registry/views.ts';

/** The groups in the order of the documentation. */
export const GROUPS = {
  'Every event': EVENT,
  'Containers and images': CONTAINER,
  'Orchestrators, by the labels they give': ORCHESTRATOR,
  Swarm: SWARM,
  'Networks, volumes and plugins': LOCAL,
  Daemon: DAEMON,
  'What the collector tells of missing events': COLLECTOR,
  Rules: RULE,
  'Spans only': SPAN,
  Resource: RESOURCE,
  'Falco view': FALCO,
  'Logtail view': LOGTAIL,
} as const;

/** Every name that is known beforehand. */
export const REGISTRY = {
  ...EVENT,
  ...CONTAINER,
  ...ORCHESTRATOR,
  ...SWARM,
  ...LOCAL,
  ...DAEMON,
  ...COLLECTOR,
  ...RULE,
  ...SPAN,
  ...RESOURCE,
  ...FALCO,
  ...LOGTAIL,
} as const;

/** Names that end in a key which somebody else chose. */
export const TEMPLATES = {
  'container.label.': semconv(
    'string',
    'A label of the container that has no attribute of its own.',
    'container events',
    '1.4.2',
  ),
  'docker.image.label.': own('string', 'A label of the image.', 'image events', '1.4.2'),
  'docker.attribute.': own(
    'string',
    'An attribute of the engine that this project does not know, or could not read as what it should be.',
    'events of other types',
    'value',
  ),
} as const;

type Registry = typeof REGISTRY;

export type AttributeName = keyof Registry;
export type TemplatePrefix = keyof typeof TEMPLATES;
export type ValueOf<Name extends AttributeName> = ValueTypes[Registry[Name]['type']];

/** The names whose value has this type. */
export type NamesOf<Type extends AttributeType> = {
  [Name in AttributeName]: Registry[Name]['type'] extends Type ? Name : never;
}[AttributeName];

/** The only way in which mapping code writes an attribute. */
export function put<Name extends AttributeName>(to: Attributes, name: Name, value: ValueOf<Name>): void {
  to[name] = value;
}

/**
 * What `new` gives has no prototype but this empty one, and, other than what Object.create(null) gives, is not kept as a
 * hash table by V8, which the SDK would take four times as long to walk.
 */
function Empty(this: unknown): void {}
Empty.prototype = Object.freeze(Object.create(null));

/** A set of attributes with nothing in it, and nothing inherited. */
export function noAttributes(): Attributes {
  return Reflect.construct(Empty, []);
}

const DEFINITIONS: ReadonlyMap<string, Definition> = new Map<string, Definition>(Object.entries(REGISTRY));
const TEMPLATE_DEFINITIONS: readonly (readonly [string, Definition])[] = Object.entries(TEMPLATES);

/** What is known of a name, a label's included; undefined for one that is not registered. */
export function definitionOf(name: string): Definition | undefined {
  return DEFINITIONS.get(name) ?? TEMPLATE_DEFINITIONS.find(([prefix]) => name.startsWith(prefix))?.[1];
}
