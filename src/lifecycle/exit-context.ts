/** How a run ended, by the words of its `die`. */
import { type EventContext, NO_CONTEXT } from '../model/context.ts';
import type { DockerEvent } from '../model/docker-event.ts';
import type { ContainerHistory } from './container-history.ts';
import { judgeExit, judgeUnseenExit } from './exit.ts';
import { ownValue } from './own-words.ts';

/** Of a `die` that the engine sent. */
export function dieContext(history: ContainerHistory, event: DockerEvent): EventContext {
  const oom = history.oom || ownValue(history, event, 'oomKilled') === 'true';
  return { exit: judgeExit({ signal: history.signal, oom }, ownValue(history, event, 'exitCode'), event.time) };
}

/** Of one that was worked out. Its own keys were written by us, and no label stands in their place. */
export function unseenDieContext({ signal, oom }: ContainerHistory, { attributes, time }: DockerEvent): EventContext {
  const past = { signal, oom: oom || attributes.get('oomKilled') === 'true' };
  const exit = judgeUnseenExit(past, attributes.get('exitCode'), time);
  return exit === undefined ? NO_CONTEXT : { exit };
}
