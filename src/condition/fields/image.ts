/**
 * The image of container and image events, taken apart.
 *
 * A name without a registry is one of Docker Hub, and so is one of `index.docker.io`: `docker.image.registry` is `docker.io` for
 * both, so that a list of allowed registries says what it means. What is no reference has no registry, and an image that is
 * named by its id has none either: `not docker.image.registry in (…)` then holds, which errs on the side of telling.
 */
import type { EventEntry } from '../../model/entry.ts';
import { baseAction } from '../../model/event-name.ts';
import { type ImageReference, parseImageReference } from '../../model/image-reference.ts';
import { remembered } from '../../runtime/bounded-cache.ts';
import { type FieldGroup, ofEvent } from './define.ts';

const own = ofEvent('own');

const parse = remembered(parseImageReference);

/** The image as somebody wrote it; on pull and push it is the actor, on other image events `name`, which may be an id. */
function written({ event }: EventEntry): string | undefined {
  if (event.type === 'container') return event.attributes.get('image');
  if (event.type !== 'image') return undefined;
  const action = baseAction(event.action);
  return action === 'pull' || action === 'push' ? event.actorId : event.attributes.get('name');
}

type Named = Extract<ImageReference, { kind: 'name' }>;

function named(entry: EventEntry): Named | undefined {
  const text = written(entry);
  const reference = text === undefined ? undefined : parse(text);
  return reference?.kind === 'name' ? reference : undefined;
}

/** As it is where it follows no grammar; undefined for an id. */
function name(entry: EventEntry): string | undefined {
  const text = written(entry);
  if (text === undefined || text === '') return undefined;
  const reference = parse(text);
  if (reference === undefined) return text;
  return reference.kind === 'name' ? reference.name : undefined;
}

const HUB = 'docker.io';
const HUB_OFFICIAL = 'library/';

/** Host names know no case. */
function registryOf({ domain }: Named): string {
  const host = domain?.toLowerCase() ?? HUB;
  return host === 'index.docker.io' ? HUB : host;
}

function repository(entry: EventEntry): string | undefined {
  const reference = named(entry);
  if (reference === undefined) return undefined;
  const isOfficial = reference.path.startsWith(HUB_OFFICIAL) && registryOf(reference) === HUB;
  return isOfficial ? reference.path.slice(HUB_OFFICIAL.length) : reference.path;
}

const IMAGE_ID = /^sha256:[0-9a-f]{64}$/;

function id(entry: EventEntry): string | undefined {
  const { type, actorId } = entry.event;
  if (type === 'image' && IMAGE_ID.test(actorId)) return actorId;
  const text = written(entry);
  const reference = text === undefined ? undefined : parse(text);
  return reference?.kind === 'id' ? reference.id : undefined;
}

const DIGEST = 'sha256:3797c3a9bf965a9fb4ad6df8584e8b8649173eda8d97c10196888e1417d7e4e1';

export const IMAGE: FieldGroup = {
  title: 'Images',
  preface:
    'Of container and image events. An image that is named by its id has an id only, and what is no image reference has a name only.',
  fields: [
    own(
      'text',
      'docker.image.name',
      'Registry and repository as somebody wrote them, without tag and digest.',
      'ghcr.io/example/shop',
      name,
    ),
    own(
      'text',
      'docker.image.registry',
      'The registry with its port, in lower case; `docker.io` where none is written, and for `index.docker.io`.',
      'docker.io',
      (entry) => {
        const reference = named(entry);
        return reference === undefined ? undefined : registryOf(reference);
      },
    ),
    own(
      'text',
      'docker.image.repository',
      'The repository without the registry, and on Docker Hub without `library/`.',
      'example/shop',
      repository,
    ),
    own(
      'text',
      'docker.image.tag',
      'The tag, where one is written; on pull the engine writes it. `latest` is not filled in.',
      '1.36',
      (entry) => named(entry)?.tag,
    ),
    own('text', 'docker.image.digest', 'The digest, where one is written.', DIGEST, (entry) => named(entry)?.digest),
    own(
      'text',
      'docker.image.id',
      "The image's id: of image events but pull and push, and of containers whose image was given by id.",
      DIGEST,
      id,
    ),
  ],
};
