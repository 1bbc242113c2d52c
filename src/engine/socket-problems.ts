/** What can be wrong with a socket on this machine. */
import type { EngineProblem } from '../model/engine.ts';
import type { PathFacts, Surroundings } from './surroundings.ts';

export function noSuchSocket(text: string, path: string): EngineProblem {
  return {
    code: 'no_such_socket',
    message: `There is no socket at ${text}. Start the engine; in a container, mount its socket: -v ${path}:${path}. If the engine listens elsewhere, say where with DOCKER_HOST or the option host.`,
  };
}

export function notASocket(text: string, path: string, found: PathFacts): EngineProblem {
  const advice =
    found.kind === 'directory'
      ? `Docker makes a directory there when it is told to mount a path that does not exist: stop what mounts it, remove ${path}, start the engine, and mount it again.`
      : 'Say where the engine listens with DOCKER_HOST or the option host.';
  const what = found.kind === 'directory' ? 'a directory' : found.kind === 'file' ? 'a file' : 'something else';
  return { code: 'not_a_socket', message: `${text} is ${what}, not a socket. ${advice}` };
}

export function socketRefused(text: string): EngineProblem {
  return {
    code: 'connection_refused',
    message: `${text} is there, but nobody listens on it: the engine is stopped. Start it (systemctl start docker); in a container that mounts the socket itself, start the container again after that, since the engine makes a new socket.`,
  };
}

export function permissionDenied(
  text: string,
  found: PathFacts | undefined,
  user: ReturnType<Surroundings['user']>,
): EngineProblem {
  const who = user === undefined ? '' : ` This process runs as uid ${user.uid} with groups ${user.groups.join(', ')}.`;
  if (found === undefined) {
    return denied(
      `${text} may not be connected to, nor even looked at.${who} A folder on its path is closed to this user: open it (x permission), or mount the socket itself.`,
    );
  }
  const mode = found.mode.toString(8).padStart(4, '0');
  const seen = `Permission denied on ${text}, which belongs to uid ${found.uid} and gid ${found.gid} with mode ${mode}.${who}`;
  if ((found.mode & 0o020) === 0) {
    return denied(
      `${seen} Its group may not write to it, so a group will not help: run as uid ${found.uid}, or give the socket mode 0660.`,
    );
  }
  if (user?.groups.includes(found.gid)) {
    return denied(
      `${seen} The group is right, so something else forbids it: SELinux, AppArmor, a user namespace, or a closed folder on the path.`,
    );
  }
  const { gid } = found;
  return denied(
    `${seen} Add the socket's group: group_add: ["${gid}"] in a compose file, --group-add ${gid} with docker run, or a membership in that group on the host.`,
  );
}

function denied(message: string): EngineProblem {
  return { code: 'permission_denied', message };
}
