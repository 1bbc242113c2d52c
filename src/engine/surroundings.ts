/** What the engine stage asks of the machine it runs on, as one value, so that tests pass literals. */
import { readFile, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { systemMachine } from '../runtime/machine.ts';

/** What can be told of a path without opening it. */
export interface PathFacts {
  readonly kind: 'socket' | 'file' | 'directory' | 'other';
  readonly uid: number;
  readonly gid: number;
  /** The permission bits: 0o660. */
  readonly mode: number;
}

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly homeFolder: string;
  /** This machine's name; inside a container, the container's. */
  readonly hostName: string;
  /** Who this process is; undefined on Windows. */
  user(): { readonly uid: number; readonly groups: readonly number[] } | undefined;
  /** Undefined when there is nothing, or nothing that may be looked at. */
  look(path: string): Promise<PathFacts | undefined>;
  /** Rejects with the system's error. */
  read(path: string): Promise<Buffer>;
}

export const systemSurroundings: Surroundings = {
  env: process.env,
  platform: process.platform,
  // For an account without one, never the folder that the process happens to be started in.
  homeFolder: systemMachine().homeFolder || '/',
  hostName: hostname(),
  user() {
    const { geteuid, getegid, getgroups } = process;
    if (geteuid === undefined || getegid === undefined || getgroups === undefined) return undefined;
    return { uid: geteuid(), groups: [...new Set([getegid(), ...getgroups()])] };
  },
  async look(path) {
    try {
      const found = await stat(path);
      const kind = found.isSocket() ? 'socket' : found.isFile() ? 'file' : found.isDirectory() ? 'directory' : 'other';
      return { kind, uid: found.uid, gid: found.gid, mode: found.mode & 0o777 };
    } catch {
      // Whatever the reason, nothing can be said of the path; connecting to it tells the reason.
      return undefined;
    }
  },
  read: (path) => readFile(path),
};
