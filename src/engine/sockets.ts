/** Where engines put their sockets when nobody says otherwise. */
import { DEFAULT_PIPE, DEFAULT_SOCKET, type LocalEndpoint } from './endpoint.ts';
import type { Surroundings } from './surroundings.ts';

export interface KnownSocket {
  readonly endpoint: LocalEndpoint;
  /** For `using … , the socket of …`. */
  readonly name: string;
  /** Taken without looking: a Windows pipe can be connected to but not looked at. */
  readonly alwaysThere: boolean;
}

/** In the order in which they are tried: the system's engine, the user's own, desktop programs, Podman. */
export function knownSockets({ env, homeFolder, platform }: Surroundings): readonly KnownSocket[] {
  if (platform === 'win32') return [known('npipe', DEFAULT_PIPE, 'the default pipe', true)];
  const runtime = env['XDG_RUNTIME_DIR'];
  const ofUser = (path: string, name: string) => (runtime ? [unix(`${runtime}/${path}`, name)] : []);
  const ofHome = (path: string, name: string) => unix(`${homeFolder}/${path}`, name);
  return [
    unix(DEFAULT_SOCKET, 'the default socket'),
    ...ofUser('docker.sock', 'the socket of rootless Docker'),
    // Docker Desktop for Mac, and rootless Docker where there is no systemd.
    ofHome('.docker/run/docker.sock', 'the socket of Docker Desktop or rootless Docker'),
    ofHome('.docker/desktop/docker.sock', 'the socket of Docker Desktop'),
    ofHome('.colima/default/docker.sock', 'the socket of colima'),
    ofHome('.colima/docker.sock', 'the socket of colima'),
    ofHome('.orbstack/run/docker.sock', 'the socket of OrbStack'),
    ofHome('.rd/docker.sock', 'the socket of Rancher Desktop'),
    ofHome('.lima/default/sock/docker.sock', 'the socket of Lima'),
    ofHome('.lima/docker/sock/docker.sock', 'the socket of Lima'),
    ...ofUser('podman/podman.sock', 'the socket of rootless Podman'),
    unix('/run/podman/podman.sock', 'the socket of Podman'),
  ];
}

function unix(path: string, name: string): KnownSocket {
  return known('unix', path, name, false);
}

function known(kind: LocalEndpoint['kind'], path: string, name: string, alwaysThere: boolean): KnownSocket {
  return { endpoint: { kind, path }, name, alwaysThere };
}
