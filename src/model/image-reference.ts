/**
 * Image references, by the grammar of the distribution project (distribution/reference):
 *
 *   reference := name [ ":" tag ] [ "@" digest ]
 *   name      := [ domain "/" ] component *( "/" component )
 *   component := alphanumeric *( separator alphanumeric )        separator := "." | "_" | "__" | "-"+
 *   domain    := host [ ":" port ]                               upper case is allowed in a host only
 *   tag       := [A-Za-z0-9_][A-Za-z0-9_.-]{0,127}
 *   digest    := algorithm ":" hex{32,}
 *
 * An id is a reference too: 64 hex digits, alone or after `sha256:`. Nothing is added or normalised: a name stays as
 * familiar as the user wrote it (`busybox`, not `docker.io/library/busybox`), so that its parts put together give back what
 * was parsed.
 */

export type ImageReference =
  /** As written, with or without `sha256:`. */
  | { readonly kind: 'id'; readonly id: string }
  | {
      readonly kind: 'name';
      /** Domain and path. */
      readonly name: string;
      /** The registry with its port; undefined where none was written. */
      readonly domain: string | undefined;
      readonly path: string;
      readonly tag: string | undefined;
      readonly digest: string | undefined;
    };

const NAME_LENGTH_MAX = 255;

const ID = /^(?:sha256:)?[0-9a-f]{64}$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;
const COMPONENT = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$/;
const HOST_PART = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const DOMAIN = new RegExp(`^(?:${HOST_PART}(?:\\.${HOST_PART})*|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?$`);

/** Undefined for what is no reference. */
export function parseImageReference(text: string): ImageReference | undefined {
  if (ID.test(text)) return { kind: 'id', id: text };
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : text.slice(at + 1);
  if (digest !== undefined && !DIGEST.test(digest)) return undefined;
  const named = at < 0 ? text : text.slice(0, at);
  // The colon of a port stands before a slash, that of a tag never does.
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  if (tag !== undefined && !TAG.test(tag)) return undefined;
  const name = colon < 0 ? named : named.slice(0, colon);
  if (name.length > NAME_LENGTH_MAX) return undefined;
  const slash = name.indexOf('/');
  const domain = slash > 0 && isDomain(name.slice(0, slash)) ? name.slice(0, slash) : undefined;
  const path = domain === undefined ? name : name.slice(slash + 1);
  if (!path.split('/').every((component) => COMPONENT.test(component))) return undefined;
  return { kind: 'name', name, domain, path, tag, digest };
}

/** What stands before the first slash is a registry when it could be no part of a path on Docker Hub. */
function isDomain(text: string): boolean {
  if (!DOMAIN.test(text)) return false;
  return text === 'localhost' || text.includes('.') || text.includes(':') || text !== text.toLowerCase();
}
