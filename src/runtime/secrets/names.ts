/**
 * Which names announce a secret: of an environment variable, a label, an option, a key of JSON, a header.
 *
 * A name is taken apart into its words (`dbPassword`, `DB_PASSWORD` and `db.password` are the same), and judged by the last
 * two parts between dots: labels carry names of routers and services before them, which say nothing of the value.
 *
 * - `secret`: whatever stands under it is masked (password, token, client_secret, api_key, connection_string …).
 * - `likely`: the name alone does not decide (key, auth, cookie): what is plainly no secret, a path or a short word, stays.
 * - `ordinary`: a name without such a word, or one that tells *about* a secret (token_ttl, password_file, public_key).
 */
import { remembered } from '../bounded-cache.ts';

export type Verdict = 'secret' | 'likely' | 'ordinary';

/** More of a name is not looked at: what it means stands at its end. */
const NAME_LENGTH_MAX = 256;

/** Stand for a secret wherever they stand in a word. */
const SECRET_PART =
  /passw(?:or)?d|passwort|kennwort|passphrase|passcode|contrasena|motdepasse|pwd|secret|token|credential|authoriz|apikey|accesskey|privatekey|secretkey|connectionstring|connstr|(?:auth|account|encryption|master|preshared|shared|signing|storage)key/;

/** Are the whole word, or stand behind who logs in. */
const SECRET_WORD =
  /^(?:pass|pw|psk|creds?|jwt|bearer|requirepass|masterauth|(?:user|db|root|store|key|smtp|admin|bind|my|mysql|pg|redis|mail|http|proxy|ftp|ssh|sudo|login)(?:pass|pw))$/;

/** Before `key`: whose it is, or what it opens. */
const KEY_OF =
  /^(?:api|access|private|secret|encryption|encrypt|decryption|signing|sign|master|auth|account|shared|app|application|license|licence|service|storage|deploy|webhook|session|hmac|aes|rsa|ssl|tls|consumer|crypt|cipher|client|admin|integration|write|read|ingest|security|unseal|recovery|root|vault|join|host|jwt|data)$/;

/** Before `key`: no key to anything. */
const NO_KEY_OF =
  /^(?:public|pub|primary|foreign|partition|sort|sorting|cache|routing|group|map|index|row|lookup|field|object|message|range|idempotency|hot|arrow|label|metric|dedup|dedupe|unique|natural|shard|hash|order|bucket|event|column|config|issue|translation|i18n|tag)$/;

/** `keystorepass`, `kspass`; not `bypass`, `compass`, `lowpass`. */
const ENDS_WITH_PASS =
  /^(?!(?:by|com|tres|under|over|sur|encom|low|high|band|all|multi|single|two|proxy)pass$)[a-z]{1,32}pass$/;

const LIKELY_LAST = /^(?:keys?|auth|cookies?|session|sid|salt|pin|otp|totp|seed|sig|signature|xauth)$/;

/** Last words of names that tell about a secret, and are none. */
const ABOUT =
  /^(?:file|files|filename|path|paths|dir|directory|folder|mount|type|types|kind|ttl|expiry|expires|expiration|expire|lifetime|timeout|interval|age|length|len|size|policy|enabled|enable|disabled|required|require|url|uri|endpoint|address|addr|host|hostname|port|issuer|audience|algorithm|alg|format|provider|backend|driver|manager|store|engine|service|services|server|bucket|buckets|limit|limits|count|rotation|rule|rules|entrypoints|middlewares|priority|tls|certresolver|scheme|stdin|fd|env|var|cmd|command|prompt|strength|min|max|minimum|maximum|average|burst|version|mode|method|usage|header|headers|samesite|httponly|secure|domain|domains|cookiename|review|image|container|network|volume|description|title|location|plugin|helper|hint|name|names|field|ref|exists|encoding|hashing|checksum|config|hash)$/;

/** Before a secret's word in an option: it says whether, not what. */
const WHETHER =
  /^(?:no|ask|prompt|show|skip|without|disable|enable|require|hide|reset|list|use|has|is|allow|force|generate|print|with|max|min|num|count|total|input|output)$/;

/** Split at capitals and at all that is neither letter nor digit; digits at the end of a word are left out. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .map((word) => word.replace(/\d{1,4}$/, ''))
    .filter((word) => word !== '');
}

function judge(name: string): Verdict {
  const parts = name.slice(-NAME_LENGTH_MAX).split(/[./]+(?=[^./])/);
  const words = wordsOf(parts.at(-1) ?? '');
  if (words.length === 0 && parts.length > 1) return judge(parts.slice(0, -1).join('.'));
  const before = wordsOf(parts.at(-2) ?? '');
  const last = words.at(-1);
  if (last === undefined || ABOUT.test(last)) return 'ordinary';
  // Traefik: user and hash.
  if (/^users?$/.test(last) && /^(?:basic|digest)(?:auth)?$/.test(before.join(''))) return 'secret';
  // Caddy: the user is the last part, and the hash the value.
  if (/^caddy[._\d]/.test(name) && before.join('') === 'basicauth') return 'secret';
  if (holdsSecretWord(words) || (parts.length > 1 && holdsSecretWord(before))) return 'secret';
  if (!LIKELY_LAST.test(last)) return 'ordinary';
  return /^keys?$/.test(last) && NO_KEY_OF.test(words.at(-2) ?? before.at(-1) ?? '') ? 'ordinary' : 'likely';
}

function holdsSecretWord(words: readonly string[]): boolean {
  return words.some((word, index) => {
    const previous = words[index - 1] ?? '';
    const isSecret =
      (SECRET_PART.test(word) && !/^tokeni[sz]/.test(word)) ||
      ENDS_WITH_PASS.test(word) ||
      (SECRET_WORD.test(word) &&
        !(word === 'pass' && /^(?:proxy|fastcgi|uwsgi|grpc|first|second|one)$/.test(previous))) ||
      (/^keys?$/.test(word) && KEY_OF.test(previous)) ||
      (/^(?:string|str)$/.test(word) && /^conn(?:ection)?$/.test(previous));
    return isSecret && !words.slice(0, index).some((whether) => WHETHER.test(whether));
  });
}

/** What a name says of the value under it. */
export const verdictOf: (name: string) => Verdict = remembered(judge);

/** Says nothing: empty, yes or no, a reference to a variable or a mounted secret, or what a mask left behind. */
const NOTHING =
  /^(?:|true|false|yes|no|on|off|none|null|nil|undefined|0|1|-|\*+|\[masked\]|…|hmac:[0-9a-f]{16}|\${1,2}\{[A-Za-z_][A-Za-z0-9_:.-]{0,64}\}|\${1,2}[A-Z_][A-Z0-9_]{2,64}|\/run\/secrets\/[\w./-]{1,128}|\$\((?:cat|<)(?: {0,4}\/[\w./-]{1,128}\))?)$/i;

/** Plainly no secret where the name leaves it open: a path, a file, one short word, a small number. */
const PLAIN =
  /^(?:(?:~|\.{1,2})?(?:\/[\w.@-]{1,64}){2,16}|[\w.-]{1,64}\.(?:pem|key|crt|cert|cer|pub|p12|pfx|jks|json|ya?ml)|[a-z][a-z-]{0,11}|\d{1,5})$/;

/** Whether `value` is to be masked where it stands under `name`. */
export function isSecretUnder(name: string, value: string): boolean {
  const verdict = verdictOf(name);
  if (verdict === 'ordinary' || NOTHING.test(value)) return false;
  if (verdict === 'likely') return !PLAIN.test(value);
  return !(/^(?:old)?pwd$/i.test(name) && value.startsWith('/'));
}
