/**
 * Ids as the engine makes them: 64 hex digits, of containers, execs, networks and images. It is asked several times with each
 * event: looking for one that is no digit takes a sixth of what a regular expression that counts digits takes.
 */
const LENGTH = 64;
const NO_DIGIT = /[^0-9a-f]/;

export function isEngineId(text: string): boolean {
  return text.length === LENGTH && !NO_DIGIT.test(text);
}
