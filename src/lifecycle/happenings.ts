/** What the lifecycle tells of itself. */
import type { Happening } from '../model/telemetry.ts';

/** @param what was open, and was not seen to end */
export function forgotten(receiver: string, what: 'run' | 'rollout'): Happening {
  const whose = what === 'run' ? "A container's run" : "A service's rollout";
  return {
    name: 'lifecycle.forgotten',
    level: 'warn',
    message: `${whose} of ${receiver} was forgotten before it ended, because more are open than are remembered, or because another engine answers there now. Where its end is still seen, its trace begins there.`,
    fields: { receiver, what },
    counts: { spans_forgotten: 1 },
    of: { part: receiver, reason: what },
  };
}
