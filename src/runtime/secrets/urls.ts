/**
 * Who logs in and with what, where it stands before a host: URLs (`scheme://user:password@host`), data source names of Go's
 * database drivers (`user:password@tcp(host:3306)/db`), and the same without a scheme (`user:password@host:5432/db`).
 *
 * Passwords are written there as people write them: with `@`, `/` or `#` that a strict reader would not allow. What cannot
 * be a port after the first colon is therefore taken for a password, up to the last `@`. A name alone is masked too, since
 * tokens are handed over like that; not where it is a plain login (`ssh://git@…`).
 */
import type { Replace } from './shapes.ts';

/** In the order in which they are needed: a URL is not to be taken for one without a scheme. */
export function replaceLogins(text: string, replace: Replace): string {
  if (!text.includes('@')) return text;
  return replaceBare(replaceSourceNames(replaceInUrls(text, replace), replace), replace);
}

const URL_END = /[\s"'`<>\\]/;
const PLAIN_LOGIN = /^(?:ssh|git|git\+ssh|sftp|rsync|svn\+ssh|scp)$/i;

function replaceInUrls(text: string, replace: Replace): string {
  let result = '';
  let done = 0;
  let mark = text.indexOf('://');
  while (mark >= 0) {
    const from = mark + 3;
    mark = text.indexOf('://', from);
    const [rest = ''] = text.slice(from, mark < 0 ? undefined : mark).split(URL_END, 1);
    const login = loginIn(rest);
    if (login === undefined || isHarmless(login, text.slice(Math.max(0, from - 16), from - 3))) continue;
    result += `${text.slice(done, from)}${replace(login)}`;
    done = from + login.length;
  }
  return done === 0 ? text : result + text.slice(done);
}

/** What stands before the `@` of `user:password@host/path`. */
function loginIn(rest: string): string | undefined {
  if (!rest.includes('@') || rest.startsWith('[')) return undefined;
  const stop = /[/?#]/.exec(rest)?.index ?? rest.length;
  const colon = rest.indexOf(':');
  const hasPassword = colon >= 0 && colon < stop && !/^\d{1,5}$/.test(rest.slice(colon + 1, stop));
  // `user:p@ss/word@host:5432`: only a host is followed by a port.
  const port = hasPassword ? lastHostWithPort(rest) : -1;
  const at = Math.max(port, rest.slice(0, stop).lastIndexOf('@'));
  // `user:pa/ss@host`: what is cut off by the slash is no port, and so no host either.
  const end = at < 0 && hasPassword ? rest.lastIndexOf('@') : at;
  return end <= 0 || /^sha\d{3}:/.test(rest.slice(end + 1)) ? undefined : rest.slice(0, end);
}

function lastHostWithPort(rest: string): number {
  const at = rest.lastIndexOf('@');
  return /^@[\w.-]{1,253}:\d{1,5}(?![^/?#])/.test(rest.slice(at)) ? at : -1;
}

function isHarmless(login: string, before: string): boolean {
  if (login.includes(':')) return false;
  const scheme = /[a-z][a-z0-9+.-]*$/i.exec(before)?.[0] ?? '';
  return PLAIN_LOGIN.test(scheme) || login === 'git';
}

const SOURCE = /@[a-z]{0,12}\(/g;
const BREAK = /[\s"'`<>]/;

function replaceSourceNames(text: string, replace: Replace): string {
  let result = '';
  let done = 0;
  let floor = 0;
  for (const { index: at } of text.matchAll(SOURCE)) {
    let from = at;
    while (from > floor && !BREAK.test(text[from - 1] ?? '')) from -= 1;
    floor = at + 1;
    const colon = text.indexOf(':', from);
    if (colon < 0 || colon + 1 >= at) continue;
    result += `${text.slice(done, colon + 1)}${replace(text.slice(colon + 1, at))}`;
    done = at;
  }
  return done === 0 ? text : result + text.slice(done);
}

/** A port or a path after the host tells it from `image:tag@sha256:…` and from Traefik's `name@docker`. */
const BARE =
  /(?<![\w.%+/:@-])(?!mailto:)([\w.%+-]{1,64}:)(?!\/\/)([^\s@"'`<>\\]{1,128})(@(?!sha\d{3}:)[\w.-]{1,253}(?::\d{1,5}(?!\d)|\/))/g;

function replaceBare(text: string, replace: Replace): string {
  return text.replace(BARE, (_, user: string, password: string, host: string) => `${user}${replace(password)}${host}`);
}
