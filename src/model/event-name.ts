/** EventName of an event's record: one of few, whatever strangers write into types and actions; and the parts of an action. */

/** Of the record that tells that a rule has matched. */
export const RULE_MATCH = 'docker.rule.match';

const NAME_LENGTH_MAX = 64;

/** A part of an event name: lower-case letters, digits and `_`, never empty, cut. */
function safeName(name: string): string {
  const safe = name
    .slice(0, NAME_LENGTH_MAX)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '_');
  return safe === '' ? 'unknown' : safe;
}

/** `docker.<type>.<action>`; `action` is the base action, without a suffix. */
export function eventNameOf(type: string, action: string): string {
  return `docker.${safeName(type)}.${safeName(action)}`;
}

/** The action without what follows its first colon, which is the command of an exec or the state of a health check. */
export function baseAction(action: string): string {
  const colon = action.indexOf(':');
  return colon < 0 ? action : action.slice(0, colon);
}

/** What follows the base action: a command or a state; undefined where nothing does, as with Podman's exec. */
export function suffixOf(action: string): string | undefined {
  const colon = action.indexOf(': ');
  return colon < 0 ? undefined : action.slice(colon + 2);
}
