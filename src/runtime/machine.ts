/** The machine and the account that a process runs in, as one value, so that tests pass literals. */
import { homedir } from 'node:os';

export interface Machine {
  readonly platform: NodeJS.Platform;
  /** Whether the process may write where only the system does. */
  readonly isRoot: boolean;
  /** Empty where the account has none. */
  readonly homeFolder: string;
}

export function systemMachine(): Machine {
  const { platform, geteuid } = process;
  return { platform, isRoot: geteuid?.() === 0, homeFolder: homeOf() };
}

/** An account that is not in the system's list, as in many containers, has none. */
function homeOf(): string {
  try {
    return homedir();
  } catch {
    return '';
  }
}
