/**
 * Secrets in command lines.
 *
 * What an engine tells of an exec is its arguments joined by blanks: which blanks stood within an argument is lost, and so
 * are its quotes, unless a shell was to read them. Words are therefore read as a shell would where the quotes add up, and as
 * they are where not; text within quotes is read as a command line of its own, as `sh -c "…"` wants it.
 *
 * - by name: `--password x`, `--password=x`, `-e DB_PASSWORD=x`, `PGPASSWORD=x psql`, `config set _authToken x`
 * - by program: `mysql -px`, `redis-cli -a x`, `curl -u user:x` (programs.ts)
 * - by pipe: `echo x | docker login --password-stdin`, `chpasswd <<< root:x`
 *
 * Where in doubt too much is masked: a word of a command line is no loss, a password is. Not seen: what stands behind the
 * first blank of a secret whose quotes the engine has left out, and a secret that begins with `-` behind its option.
 */
import { isSecretUnder, verdictOf } from './names.ts';
import { LISTENERS, LISTENING_PAIRS, PROGRAMS, type Program, SPEAKERS } from './programs.ts';
import type { Replace } from './shapes.ts';
import { type Word, wordsOf } from './words.ts';

/** Reads what stands within quotes. */
export type Nested = (text: string) => string;

const NONE: Program = {};
const ENDS: ReadonlySet<string> = new Set(['|', '||', '&&', ';', '&', '(', ')', '{', '}', '|&', 'do', 'then', 'else']);
const FLAG = /^--?[A-Za-z][\w.-]*$/;
const FLAG_WITH_VALUE = /^--?[A-Za-z][\w.-]*=/;
const VALUE_OPTION = /^--?value(?:=|$)/;
/** What another command says, over several words. */
const SUBSTITUTION = /^[<$]\([^)]*$/;
/** Behind these stands a name, and then its value. */
const SETS = /(?:^|:)(?:set|put|setenv)$/;

/** Reads one command line word by word. */
export class CommandReader {
  readonly #replace: Replace;
  readonly #nested: Nested;
  #program: Program = NONE;
  /** The name of the option that has announced the next word. */
  #expected: string | undefined;
  /** What stands between user and password in the next word. */
  #between: string | undefined;
  #skip = 0;
  #count = 0;
  /** Between the parentheses of a command that says a secret. */
  #isWithin = false;
  #previous = '';
  #beforePrevious = '';

  constructor(replace: Replace, nested: Nested) {
    this.#replace = replace;
    this.#nested = nested;
  }

  /** A word with its secrets replaced; `plain` is the word without its quotes. */
  read(raw: string, plain = raw): string {
    const result = this.#read(raw, plain);
    if (ENDS.has(plain) || (plain.endsWith(';') && plain.length > 1)) this.#end();
    this.#beforePrevious = this.#previous;
    this.#previous = plain;
    return result;
  }

