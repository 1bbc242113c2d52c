/** Alerts as the rules make them, with defaults for everything. */
import type { AlertEntry, EventEntry, GapEntry, MatchedRule } from '../../src/model/entry.ts';
import { entryOf, eventLine } from './events.ts';

export const RULE: MatchedRule = {
  name: 'Container started',
  description: 'Somebody started a container.',
  priority: 'Notice',
  tags: ['container'],
  output: 'Container started (name=%docker.container.name)',
};

export interface AlertParts {
  readonly about?: EventEntry | GapEntry;
  readonly rule?: Partial<MatchedRule>;
  readonly uid?: string;
}

export function alertOf({ about = entryOf(eventLine()), rule, uid = 'a1' }: AlertParts = {}): AlertEntry {
  return {
    kind: 'alert',
    uid,
    rule: { ...RULE, ...rule },
    about,
    observedAt: about.observedAt,
    engine: about.engine,
  };
}
