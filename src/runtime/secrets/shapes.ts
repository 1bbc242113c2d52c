/**
 * Values that say themselves that they are secrets, wherever they stand: tokens with a prefix, private keys, password
 * hashes, credentials in URLs and data source names.
 *
 * All of it is linear in practice: what is repeated without a bound is either the end of its pattern, or begins only where
 * the text before it is not made of the same characters.
 */

/** Makes what stands in the place of a secret. */
export type Replace = (secret: string) => string;

const TOKENS: readonly string[] = [
  // GitHub, GitLab, Bitbucket, Atlassian
  'gh[pousr]_[A-Za-z0-9]{20,}',
  'github_pat_[A-Za-z0-9_]{20,}',
  'gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|soat|ffct|wt)-[\\w-]{16,}',
  'ATBB[A-Za-z0-9]{24,}',
  'ATATT3[\\w=-]{20,}',
  // Slack, Discord, Telegram, Teams
  'xox[abeoprs]-[\\w-]{10,}',
  'xapp-\\d-[\\w-]{10,}',
  '(?<=hooks\\.slack\\.com/(?:services|workflows|triggers)/)[\\w/-]{10,}',
  '(?<=discord(?:app)?\\.com/api/webhooks/)[\\w/-]{20,}',
  '(?<=webhook\\.office\\.com/webhookb2/)[\\w@/-]{20,}',
  '(?<!\\d)\\d{8,10}:AA[\\w-]{33}',
  // AWS: the id, and the secret where it follows
  '(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}(?:[:,;|\\s]{1,3}[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+]))?',
  // Google, Azure, DigitalOcean
  'AIza[\\w-]{35}',
  'ya29\\.[\\w-]{20,}',
  'GOCSPX-[\\w-]{20,}',
  'do[opr]_v1_[a-f0-9]{40,}',
  '[\\w~.]{3}8Q~[\\w~.-]{31,34}',
  // HashiCorp, Docker, swarm
  'hv[sbr]\\.[\\w-]{20,}',
  '(?<![\\w.-])s\\.[A-Za-z0-9]{24}(?![\\w.])',
  '[A-Za-z0-9]{14}\\.atlasv1\\.[\\w-]{30,}',
  'dckr_[po]at_[\\w-]{20,}',
  'SWM(?:TKN|KEY)-1-[A-Za-z0-9+/-]{20,}',
  // Payment, mail and telephone
  '(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,}',
  'whsec_[A-Za-z0-9+/=]{16,}',
  'sq0[a-z]{3}-[\\w-]{22,}',
  '(?<![\\w-])SG\\.[\\w-]{16,64}\\.[\\w-]{16,}',
  '(?<![A-Za-z0-9])SK[0-9a-f]{32}(?![0-9a-f])',
  '(?<![A-Za-z0-9-])key-[0-9a-f]{32}(?![0-9a-f])',
  '(?<![0-9a-f])[0-9a-f]{32}-us\\d{1,2}(?!\\d)',
  // Package registries
  'npm_[A-Za-z0-9]{30,}',
  'pypi-AgE[\\w-]{20,}',
  'rubygems_[a-f0-9]{40,}',
  // Models and data
  '(?<![A-Za-z0-9])sk-(?:proj-|ant-|svcacct-|or-)?[A-Za-z0-9_-]{20,}',
  'hf_[A-Za-z0-9]{30,}',
  '(?<![A-Za-z0-9])dapi[a-f0-9]{32}',
  'pscale_(?:tkn|pw|oauth)_[\\w.-]{20,}',
  'sbp_[a-f0-9]{40}',
  // Operations
  'gls[ac]_[A-Za-z0-9_]{20,}',
  'glc_[A-Za-z0-9+/=]{20,}',
  'NRAK-[A-Z0-9]{20,}',
  'sntry[su]_[\\w+/=.-]{20,}',
  'tskey-[a-z]+-[\\w-]{10,}',
  'dp\\.(?:pt|st|ct|sa|scim|audit)\\.[\\w.-]{20,}',
  'lin_api_[A-Za-z0-9]{30,}',
  'shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}',
  'HRKU-[\\w-]{20,}',
  'AGE-SECRET-KEY-1[0-9A-Z]{20,}',
  // JWT and its like
  '(?<![\\w-])eyJ[\\w-]{8,}\\.[\\w-]{8,}(?:\\.[\\w-]*){0,3}',
  // Hashes of passwords, as htpasswd and crypt write them; compose doubles the dollar
  '(?:\\${1,2}(?:apr1|1|5|6|7|2[abxy]|y|gy|argon2(?:id?|d)|pbkdf2-sha\\d{3}|scrypt)\\${1,2}[\\w./$=,+-]{8,})',
  '\\{S?SHA(?:256|512)?\\}[A-Za-z0-9+/=]{20,}',
  // Private keys: PEM, OpenSSH, PGP; to the end where there is no end
  '-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\\s\\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)',
  'PuTTY-User-Key-File-\\d[\\s\\S]*$',
];

const TOKEN = new RegExp(TOKENS.join('|'), 'g');

/** Bearer and Basic with something behind them that is no English word. */
const SCHEME = /\b(bearer|basic)(\s{1,4})(?=[\w.~+/=-]{0,64}(?:\d|[a-z][A-Z]|=))([\w.~+/=-]{8,})/gi;

/** What SQL says of passwords. */
const SQL =
  /\b(identified\s{1,4}(?:with\s{1,4}['"`]?\w{1,64}['"`]?\s{1,4})?(?:by|as)\s{1,4}(?:password\s{1,4})?|(?:encrypted\s{1,4})?password\s{0,4}\(?\s{0,4}(?==?\s{0,4}\\{0,7}['"])=?\s{0,4})(?:(\\{0,7}['"])((?:(?!\2)[\s\S]){0,512})|([^\s'"\\;]{1,512}))/gi;

/** With the secrets in it replaced that show themselves. */
export function replaceShapes(text: string, replace: Replace): string {
  const shown = text.replace(TOKEN, replace);
  const spoken = shown.replace(
    SCHEME,
    (_, scheme: string, blank: string, secret: string) => `${scheme}${blank}${replace(secret)}`,
  );
  return spoken.replace(SQL, (whole, head: string, quote: string | undefined, quoted?: string, bare?: string) => {
    const secret = quoted ?? bare ?? '';
    return secret === '' ? whole : `${head}${quote ?? ''}${replace(secret)}`;
  });
}
