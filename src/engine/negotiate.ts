/**
 * What is agreed on with an engine before its events are read: the API version, the dialect, and who it is.
 *
 * Only `/_ping`, `/version` and `/events` may be assumed, and a proxy may refuse even `/version`; then requests go
 * unversioned, which an engine takes for its newest version. From 1.52 on, engine 29 gives exact times on all events, so
 * the newest version that both sides know is asked for.
 */
import type { EngineProblem, Result } from '../model/engine.ts';
import type { UnixNanos } from '../model/time.ts';
import { apiVersionProblem, foreignProblem, NEWEST_API } from './answer-problems.ts';
import { parseTime } from './rfc3339.ts';
import { fieldOf, stringOf } from './values.ts';

/** What `/version` told. */
export interface EngineVersion {
  /** `docker`, `podman`, or the lower-case name of the first component. */
  readonly runtime: string;
  readonly version: string | undefined;
  readonly apiVersion: string | undefined;
  readonly minApiVersion: string | undefined;
}

/** What is taken for granted where `/version` is refused. */
export const UNKNOWN_VERSION: EngineVersion = {
  runtime: 'docker',
  version: undefined,
  apiVersion: undefined,
  minApiVersion: undefined,
};

/** What `/info` told. */
export interface EngineInfo {
  readonly id: string | undefined;
  readonly name: string | undefined;
  /** The engine's clock when it answered. */
  readonly time: UnixNanos | undefined;
}

export const UNKNOWN_INFO: EngineInfo = { id: undefined, name: undefined, time: undefined };

export function readVersion(body: unknown, text: string): Result<EngineVersion, EngineProblem> {
  const apiVersion = stringOf(body, 'ApiVersion');
  const version = stringOf(body, 'Version');
  if (apiVersion === undefined && version === undefined) {
    const shown = typeof body === 'string' ? body : (JSON.stringify(body) ?? '');
    return { ok: false, problem: foreignProblem(shown, { text, request: 'GET /version', apiVersion: undefined }) };
  }
  const usable = apiVersion !== undefined && VERSION.test(apiVersion) ? apiVersion : undefined;
  return {
    ok: true,
    value: { runtime: runtimeOf(body), version, apiVersion: usable, minApiVersion: stringOf(body, 'MinAPIVersion') },
  };
}

export function readInfo(body: unknown): EngineInfo {
  const time = stringOf(body, 'SystemTime');
  return {
    id: stringOf(body, 'ID'),
    name: stringOf(body, 'Name'),
    time: time === undefined ? undefined : parseTime(time),
  };
}

/**
 * The version to make requests with, undefined for unversioned ones.
 * @param pinned from `api_version` or DOCKER_API_VERSION
 */
export function chooseApiVersion(
  engine: EngineVersion,
  pinned: string | undefined,
  text: string,
): Result<string | undefined, EngineProblem> {
  const { apiVersion: newest, minApiVersion: oldest } = engine;
  const wanted = pinned ?? (newest !== undefined && compareVersions(newest, NEWEST_API) > 0 ? NEWEST_API : newest);
  if (wanted === undefined) return { ok: true, value: undefined };
  const tooNew = newest !== undefined && compareVersions(wanted, newest) > 0;
  const tooOld = oldest !== undefined && VERSION.test(oldest) && compareVersions(wanted, oldest) < 0;
  if (tooNew || tooOld) {
    const range = `: it speaks ${oldest ?? 'older ones'} to ${newest ?? 'newer ones'}`;
    return { ok: false, problem: apiVersionProblem(text, wanted, range) };
  }
  return { ok: true, value: wanted };
}

/** Engines from 27 on leave an image's `create` out of what they tell to older clients. */
const TELLS_ALL = '1.46';

/**
 * Whether an engine leaves events out for the sake of the version that requests are made with; undefined stands for
 * unversioned ones, which an engine takes for its newest.
 */
export function hidesEvents({ runtime, apiVersion: newest }: EngineVersion, asked: string | undefined): boolean {
  if (runtime === 'podman' || asked === undefined || compareVersions(asked, TELLS_ALL) >= 0) return false;
  return newest === undefined || compareVersions(newest, TELLS_ALL) >= 0;
}

const VERSION = /^\d+\.\d+$/;

/** Negative when `left` is older. Both are `major.minor`. */
export function compareVersions(left: string, right: string): number {
  const [leftMajor = 0, leftMinor = 0] = left.split('.').map(Number);
  const [rightMajor = 0, rightMinor = 0] = right.split('.').map(Number);
  return leftMajor - rightMajor || leftMinor - rightMinor;
}

function runtimeOf(body: unknown): string {
  const components = fieldOf(body, 'Components');
  if (!Array.isArray(components)) return 'docker';
  const names = components.map((component) => stringOf(component, 'Name'));
  if (names.includes('Podman Engine')) return 'podman';
  const first = names[0];
  return first === undefined || names.includes('Engine') ? 'docker' : first.toLowerCase();
}
