/**
 * What `GET /containers/json` and `GET /containers/ID/json` tell, read with care: Podman answers in Docker's form but for
 * details, and a label's key is a stranger's.
 */
import type { InspectedContainer, ListedContainer } from '../model/engine.ts';
import type { UnixNanos } from '../model/time.ts';
import { ForeignAnswer } from './exchange.ts';
import { parseTime } from './rfc3339.ts';
import { fieldOf, integerOf, stringOf } from './values.ts';

/** @throws ForeignAnswer when it is no list of containers */
export function readList(body: unknown): readonly ListedContainer[] {
  if (!Array.isArray(body)) throw foreign(body);
  return body.map((item: unknown) => {
    const id = stringOf(item, 'Id');
    if (id === undefined) throw foreign(item);
    const created = integerOf(item, 'Created');
    return {
      id,
      name: nameOf(fieldOf(item, 'Names')),
      image: stringOf(item, 'Image') ?? '',
      state: stringOf(item, 'State') ?? '',
      created: created === undefined || created <= 0 ? undefined : [created, 0],
      labels: labelsOf(fieldOf(item, 'Labels')),
    };
  });
}

/** @throws ForeignAnswer when it is no container */
export function readInspected(body: unknown): InspectedContainer {
  const id = stringOf(body, 'Id');
  if (id === undefined) throw foreign(body);
  const state = fieldOf(body, 'State');
  const config = fieldOf(body, 'Config');
  // Podman up to 4 has it as Healthcheck.
  const health = fieldOf(state, 'Health') ?? fieldOf(state, 'Healthcheck');
  const status = stringOf(health, 'Status');
  return {
    id,
    name: withoutSlash(stringOf(body, 'Name') ?? ''),
    image: stringOf(config, 'Image') ?? '',
    state: stringOf(state, 'Status') ?? '',
    created: timeOf(body, 'Created'),
    labels: labelsOf(fieldOf(config, 'Labels')),
    startedAt: timeOf(state, 'StartedAt'),
    finishedAt: timeOf(state, 'FinishedAt'),
    exitCode: integerOf(state, 'ExitCode'),
    oomKilled: fieldOf(state, 'OOMKilled') === true,
    health: status === 'none' ? undefined : status,
    healthAt: lastProbe(fieldOf(health, 'Log')),
    restartCount: integerOf(body, 'RestartCount'),
    probe: probeOf(config, stringOf(body, 'Platform')),
  };
}

/** Of a container that others link to there are several: theirs have a second slash in them (`/other/alias`). */
function nameOf(names: unknown): string {
  if (!Array.isArray(names)) return '';
  const texts = names.filter((name) => typeof name === 'string').map(withoutSlash);
  return texts.find((name) => !name.includes('/')) ?? texts[0] ?? '';
}

function withoutSlash(name: string): string {
  return name.startsWith('/') ? name.slice(1) : name;
}

function labelsOf(labels: unknown): ReadonlyMap<string, string> {
  if (typeof labels !== 'object' || labels === null) return new Map();
  return new Map(Object.entries(labels).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function timeOf(value: unknown, key: string): UnixNanos | undefined {
  const text = stringOf(value, key);
  return text === undefined ? undefined : parseTime(text);
}

function lastProbe(log: unknown): UnixNanos | undefined {
  return Array.isArray(log) ? timeOf(log.at(-1), 'End') : undefined;
}

const SHELLS: ReadonlyMap<string | undefined, readonly string[]> = new Map([['windows', ['cmd', '/S', '/C']]]);
const SHELL = ['/bin/sh', '-c'];

/** The engine joins program and arguments by blanks, with one after a program that has no arguments. */
function probeOf(config: unknown, platform: string | undefined): string | undefined {
  const [kind, ...words] = textsOf(fieldOf(fieldOf(config, 'Healthcheck'), 'Test'));
  if (words.length === 0 || (kind !== 'CMD' && kind !== 'CMD-SHELL')) return undefined;
  const own = textsOf(fieldOf(config, 'Shell'));
  const shell = own.length > 0 ? own : (SHELLS.get(platform) ?? SHELL);
  const [program, ...rest] = kind === 'CMD' ? words : [...shell, ...words];
  return `${program} ${rest.join(' ')}`;
}

/** None of them where one of them is no text. */
function textsOf(list: unknown): readonly string[] {
  return Array.isArray(list) && list.every((item) => typeof item === 'string') ? list : [];
}

function foreign(body: unknown): ForeignAnswer {
  return new ForeignAnswer(typeof body === 'string' ? body : (JSON.stringify(body) ?? '').slice(0, 1024));
}
