/**
 * Which attributes of a container event are the engine's own.
 *
 * The engine merges a container's labels over the attributes of its own, and only `image` and `name` win against a label
 * (measured: a container labelled `exitCode=999` that exits with 3 sends a `die` with exitCode 999). Whether a value is the
 * engine's word can therefore only be told by where a key may stand. Read in the engine's source, 20.10 to 29.
 */

const NONE: ReadonlySet<string> = new Set();
const EXEC: ReadonlySet<string> = new Set(['execID', 'execType']);

const OWN_KEYS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['attach', NONE],
  ['archive-path', NONE],
  ['checkpoint', NONE],
  ['commit', new Set(['comment', 'imageID', 'imageRef'])],
  ['copy', NONE],
  ['create', NONE],
  ['destroy', NONE],
  ['detach', NONE],
  ['die', new Set(['exitCode', 'execDuration', 'oomKilled'])],
  ['exec_create', EXEC],
  ['exec_detach', EXEC],
  ['exec_die', new Set(['execID', 'execType', 'exitCode'])],
  ['exec_start', EXEC],
  ['export', NONE],
  ['extract-to-dir', NONE],
  ['health_status', NONE],
  ['kill', new Set(['signal'])],
  ['oom', NONE],
  ['pause', NONE],
  ['prune', new Set(['reclaimed'])],
  ['rename', new Set(['oldName'])],
  ['resize', new Set(['height', 'width'])],
  ['restart', NONE],
  ['start', NONE],
  ['stop', NONE],
  ['top', NONE],
  ['unpause', NONE],
  ['update', NONE],
]);

/**
 * The keys besides `image` and `name` that the engine itself writes on a container event.
 *
 * @param action the base action, without a suffix
 * @returns undefined for an action that is not known here, on which any key may be the engine's
 */
export function ownContainerKeys(action: string): ReadonlySet<string> | undefined {
  return OWN_KEYS.get(action);
}

/** Every key that the engine writes on some container event, and that a label can therefore shadow. */
export const SHADOWABLE_KEYS: readonly string[] = [...new Set([...OWN_KEYS.values()].flatMap((keys) => [...keys]))];
