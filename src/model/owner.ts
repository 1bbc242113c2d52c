/** Whose a container is, and how many of whose run. */
import type { EngineIdentity } from './engine.ts';

/**
 * Whose container it is: what is counted together as one. Replicas of a service have one owner, and so have all tries of a
 * Swarm task.
 */
export interface Owner {
  readonly composeProject: string | undefined;
  /** Undefined on what `docker compose run` makes: that is somebody's one try, and not the service. */
  readonly composeService: string | undefined;
  readonly swarmService: string | undefined;
  readonly stack: string | undefined;
}

/** Containers of one owner that run now. */
export interface RunningContainers {
  /** Undefined where no engine was met yet. */
  readonly engine: EngineIdentity | undefined;
  /** Undefined for plain containers. */
  readonly owner: Owner | undefined;
  readonly count: number;
}

/**
 * By its labels, which may stand among the engine's own words. Undefined for a plain container: what it is called has no
 * bound, so that nothing is counted by it.
 */
export function ownerOf(labels: ReadonlyMap<string, string>): Owner | undefined {
  const composeProject = wordOf(labels, 'com.docker.compose.project');
  const swarmService = wordOf(labels, 'com.docker.swarm.service.name');
  const stack = wordOf(labels, 'com.docker.stack.namespace');
  if (composeProject === undefined && swarmService === undefined && stack === undefined) return undefined;
  const isOneOff = labels.get('com.docker.compose.oneoff') === 'True';
  const composeService = isOneOff ? undefined : wordOf(labels, 'com.docker.compose.service');
  return { composeProject, composeService, swarmService, stack };
}

function wordOf(labels: ReadonlyMap<string, string>, key: string): string | undefined {
  const value = labels.get(key);
  return value === '' ? undefined : value;
}
