import type { UnixNanos } from './time.ts';

/**
 * One event as a Docker Engine (or Podman, in Docker's words) said it, decoded and checked, nothing interpreted.
 *
 * Types and actions are strings, not unions: an engine newer than this project may send ones that are not known here,
 * and they pass through as themselves.
 */
export interface DockerEvent {
  /** `Type`: container, image, network, volume, plugin, daemon, builder, node, service, secret, config … */
  readonly type: string;
  /** `Action` exactly as sent, with the suffix that exec and health events carry (`exec_create: /bin/sh -c …`). */
  readonly action: string;
  /** `Actor.ID`; empty on prune events. */
  readonly actorId: string;
  /**
   * `Actor.Attributes`. On container events the engine merges the container's labels over its own keys, so any key but
   * `image` and `name` may have been written by whoever wrote the labels. A Map, because a stranger's keys never index
   * a plain object.
   */
  readonly attributes: ReadonlyMap<string, string>;
  /** `scope`: local or swarm; undefined when the engine left it out. */
  readonly scope: string | undefined;
  /** `timeNano` to the last digit; from `time` (whole seconds) where an engine sends no `timeNano`; undefined where it sends neither. */
  readonly time: UnixNanos | undefined;
  /** The action before a dialect was translated (Podman's `remove` for `destroy`); undefined when nothing was translated. */
  readonly originalAction: string | undefined;
}
