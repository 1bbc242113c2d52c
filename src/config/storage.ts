/**
 * Where the journal is kept.
 *
 *   --storage ─► storage.directory ─► DOCKER_EVENTS_OTEL_STORAGE ─► the folder that this machine has for such things
 *
 * `none`, at whichever of them, keeps nothing. A folder that was named is taken as it stands: a relative one begins at the
 * folder that the process is started in. Whether it can be written is found out by the journal, which does not end over it.
 */
import { posix, win32 } from 'node:path';
import { storageSchema } from '../journal/config.ts';
import { byteSizeText } from '../runtime/fields.ts';
import type { Machine } from '../runtime/machine.ts';
import { check } from './check.ts';
import type { StorageConfig } from './collector-config.ts';
import type { Findings, Layer } from './layer.ts';
import { type MapNode, overlay } from './node.ts';
import { problemAt, shown } from './problem.ts';
import type { Environment } from './substitution.ts';

/** In the place of a folder: nothing is kept. */
export const NO_STORAGE = 'none';

const NAME = 'docker-events-otel';

const HOMELESS =
  'Nothing is kept on disk: this process has no home folder to keep it in. Name a folder with --storage or storage.directory, or say none.';

export function storageOf(
  section: MapNode,
  layers: { readonly below: Layer; readonly above: Layer },
  { env, machine }: { readonly env: Environment; readonly machine?: Machine | undefined },
  findings: Findings,
): StorageConfig | undefined {
  const node = overlay(layers.above.storage, overlay(section, layers.below.storage));
  const result = check(node, storageSchema);
  if (!result.ok) {
    findings.problems.push(...result.problem);
    return undefined;
  }
  const { directory = machine && usualDirectory(env, machine), ...options } = result.value;
  const history = node.entries.get('history')?.value;
  if (history !== undefined && options.history > options.max_size) {
    const expected = `at most max_size, which is ${byteSizeText(options.max_size)}`;
    findings.problems.push(problemAt(history.place, expected, shown(history)));
  }
  if (directory === undefined && machine !== undefined) findings.warnings.push(HOMELESS);
  return directory === undefined || directory === NO_STORAGE ? undefined : { ...options, directory };
}

/** Undefined where the machine has no such folder: a process without a home, as some containers are. */
export function usualDirectory(env: Environment, { platform, isRoot, homeFolder }: Machine): string | undefined {
  if (platform === 'win32') {
    const local = absolute(env['LOCALAPPDATA'], win32);
    const home = absolute(homeFolder, win32);
    const folder = local ?? (home && win32.join(home, 'AppData', 'Local'));
    return folder && win32.join(folder, NAME);
  }
  const home = absolute(homeFolder, posix);
  if (platform === 'darwin') return home && posix.join(home, 'Library', 'Application Support', NAME);
  // A service manager that makes several folders names them all, with colons between them.
  const given = absolute(env['STATE_DIRECTORY']?.split(':', 1)[0], posix);
  if (given !== undefined) return given;
  if (isRoot && platform === 'linux') return posix.join('/var/lib', NAME);
  const state = absolute(env['XDG_STATE_HOME'], posix) ?? (home && posix.join(home, '.local', 'state'));
  return state && posix.join(state, NAME);
}

/** The XDG rules: a path that is not absolute is no path. */
function absolute(path: string | undefined, { isAbsolute }: typeof posix): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined;
}
