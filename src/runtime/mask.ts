/**
 * Takes secrets out of text that goes into our own log lines and error messages.
 *
 * Text that a stranger wrote (a line that could not be read, a backend's answer) may hold a command line or a label with
 * a password in it. What looks like a secret (secrets/) becomes `[masked]`; control characters are escaped, so that a label cannot
 * forge a log line; and the text is cut. Records have
 * a redaction that can be configured (processing/redact.ts), and knows secrets by the same rules.
 */

import { replaceSecrets } from './secrets/secrets.ts';

export const MASKED = '[masked]';

/** What nobody's words hold but a mysql's password: `-psecret`. Records keep it, unless it is one (`-p8080:80`). */
const ATTACHED = /(\s-p)[^\s"'\\-][^\s"'\\]*/g;

/** A scheme with anything behind it, prose as well: our log lines need not be as good to read as records. */
const SCHEME = /\b(bearer|basic)\s+[\w.~+/=-]{4,}/gi;

/** Longest text that the rules look at; what is beyond is cut off before, so that no text can make masking slow. */
const LOOK_AT_MAX = 4096;

/**
 * `text` with secrets masked and control characters escaped, at most `maxLength` characters and then a note of how many
 * were cut.
 */
export function maskText(text: string, maxLength = 512): string {
  let masked = replaceSecrets(text.slice(0, LOOK_AT_MAX), () => MASKED);
  masked = masked.replace(ATTACHED, `$1${MASKED}`).replace(SCHEME, `$1 ${MASKED}`);
  masked = escapeControls(masked);
  const cut = text.length - Math.min(text.length, maxLength);
  return masked.length > maxLength || cut > 0 ? `${masked.slice(0, maxLength)}… (${text.length} characters)` : masked;
}

/** Control characters, line separators and text-direction marks, none of which a terminal should obey. */
const CONTROLS = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Nearly no text has one, and that is found out in a tenth of the time. */
const NOT_PLAIN = /[^\x20-\x7e]/;

/** Control characters and their like written as `\u….`. */
export function escapeControls(text: string): string {
  if (!NOT_PLAIN.test(text)) return text;
  return text.replace(CONTROLS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** An endpoint as it may be shown: without user, password and query. */
export function maskEndpoint(endpoint: string): string {
  return endpoint.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1').replace(/[?#].*$/, '');
}
