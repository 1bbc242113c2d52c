import { type PathFacts, type Surroundings, systemSurroundings } from '../../src/engine/surroundings.ts';

/** A machine made of literals: nothing is in its environment and its file system but what a test puts there. */
export interface MachineOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly platform?: NodeJS.Platform;
  readonly files?: Readonly<Record<string, string>>;
  /** Paths where there is a socket. */
  readonly sockets?: readonly string[];
}

export function machine({ env = {}, platform = 'linux', files = {}, sockets = [] }: MachineOptions = {}): Surroundings {
  const contents = new Map(Object.entries(files));
  const facts = (kind: PathFacts['kind']): PathFacts => ({ kind, uid: 0, gid: 998, mode: 0o660 });
  return {
    env,
    platform,
    homeFolder: '/home/ann',
    hostName: 'ann-laptop',
    user: () => ({ uid: 1000, groups: [1000] }),
    look: async (path) => (sockets.includes(path) ? facts('socket') : contents.has(path) ? facts('file') : undefined),
    async read(path) {
      const text = contents.get(path);
      if (text === undefined) throw Object.assign(new Error(`no file ${path}`), { code: 'ENOENT' });
      return Buffer.from(text);
    },
  };
}

/** The real file system and user, with an environment of the test's own. */
export function realMachine(env: Readonly<Record<string, string>>): Surroundings {
  return { ...systemSurroundings, env, homeFolder: '/nonexistent', hostName: 'ann-laptop', platform: 'linux' };
}