  #end(): void {
    this.#program = NONE;
    this.#expected = undefined;
    this.#between = undefined;
    this.#skip = 0;
    this.#count = 0;
    this.#isWithin = false;
  }

  #read(raw: string, plain: string): string {
    if (ENDS.has(plain)) return raw;
    const [expected, between] = [this.#expected, this.#between];
    this.#expected = undefined;
    this.#between = undefined;
    if (this.#isWithin) return this.#within(plain);
    if (expected !== undefined && VALUE_OPTION.test(plain)) return this.#value(expected, raw, plain);
    const isFlag = FLAG.test(plain);
    if (between !== undefined && !isFlag) return this.#login(plain, between) ?? this.#nested(raw);
    if (expected !== undefined && !isFlag) return this.#hidden(expected, plain) ?? this.#nested(raw);
    if (this.#count > 0 && !isFlag && !FLAG_WITH_VALUE.test(plain)) {
      if (this.#skip > 0) {
        this.#skip -= 1;
        return this.#nested(raw);
      }
      this.#count -= 1;
      return this.#hidden('password', plain) ?? raw;
    }
    this.#enter(plain);
    return this.#option(plain) ?? this.#assigned(raw) ?? this.#announced(raw, plain);
  }

  /** A program's name, with or without its folder; and words that it gives a meaning to. */
  #enter(plain: string): void {
    // `vault login x` is no other program.
    if (this.#announcesWords(plain)) return;
    const program = PROGRAMS.get(programIn(plain).toLowerCase());
    if (program === undefined) return;
    this.#program = program;
    this.#announcesWords(plain);
  }

  #announcesWords(plain: string): boolean {
    const lower = plain.toLowerCase();
    const found = this.#program.words?.findLast(([word]) =>
      typeof word === 'string' ? word === lower || word === plain : word.test(plain),
    );
    if (found === undefined) return false;
    const [, skip, count] = found;
    this.#skip = skip;
    this.#count = count;
    return true;
  }

  #option(plain: string): string | undefined {
    const { attached, next, login, bare } = this.#program;
    if (bare !== undefined && /^\w/.test(plain)) return this.#login(plain, bare);
    if (next?.includes(plain) === true) {
      this.#expected = 'password';
      return plain;
    }
    for (const [option, between] of login ?? []) {
      if (plain === option || isCluster(plain, option)) {
        this.#between = between;
        return plain;
      }
      const head = option.startsWith('--') ? `${option}=` : option;
      if (!plain.startsWith(head) || (head === option && plain.startsWith('--'))) continue;
      const hidden = this.#login(plain.slice(head.length), between);
      if (hidden !== undefined) return `${head}${hidden}`;
    }
    if (plain.startsWith('--')) return undefined;
    const option = attached?.find((one) => plain.startsWith(one) && plain.length > one.length);
    if (option === undefined) return undefined;
    const hidden = this.#hidden('password', plain.slice(option.length));
    return hidden === undefined ? undefined : `${option}${hidden}`;
  }

  /** `user:password` with its password replaced. */
  #login(plain: string, between: string): string | undefined {
    const at = plain.indexOf(between);
    const hidden = at < 0 ? undefined : this.#hidden('password', plain.slice(at + 1));
    return hidden === undefined ? undefined : `${plain.slice(0, at + 1)}${hidden}`;
  }

  #hidden(name: string, plain: string): string | undefined {
    if (/^(?:env|file|fd):[\w./-]{1,256}$|^stdin$/.test(plain)) return undefined;
    if (!isSecretUnder(name, plain)) return undefined;
    this.#isWithin = SUBSTITUTION.test(plain);
    return this.#replace(plain);
  }

  #within(plain: string): string {
    const end = plain.indexOf(')');
    this.#isWithin = end < 0;
    if (end < 0) return this.#replace(plain);
    return end === 0 ? plain : `${this.#replace(plain.slice(0, end))}${plain.slice(end)}`;
  }

  /** `set password --value=x`, `set password --value x` */
  #value(expected: string, raw: string, plain: string): string {
    const from = plain.indexOf('=') + 1;
    if (from === 0) this.#expected = expected;
    const hidden = from === 0 ? undefined : this.#hidden(expected, plain.slice(from));
    return hidden === undefined ? raw : `${plain.slice(0, from)}${hidden}`;
  }

  /** `NAME=value`, `--name=value`, `--env=NAME=value`: to the end of the word, whatever stands in it. */
  #assigned(raw: string): string | undefined {
    const [, head = '', word = '', rest = ''] = /^(\/(\w{1,32}):)([^\s]+)$/.exec(raw) ?? [];
    if (verdictOf(word) === 'secret' && isSecretUnder(word, rest)) return `${head}${this.#replace(rest)}`;
    let from = 0;
    for (let depth = 0; depth < 3; depth++) {
      const match = /^[^\w=]{0,16}([A-Za-z_][\w.-]{0,255})=/.exec(raw.slice(from, from + 512));
      if (match === null) return undefined;
      from += match[0].length;
      const [, name = ''] = match;
      if (verdictOf(name) === 'ordinary') continue;
      const end = raw.endsWith(';') ? raw.length - 1 : raw.length;
      const value = raw.slice(from, end).replace(/(?<!\\)\\*["']/g, '');
      const hidden = this.#hidden(name, value);
      return hidden === undefined ? undefined : `${raw.slice(0, from)}${hidden}${raw.slice(end)}`;
    }
    return undefined;
  }

  /** An option, or a name after `set`, whose value is the next word. */
  #announced(raw: string, plain: string): string {
    const isSet = SETS.test(this.#previous) || (this.#previous === '-x' && this.#beforePrevious === 'set');
    const isName =
      FLAG.test(plain) || (isSet && (/[\w]([_./-]|[a-z][A-Z])/.test(plain) || this.#previous.includes(':')));
    const isNetrc = plain === 'password' && (this.#beforePrevious === 'login' || this.#beforePrevious === 'user');
    if ((isName || isNetrc) && verdictOf(plain) !== 'ordinary') this.#expected = plain;
    // A kind of parameter; what it holds comes next.
    if (plain === 'SecureString') this.#expected = 'password';
    return raw === plain ? raw : withQuoted(raw, this.#nested);
  }
}

/** Longer than any name of a program. */
const PROGRAM_LENGTH_MAX = 64;

/** `mysql` of `/usr/bin/mysql`, `C:\\mysql.exe`, `true;mysql` and `$(mysql`. */
function programIn(plain: string): string {
  const name = /[^/\\;|&(`]*$/.exec(plain.slice(-PROGRAM_LENGTH_MAX))?.[0] ?? '';
  return name.toLowerCase().endsWith('.exe') ? name.slice(0, -'.exe'.length) : name;
}

/** `-su` is `-s -u`. */
function isCluster(plain: string, option: string): boolean {
  return option.length === 2 && /^-[A-Za-z]{2,8}$/.test(plain) && plain.endsWith(option.slice(1));
}

/** `raw` with what stands within its quotes read anew, where it is more than a word. */
function withQuoted(raw: string, nested: Nested): string {
  const [word] = wordsOf(raw);
  if (word === undefined || word.from !== 0 || word.to !== raw.length) return raw;
  let result = '';
  let done = 0;
  for (const [from, to] of word.quoted) {
    const inner = raw.slice(from, to);
    if (!/[\s{[]/.test(inner)) continue;
    result += raw.slice(done, from) + nested(inner);
    done = to;
  }
  return done === 0 ? raw : result + raw.slice(done);
}

/** One word that is no option and names nothing: a version, a service, a path. */
const ONE_WORD = /^[\w./@][\w./@-]*$/;

/** `text` read as a command line. */
export function replaceInCommand(text: string, replace: Replace, nested: Nested): string {
  if (ONE_WORD.test(text)) return text;
  const reader = new CommandReader(replace, nested);
  const pipe = new Pipe(replace);
  const pieces: string[] = [];
  let done = 0;
  for (const word of wordsOf(text)) {
    pieces.push(text.slice(done, word.from), reader.read(text.slice(word.from, word.to), word.plain));
    done = word.to;
    pipe.hear(word, pieces);
  }
  pieces.push(text.slice(done));
  return pieces.join('');
}

const REDIRECTION = /^\d?>{1,2}$/;

/** Follows what one command says to the next. */
class Pipe {
  readonly #replace: Replace;
  /** Where in the pieces stands what was said, as it stood there. */
  #said: { readonly at: number; readonly plain: string }[] = [];
  #isSpeaking = false;
  #isHeard = false;
  /** The word that ends what is said. */
  #until: string | undefined;
  /** `(echo x; echo x) | passwd` */
  #isGroup = false;
  #previous = '';

  constructor(replace: Replace) {
    this.#replace = replace;
  }

  hear(word: Word, pieces: string[]): void {
    const { plain } = word;
    const target = REDIRECTION.test(this.#previous) ? plain : /^\d?>{1,2}(.+)$/.exec(plain)?.[1];
    if (this.#until === undefined && target !== undefined && isSecretFile(target)) {
      this.#isSpeaking = false;
      this.#isHeard = true;
      this.#hide(pieces);
    } else {
      this.#hear(word, pieces);
    }
    this.#previous = plain;
  }

  #hear({ plain }: Word, pieces: string[]): void {
    if (plain.startsWith('(')) this.#isGroup = true;
    if (this.#until !== undefined) {
      if (plain === this.#until) this.#until = undefined;
      else this.#say(plain, pieces);
    } else if (plain === '|' || plain === '|&') {
      this.#isSpeaking = false;
      this.#isHeard = false;
    } else if (ENDS.has(plain) || plain.endsWith(';')) {
      if (!this.#isGroup) this.#end();
      else if (this.#isSpeaking && !ENDS.has(plain)) this.#say(plain, pieces);
      this.#isSpeaking = false;
    } else if (plain.startsWith('<<')) {
      this.#listen(plain, pieces);
    } else if (this.#isSpeaking) {
      if (!plain.startsWith('-') && !REDIRECTION.test(plain)) this.#say(plain, pieces);
      if (/\||\)$/.test(plain)) this.#isSpeaking = false;
      if (plain.endsWith(')')) this.#isGroup = false;
    } else if (SPEAKERS.has(programIn(plain))) {
      if (!this.#isGroup) this.#end();
      this.#isSpeaking = true;
    } else if (LISTENERS.test(plain) || LISTENING_PAIRS.test(`${this.#previous} ${plain}`)) {
      this.#isHeard = true;
      this.#hide(pieces);
    }
  }

  /** `<<< word` and `<<END … END`. */
  #listen(plain: string, pieces: string[]): void {
    const rest = plain.replace(/^<<[<-]?/, '');
    if (!plain.startsWith('<<<')) this.#until = rest;
    else if (rest === '') this.#isSpeaking = true;
    else this.#say(rest, pieces);
  }

  #say(plain: string, pieces: string[]): void {
    this.#said.push({ at: pieces.length - 1, plain });
    if (this.#isHeard) this.#hide(pieces);
  }

  #hide(pieces: string[]): void {
    for (const { at, plain } of this.#said) {
      const bar = plain.indexOf('|');
      const said = bar > 0 ? plain.slice(0, bar) : plain.replace(/[;)]$/, '');
      if (isSecretUnder('password', said)) pieces[at] = this.#replace(said) + plain.slice(said.length);
    }
    this.#said = [];
  }

  #end(): void {
    this.#said = [];
    this.#isSpeaking = false;
    this.#isHeard = false;
    this.#isGroup = false;
  }
}

/** `/run/secrets/x`, `/root/.pgpass`, `/etc/app/db_password` */
function isSecretFile(path: string): boolean {
  if (path.startsWith('/run/secrets/')) return true;
  const name = path.slice(path.lastIndexOf('/') + 1);
  return (
    /^\.(?:pgpass|netrc|my\.cnf|git-credentials)$/.test(name) || (path.startsWith('/') && verdictOf(name) === 'secret')
  );
}
