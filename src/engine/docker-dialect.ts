/** Docker's own words: the engine keeps its last 256 events, of all types, and `since` is answered from them. */
import type { Dialect } from '../model/engine.ts';

export const dockerDialect: Dialect = {
  name: 'docker',
  ringSize: 256,
  /**
   * Always the whole ring. It is walked from the newest event back and left at the first one that is older than
   * `since`; its order is that of publishing, and swarm events carry another machine's clock, so one early stamp would
   * hide everything before it. The receiver knows by identity what it has seen.
   */
  since: () => '0',
  normalise: (event) => event,
};
