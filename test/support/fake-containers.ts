/** A container of a fake engine, and how a real one would tell of it. */
export interface FakeContainer {
  readonly id: string;
  readonly name: string;
  readonly image?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** created, running, paused, restarting, removing, exited, dead; running when left out. */
  readonly state?: string;
  /** RFC 3339; year 1 when left out, which is how an engine says that it has not happened. */
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly exitCode?: number;
  readonly oomKilled?: boolean;
  readonly health?: { readonly status: string; readonly at?: string };
  readonly restartCount?: number;
  /** `Config.Healthcheck.Test` and `Config.Shell`, as they are. */
  readonly healthcheck?: unknown;
  readonly shell?: unknown;
  /** linux when left out. */
  readonly platform?: string;
}

const CREATED = Date.UTC(2026, 10, 21, 7, 0, 0) / 1000;
const NEVER = '0001-01-01T00:00:00Z';

/** As in `GET /containers/json`. */
export function listItem({ id, name, image = 'busybox', labels = {}, state = 'running' }: FakeContainer) {
  return { Id: id, Names: [`/${name}`], Image: image, Created: CREATED, Labels: labels, State: state, Status: 'Up' };
}

/** As `GET /containers/ID/json`. */
export function details(container: FakeContainer) {
  const { id, name, image = 'busybox', labels = {}, state = 'running', health } = container;
  const log = health?.at === undefined ? [] : [{ Start: health.at, End: health.at, ExitCode: 0, Output: '' }];
  return {
    Id: id,
    Name: `/${name}`,
    Created: new Date(CREATED * 1000).toISOString(),
    Image: 'sha256:0',
    Platform: container.platform ?? 'linux',
    RestartCount: container.restartCount ?? 0,
    State: {
      Status: state,
      Running: state === 'running',
      OOMKilled: container.oomKilled ?? false,
      ExitCode: container.exitCode ?? 0,
      StartedAt: container.startedAt ?? NEVER,
      FinishedAt: container.finishedAt ?? NEVER,
      ...(health === undefined ? {} : { Health: { Status: health.status, FailingStreak: 0, Log: log } }),
    },
    Config: {
      Image: image,
      Labels: labels,
      ...(container.healthcheck === undefined ? {} : { Healthcheck: { Test: container.healthcheck } }),
      ...(container.shell === undefined ? {} : { Shell: container.shell }),
    },
  };
}
