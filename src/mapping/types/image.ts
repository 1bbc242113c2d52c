/**
 * Image events. What `Actor.ID` and `name` mean differs by action: pull and push name the image by its reference, and
 * `name` is the repository alone; all others name it by its id, and `name` is a reference or the id again.
 */
import type { ActionOf } from '../catalogue.ts';
import { templated } from '../labels.ts';
import { image, integer, type OwnKeys, putTagAndDigest, text } from '../readers.ts';
import { put } from '../registry.ts';
import {
  type ActionMapping,
  actionInWords,
  bytes,
  type Facts,
  shortId,
  shown,
  type TypeMapping,
} from './type-mapping.ts';

const REFERENCE: OwnKeys = new Map([['name', image]]);
const REPOSITORY: OwnKeys = new Map([['name', text('container.image.name')]]);

const IMAGE_ID = /^sha256:[0-9a-f]{64}$/;

/** The image by the name that says most: the reference of a pull, else a name that is no id, else the short id. */
function subject({ event }: Facts): string {
  if (!IMAGE_ID.test(event.actorId)) return shown(event.actorId);
  const name = event.attributes.get('name');
  return name === undefined || name === '' || name === event.actorId ? shortId(event.actorId) : shown(name);
}

function is(predicate: string): ActionMapping {
  return { says: (facts) => `Image ${subject(facts)} was ${predicate}.` };
}

const ACTIONS: Readonly<Record<ActionOf<'image'>, ActionMapping>> = {
  pull: { ...is('pulled'), own: REPOSITORY },
  push: { ...is('pushed'), own: REPOSITORY },
  tag: { says: (facts) => `Image ${shortId(facts.event.actorId)} was tagged ${subject(facts)}.` },
  untag: {
    says: (facts) => {
      const [id, removed] = [shortId(facts.event.actorId), subject(facts)];
      return removed === id ? `Image ${id} lost a tag.` : `Image ${id} lost the tag ${removed}.`;
    },
  },
  delete: is('deleted'),
  import: is('imported'),
  load: is('loaded'),
  save: is('saved to an archive'),
  create: is('created'),
  prune: {
    own: new Map([['reclaimed', integer('docker.prune.reclaimed_bytes')]]),
    says: ({ attributes }) =>
      `Unused images were pruned: ${bytes(attributes['docker.prune.reclaimed_bytes'])} given back.`,
  },
};

export const IMAGE_MAPPING: TypeMapping = {
  own: REFERENCE,
  actions: new Map(Object.entries(ACTIONS)),
  actor(to, actorId, action) {
    if (action === 'pull' || action === 'push') {
      putTagAndDigest(to, actorId);
    } else if (to['container.image.id'] === undefined && IMAGE_ID.test(actorId)) {
      put(to, 'container.image.id', actorId);
    }
  },
  other: templated('docker.image.label.'),
  labelled: false,
  says: (facts) => `Image ${subject(facts)}: ${actionInWords(facts.event)}.`,
};
