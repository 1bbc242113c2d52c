/**
 * Secrets that look like real ones, and where they stand.
 *
 * The cases are in fixtures/secrets/. What has the shape of a real token is put together here, from parts: otherwise tools
 * that search repositories for secrets would find them, and be right to complain.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventEntry } from '../../src/model/entry.ts';
import { entryOf, eventLine } from './events.ts';
import { seededRandom } from './seeded-random.ts';

const random = seededRandom(20261121);

function drawn(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[Math.floor(random.fraction() * alphabet.length)] ?? '').join('');
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const WORD = `${LETTERS}${DIGITS}`;
const UPPER = `${LETTERS.slice(0, 26)}${DIGITS}`;
const HEX = `${DIGITS}abcdef`;
const BASE64 = `${WORD}+/`;

function pem(kind: string, break_ = '\n'): string {
  const fence = '-'.repeat(5);
  const lines = Array.from({ length: 4 }, () => drawn(BASE64, 64));
  return [`${fence}BEGIN ${kind}${fence}`, ...lines, `${fence}END ${kind}${fence}`].join(break_);
}

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** By their placeholder. */
const SECRETS: ReadonlyMap<string, string> = new Map([
  ['pw', 'tr0ub4dor-Horse9'],
  ['pw2', 'c0rrect.Battery7'],
  // What a shell or a URL would not let stand without quotes.
  ['hard', 'p@s,s;w&rd!X9%q'],
  ['hard2', 'p@sZ/w#rd!X9q'],
  ['b64', Buffer.from(`user:${drawn(WORD, 24)}9`).toString('base64')],
  ['github', `gh${'p_'}${drawn(WORD, 36)}`],
  ['github2', `github${'_pat_'}${drawn(WORD, 22)}_${drawn(WORD, 59)}`],
  ['gitlab', `gl${'pat-'}${drawn(WORD, 20)}`],
  ['slack', `xo${'xb-'}${drawn(DIGITS, 12)}-${drawn(WORD, 24)}`],
  ['slackhook', `T${drawn(UPPER, 8)}/B${drawn(UPPER, 8)}/${drawn(WORD, 24)}`],
  ['discordhook', `${drawn(DIGITS, 18)}/${drawn(WORD, 60)}`],
  ['telegram', `${drawn(DIGITS, 9)}:A${'A'}${drawn(WORD, 33)}`],
  ['awsid', `AK${'IA'}${drawn(UPPER, 16)}`],
  ['awssecret', drawn(BASE64, 40)],
  ['stripe', `sk_${'live_'}${drawn(WORD, 24)}`],
  ['google', `AI${'za'}${drawn(WORD, 35)}`],
  ['npm', `np${'m_'}${drawn(WORD, 36)}`],
  ['pypi', `py${'pi-AgE'}${drawn(WORD, 60)}`],
  ['sendgrid', `S${'G.'}${drawn(WORD, 22)}.${drawn(WORD, 43)}`],
  ['twilio', `S${'K'}${drawn(HEX, 32)}`],
  ['digitalocean', `dop${'_v1_'}${drawn(HEX, 64)}`],
  ['vault', `hv${'s.'}${drawn(WORD, 24)}`],
  ['jwt', `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url({ sub: drawn(WORD, 8) })}.${drawn(WORD, 43)}`],
  ['dockerhub', `dckr${'_pat_'}${drawn(WORD, 27)}`],
  ['swarm', `SWM${'TKN-1-'}${drawn('abcdefghijklmnopqrstuvwxyz0123456789', 50)}-${drawn(HEX, 25)}`],
  ['age', `AGE-SECRET${'-KEY-1'}${drawn(UPPER, 58)}`],
  ['pem', pem(`RSA ${'PRIVATE'} KEY`)],
  ['pemline', pem(`${'PRIVATE'} KEY`, '\\n')],
  ['openssh', pem(`OPENSSH ${'PRIVATE'} KEY`)],
  ['pgp', pem(`PGP ${'PRIVATE'} KEY BLOCK`)],
  ['openai', `sk-${'proj-'}${drawn(WORD, 48)}`],
  ['grafana', `gl${'sa_'}${drawn(WORD, 32)}_${drawn(HEX, 8)}`],
  ['mailgun', `ke${'y-'}${drawn(HEX, 32)}`],
  ['huggingface', `h${'f_'}${drawn(LETTERS, 34)}`],
  ['tailscale', `ts${'key-auth-'}${drawn(WORD, 12)}-${drawn(WORD, 32)}`],
  ['shopify', `shp${'at_'}${drawn(HEX, 32)}`],
  ['apr1', `$ap${'r1$'}${drawn(WORD, 8)}$${drawn(WORD, 22)}`],
  ['bcrypt', `$2${'y$05$'}${drawn(WORD, 53)}`],
  ['bcrypt2', `$$2${'y$$05$$'}${drawn(WORD, 53)}`],
  ['hex32', drawn(HEX, 32)],
]);

