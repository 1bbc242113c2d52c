/**
 * Values that say themselves that they are secrets, wherever they stand: tokens with a prefix, private keys, password
 * hashes, credentials in URLs and data source names.
 *
 * All of it is linear in practice: what is repeated without a bound is either the end of its pattern, or begins only where
 * the text before it is not made of the same characters.
 */

/** Makes what stands in the place of a secret. */
export type Replace = (secret: string) => string;

/** Each with a text that it cannot do without, which is looked for first: most texts have none of them. */
const TOKENS: readonly (readonly [needle: string, pattern: RegExp])[] = [
  // GitHub, GitLab, Bitbucket, Atlassian
  ['gh', /gh[pousr]_[A-Za-z0-9]{20,}/g],
  ['github_pat_', /github_pat_[A-Za-z0-9_]{20,}/g],
  ['gl', /gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|soat|ffct|wt)-[\w-]{16,}/g],
  ['ATBB', /ATBB[A-Za-z0-9]{24,}/g],
  ['ATATT3', /ATATT3[\w=-]{20,}/g],
  // Slack, Discord, Telegram, Teams
  ['xox', /xox[abeoprs]-[\w-]{10,}/g],
  ['xapp-', /xapp-\d-[\w-]{10,}/g],
  ['hooks.slack.com/', /(?<=hooks\.slack\.com\/(?:services|workflows|triggers)\/)[\w/-]{10,}/g],
  ['/api/webhooks/', /(?<=discord(?:app)?\.com\/api\/webhooks\/)[\w/-]{20,}/g],
  ['webhook.office.com/', /(?<=webhook\.office\.com\/webhookb2\/)[\w@/-]{20,}/g],
  [':AA', /(?<!\d)\d{8,10}:AA[\w-]{33}/g],
  // AWS: the id, and the secret where it follows
  ['A', /(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}(?:[:,;|\s]{1,3}[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+]))?/g],
  // Google, Azure, DigitalOcean
  ['AIza', /AIza[\w-]{35}/g],
  ['ya29.', /ya29\.[\w-]{20,}/g],
  ['GOCSPX-', /GOCSPX-[\w-]{20,}/g],
  ['_v1_', /do[opr]_v1_[a-f0-9]{40,}/g],
  ['8Q~', /[\w~.]{3}8Q~[\w~.-]{31,34}/g],
  // HashiCorp, Docker, swarm
  ['hv', /hv[sbr]\.[\w-]{20,}/g],
  ['s.', /(?<![\w.-])s\.[A-Za-z0-9]{24}(?![\w.])/g],
  ['.atlasv1.', /[A-Za-z0-9]{14}\.atlasv1\.[\w-]{30,}/g],
  ['dckr_', /dckr_[po]at_[\w-]{20,}/g],
  ['SWM', /SWM(?:TKN|KEY)-1-[A-Za-z0-9+/-]{20,}/g],
  // Payment, mail and telephone
  ['k_', /(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,}/g],
  ['whsec_', /whsec_[A-Za-z0-9+/=]{16,}/g],
  ['sq0', /sq0[a-z]{3}-[\w-]{22,}/g],
  ['SG.', /(?<![\w-])SG\.[\w-]{16,64}\.[\w-]{16,}/g],
  ['SK', /(?<![A-Za-z0-9])SK[0-9a-f]{32}(?![0-9a-f])/g],
  ['key-', /(?<![A-Za-z0-9-])key-[0-9a-f]{32}(?![0-9a-f])/g],
  ['-us', /(?<![0-9a-f])[0-9a-f]{32}-us\d{1,2}(?!\d)/g],
  // Package registries
  ['npm_', /npm_[A-Za-z0-9]{30,}/g],
  ['pypi-AgE', /pypi-AgE[\w-]{20,}/g],
  ['rubygems_', /rubygems_[a-f0-9]{40,}/g],
  // Models and data
  ['sk-', /(?<![A-Za-z0-9])sk-(?:proj-|ant-|svcacct-|or-)?[A-Za-z0-9_-]{20,}/g],
  ['hf_', /hf_[A-Za-z0-9]{30,}/g],
  ['dapi', /(?<![A-Za-z0-9])dapi[a-f0-9]{32}/g],
  ['pscale_', /pscale_(?:tkn|pw|oauth)_[\w.-]{20,}/g],
  ['sbp_', /sbp_[a-f0-9]{40}/g],
  // Operations
  ['gls', /gls[ac]_[A-Za-z0-9_]{20,}/g],
  ['glc_', /glc_[A-Za-z0-9+/=]{20,}/g],
  ['NRAK-', /NRAK-[A-Z0-9]{20,}/g],
  ['sntry', /sntry[su]_[\w+/=.-]{20,}/g],
  ['tskey-', /tskey-[a-z]+-[\w-]{10,}/g],
  ['dp.', /dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{20,}/g],
  ['lin_api_', /lin_api_[A-Za-z0-9]{30,}/g],
  ['shp', /shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}/g],
  ['HRKU-', /HRKU-[\w-]{20,}/g],
  ['AGE-SECRET-KEY-1', /AGE-SECRET-KEY-1[0-9A-Z]{20,}/g],
  ['nvapi-', /nvapi-[\w-]{20,}/g],
  ['gsk_', /gsk_[A-Za-z0-9]{30,}/g],
  ['pul-', /(?<![\w-])pul-[0-9a-f]{40}/g],
  ['figd_', /figd_[\w-]{20,}/g],
  ['CCIPAT_', /CCIPAT_\w{20,}/g],
  ['PMAK-', /PMAK-[0-9a-f]{24}-[0-9a-f]{34}/g],
  ['xkeysib-', /xkeysib-[0-9a-f]{64}-\w{16}/g],
  ['dt0', /dt0[a-z]\d\d\.[A-Z0-9]{24}\.[A-Z0-9]{64}/g],
  ['LTAI', /LTAI[A-Za-z0-9]{16,}/g],
  ['AKCp', /AKCp[A-Za-z0-9]{69}/g],
  // Known by what stands before it
  ['jdbc:oracle:', /(?<=jdbc:oracle:\w{2,8}:[^\s/@"']{1,64}\/)[^\s@"']{1,128}(?=@)/g],
  ['requirepass ', /(?<=requirepass )(?![.*^$\\<%{[])[^\s'"/]{4,}/g],
  // JWT and its like
  ['eyJ', /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*){0,3}/g],
  // Hashes of passwords, as htpasswd and crypt write them; compose doubles the dollar
  ['$', /(?:\${1,2}(?:apr1|1|5|6|7|2[abxy]|y|gy|argon2(?:id?|d)|pbkdf2-sha\d{3}|scrypt)\${1,2}[\w./$=,+-]{8,})/g],
  ['SHA', /\{S?SHA(?:256|512)?\}[A-Za-z0-9+/=]{20,}/g],
  // Private keys: PEM, OpenSSH, PGP; to the end where there is no end
  [
    'PRIVATE KEY',
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
  ],
  ['PuTTY-User-Key-File-', /PuTTY-User-Key-File-\d[\s\S]*$/g],
];

/** Bearer and Basic with something behind them that is no English word. */
const SCHEME = /\b([Bb]earer|[Bb]asic|BEARER|BASIC)(\s{1,4})(?=[\w.~+/=-]{0,64}(?:\d|[a-z][A-Z]|=))([\w.~+/=-]{8,})/g;

/** What SQL says of passwords. */
const SQL =
  /\b(identified\s{1,4}(?:with\s{1,4}['"`]?\w{1,64}['"`]?\s{1,4})?(?:by|as)\s{1,4}(?:password\s{1,4})?|(?:encrypted\s{1,4})?password(?:\s{1,4}|\s{0,4}[(=]\s{0,4})(?=\\{0,7}['"]))(?:(\\{0,7}['"])((?:(?!\2)[\s\S]){0,512})|([^\s'"\\;]{1,512}))/gi;

/** The last text that is handed to a function which takes a password. */
const CALL =
  /\b((?:auth|changeUserPassword|set_password|setPassword|create_superuser|HTTPBasicAuth)\(\s{0,4}(?:\\{0,7}["'][^"'\\]{0,128}\\{0,7}["']\s{0,4},\s{0,4}){0,3}\\{0,7}["'])([^"'\\]{1,256})(?=\\{0,7}["'])/g;

/** Without one of these words nothing is said of a scheme or in SQL. */
const SPOKEN = /bearer|basic|password|identified/i;

/** What secrets that show themselves cannot do without. */
export const NEEDLES: readonly string[] = TOKENS.map(([needle]) => needle);

/** Any of the beginnings: most texts have none, and are asked once instead of once for each. */
const NEEDLE = new RegExp(NEEDLES.map((needle) => needle.replace(/[.$]/g, String.raw`\$&`)).join('|'));

/** Whether `word` can be or hold a secret that shows itself. */
export function mayShow(word: string): boolean {
  return NEEDLE.test(word);
}

/** With the secrets in it replaced that show themselves. */
export function replaceShapes(text: string, replace: Replace): string {
  let shown = text;
  for (const [needle, pattern] of NEEDLE.test(text) ? TOKENS : []) {
    if (text.includes(needle)) shown = shown.replace(pattern, (secret) => replace(secret));
  }
  if (shown.includes('('))
    shown = shown.replace(CALL, (_, head: string, secret: string) => `${head}${replace(secret)}`);
  if (!SPOKEN.test(shown)) return shown;
  const spoken = shown.replace(
    SCHEME,
    (_, scheme: string, blank: string, secret: string) => `${scheme}${blank}${replace(secret)}`,
  );
  return spoken.replace(SQL, (whole, head: string, quote: string | undefined, quoted?: string, bare?: string) => {
    const secret = quoted ?? bare ?? '';
    return secret === '' ? whole : `${head}${quote ?? ''}${replace(secret)}`;
  });
}
