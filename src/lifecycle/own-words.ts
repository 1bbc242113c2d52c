/** What an event of a container says, its labels and the suffix of its action told apart from the engine's own words. */
import type { DockerEvent } from '../model/docker-event.ts';
import type { ContainerHistory } from './container-history.ts';

/** The engine's own value; undefined where a label of the same name may stand in its place. */
export function ownValue(history: ContainerHistory, event: DockerEvent, key: string): string | undefined {
  return history.shadowingLabels.has(key) ? undefined : event.attributes.get(key);
}

export function baseAction(action: string): string {
  const colon = action.indexOf(': ');
  return colon < 0 ? action : action.slice(0, colon);
}

/** What follows the base action: a command or a state; undefined where nothing does, as with Podman's exec. */
export function suffixOf(action: string): string | undefined {
  const colon = action.indexOf(': ');
  return colon < 0 ? undefined : action.slice(colon + 2);
}