const INNOCENTS: ReadonlyMap<string, string> = new Map([
  ['hex64', drawn(HEX, 64)],
  ['hex40', drawn(HEX, 40)],
  ['hex8', drawn(HEX, 8)],
  ['uuid', '0b5c1f9a-6a53-4d0e-9d0e-2f3b7c8d9e10'],
  ['swarmid', drawn('abcdefghijklmnopqrstuvwxyz0123456789', 25)],
]);

export interface Case {
  readonly title: string;
  readonly entry: EventEntry;
  /** The same, as the engine's line. */
  readonly line: string;
  /** What of it must not be seen. */
  readonly secrets: readonly string[];
}

export const LEAKS: readonly Case[] = casesOf('leaks.txt', SECRETS);
export const INNOCENT: readonly Case[] = casesOf('innocents.txt', INNOCENTS);

/** Whether a piece of a secret stands in `text`: six of its characters in a row are one. */
export function pieceIn(text: string, secret: string): string | undefined {
  const length = Math.min(6, secret.length);
  for (let from = 0; from + length <= secret.length; from++) {
    const piece = secret.slice(from, from + length);
    if (!/^[-A-Z ]*$/.test(piece) && text.includes(piece)) return piece;
  }
  return undefined;
}

function casesOf(file: string, values: ReadonlyMap<string, string>): Case[] {
  const lines = readFileSync(join(import.meta.dirname, '../fixtures/secrets', file), 'utf8').split('\n');
  return lines.flatMap((line, index) => {
    if (line === '' || line.startsWith('#')) return [];
    const used = [...line.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => {
      const value = values.get(name);
      if (value === undefined) throw new Error(`${file}:${index + 1}: no value for ${name}`);
      return value;
    });
    const filled = line.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => values.get(name) ?? '');
    const [where = '', ...fields] = filled.split('\t');
    const title = line.split('\t').slice(1).join(': ');
    return [{ title: `${index + 1}: ${title}`, ...caseOf(where, fields), secrets: used }];
  });
}

function caseOf(where: string, fields: readonly string[]): Pick<Case, 'entry' | 'line'> {
  const [first = '', second = ''] = fields;
  const own = { image: 'busybox:local', name: 'web' };
  const withoutContext = (line: string) => ({ line, entry: entryOf(line) });
  switch (where) {
    case 'exec': {
      const line = eventLine({ action: `exec_create: ${first}`, attributes: { ...own, execID: '5'.repeat(64) } });
      return { line, entry: { ...entryOf(line), context: { execCommand: first } } };
    }
    case 'label':
      return withoutContext(eventLine({ attributes: { ...own, [first]: second.replaceAll('\\n  ', '\n  ') } }));
    case 'key':
      return withoutContext(eventLine({ attributes: { ...own, [first]: second } }));
    case 'health':
      return withoutContext(eventLine({ action: `health_status: ${first}` }));
    case 'actor':
      return withoutContext(eventLine({ type: 'image', action: 'pull', id: first, attributes: { name: 'x' } }));
    case 'image':
      return withoutContext(eventLine({ attributes: { ...own, image: first } }));
    case 'comment':
      return withoutContext(eventLine({ action: 'commit', attributes: { ...own, comment: first } }));
    case 'mirror':
      return withoutContext(
        eventLine({ type: 'daemon', action: 'reload', attributes: { name: 'h', 'registry-mirrors': first } }),
      );
    default:
      throw new Error(`nothing is known of ${where}`);
  }
}
