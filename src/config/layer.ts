/** What a source other than the file says, component by component, to be laid over or under what the file says. */
import type { ConfigProblem } from '../model/config-problem.ts';
import type { MapNode } from './node.ts';

export interface Layer {
  readonly receiver: MapNode;
  readonly mapping: MapNode;
  readonly batch: MapNode;
  readonly rules: MapNode;
  readonly storage: MapNode;
  readonly service: MapNode;
}

export interface Findings {
  readonly problems: ConfigProblem[];
  /** Finished sentences about what works, but perhaps not as meant. */
  readonly warnings: string[];
}
