/** Spans as the lifecycle makes them, with defaults for everything. */
import type { EventEntry, SpanEntry } from '../../src/model/entry.ts';
import type { UnixNanos } from '../../src/model/time.ts';
import { entryOf, eventLine } from './events.ts';

/** Half a minute before the default event. */
const BEGAN: UnixNanos = [1_795_262_370, 1];

/** Of the run of a container that has finished; `parts` replace whole properties. */
export function spanOf(parts: Partial<Omit<SpanEntry, 'kind' | 'uid' | 'engine'>> = {}): SpanEntry {
  const about = parts.about ?? diedOf();
  return {
    kind: 'span',
    name: 'run',
    trace: { of: 'container', id: about.event.actorId, start: BEGAN },
    own: undefined,
    start: BEGAN,
    end: about.event.time ?? BEGAN,
    estimated: undefined,
    failure: undefined,
    links: [],
    observedAt: about.observedAt,
    ...parts,
    uid: about.uid,
    about,
    engine: about.engine,
  };
}

function diedOf(): EventEntry {
  const line = eventLine({ action: 'die', attributes: { exitCode: '0', image: 'busybox:local', name: 'web' } });
  return {
    ...entryOf(line),
    context: { run: BEGAN, exit: { reason: 'completed', intended: true, signal: undefined } },
  };
}
