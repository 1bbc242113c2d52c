/** Linux signals by number, as `kill -l` names them. */

const NAMES: readonly string[] = [
  ...['HUP', 'INT', 'QUIT', 'ILL', 'TRAP', 'ABRT', 'BUS', 'FPE', 'KILL', 'USR1', 'SEGV', 'USR2', 'PIPE', 'ALRM'],
  ...['TERM', 'STKFLT', 'CHLD', 'CONT', 'STOP', 'TSTP', 'TTIN', 'TTOU', 'URG', 'XCPU', 'XFSZ', 'VTALRM', 'PROF'],
  ...['WINCH', 'IO', 'PWR', 'SYS'],
].map((name) => `SIG${name}`);

const RTMIN = 34;

/** The highest number a signal can have on Linux. */
export const SIGNAL_MAX = 64;

/**
 * `SIGTERM` for 15, `SIGRTMIN+3` for 37; undefined for numbers that are no signal, and for 32 and 33, which the C library
 * keeps for itself.
 */
export function signalName(number: number): string | undefined {
  if (number < RTMIN) return NAMES[number - 1];
  if (number > SIGNAL_MAX) return undefined;
  return number === RTMIN ? 'SIGRTMIN' : `SIGRTMIN+${number - RTMIN}`;
}
