/** What an event of a container says, its labels told apart from the engine's own words. */
import type { DockerEvent } from '../model/docker-event.ts';
import type { ContainerHistory } from './container-history.ts';

/** The engine's own value; undefined where a label of the same name may stand in its place. */
export function ownValue(history: ContainerHistory, event: DockerEvent, key: string): string | undefined {
  return history.shadowingLabels.has(key) ? undefined : event.attributes.get(key);
}
