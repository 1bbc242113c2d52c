/**
 * Takes secrets out of text that goes into our own log lines and error messages.
 *
 * Text that a stranger wrote (a line that could not be read, a backend's answer) may hold a command line or a label with
 * a password in it. What looks like a secret becomes `[masked]`; control characters are escaped, so that a label cannot
 * forge a log line; and the text is cut. Records have their own, configurable redaction, which is not this.
 */

export const MASKED = '[masked]';

const SECRET_WORD =
  '(?:passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|authorization|cookie)';

/**
 * From such a word to the end of the name that it stands in. The end is bounded, and what stands before the word is looked
 * at only where a name can begin in one place: text that is made of such words would take seconds otherwise.
 */
const SECRET_NAME = String.raw`${SECRET_WORD}[\w.-]{0,128}`;

const RULES: readonly (readonly [RegExp, string])[] = [
  // scheme://user:password@host
  [/([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@"']{1,512}@/gi, `$1${MASKED}@`],
  // Authorization: Bearer x, Basic x
  [/\b(bearer|basic)\s+[\w.~+/=-]{4,}/gi, `$1 ${MASKED}`],
  // "password": "x" and the same with escaped quotes, as in JSON within JSON
  [new RegExp(String.raw`(${SECRET_NAME}\\?["']\s*:\s*\\?["'])(?:[^"'\\]|\\[^"'])*`, 'gi'), `$1${MASKED}`],
  // PASSWORD=x, password: x, --password=x
  [new RegExp(String.raw`(${SECRET_NAME}\s*[=:]\s*\\?["']?)[^\s"'\\,;&|]+`, 'gi'), `$1${MASKED}`],
  // --password x
  [new RegExp(String.raw`(\s--?[\w.-]*?${SECRET_NAME}\s+\\?["']?)[^\s"'\\,;&|]+`, 'gi'), `$1${MASKED}`],
  // mysql -psecret
  [/(\s-p)[^\s"'\\-][^\s"'\\]*/g, `$1${MASKED}`],
  // Token shapes that say themselves what they are: GitHub, GitLab, Slack, AWS, JWT
  [
    /\b(?:gh[pousr]_\w{20,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,}|AKIA[0-9A-Z]{16}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)/g,
    MASKED,
  ],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, MASKED],
];

/** Longest text that the rules look at; what is beyond is cut off before, so that no text can make masking slow. */
const LOOK_AT_MAX = 4096;

/**
 * `text` with secrets masked and control characters escaped, at most `maxLength` characters and then a note of how many
 * were cut.
 */
export function maskText(text: string, maxLength = 512): string {
  let masked = text.slice(0, LOOK_AT_MAX);
  for (const [pattern, replacement] of RULES) masked = masked.replace(pattern, replacement);
  masked = escapeControls(masked);
  const cut = text.length - Math.min(text.length, maxLength);
  return masked.length > maxLength || cut > 0 ? `${masked.slice(0, maxLength)}… (${text.length} characters)` : masked;
}

/** Control characters, line separators and text-direction marks, none of which a terminal should obey. */
const CONTROLS = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Nearly every text, and found out in a tenth of the time. */
const PLAIN = /^[\x20-\x7e]*$/;

/** Control characters and their like written as `\u….`. */
export function escapeControls(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(CONTROLS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** An endpoint as it may be shown: without user, password and query. */
export function maskEndpoint(endpoint: string): string {
  return endpoint.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1').replace(/[?#].*$/, '');
}
