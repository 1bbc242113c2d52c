/**
 * What became of the containers meanwhile: the engine's list is compared with what is known of them.
 *
 * Live events go on. The inventory leaves out whatever one of them has told of since the list came; and what was found is
 * looked at again after a grace, because an answer may be newer than the stream.
 */
import type { EngineProblem, EngineSession, InspectedContainer, ListedContainer, Result } from '../model/engine.ts';
import type { Difference, Inventory } from '../model/inventory.ts';
import { type Clock, sleep } from '../runtime/clock.ts';

/** How long live events may take to explain a difference. */
const GRACE_MS = 1000;

/** More are compared by what the list says of them. Each takes a millisecond or two of the engine's time. */
const INSPECTED_MAX = 2000;

const AT_ONCE = 4;

/** A list that fails for another reason than a refusal is asked for again, after one second and two. */
const ATTEMPTS = 3;

export interface Survey {
  readonly listed: readonly ListedContainer[];
  readonly inspected: ReadonlyMap<string, InspectedContainer | undefined>;
}

/** Lists the containers and asks for the details of those that need it. */
export async function survey(
  session: EngineSession,
  inventory: Inventory,
  clock: Clock,
  signal: AbortSignal,
): Promise<Result<Survey, EngineProblem>> {
  for (let attempt = 1; ; attempt += 1) {
    const listed = await session.containers(signal);
    if (listed.ok) {
      const inspected = await inspectAll(session, inventory.toInspect(listed.value), signal);
      return { ok: true, value: { listed: listed.value, inspected } };
    }
    if (listed.problem.code === 'forbidden' || attempt === ATTEMPTS || signal.aborted) return listed;
    await sleep(clock, attempt * 1000, signal);
  }
}

export interface Comparison extends Survey {
  readonly differences: readonly Difference[];
}

/** The differences that no event has explained within the grace. */
export async function reconcile(
  session: EngineSession,
  inventory: Inventory,
  clock: Clock,
  signal: AbortSignal,
): Promise<Result<Comparison, EngineProblem>> {
  const found = await survey(session, inventory, clock, signal);
  if (!found.ok) return found;
  const { listed, inspected } = found.value;
  let differences = inventory.differences(listed, inspected);
  if (differences.length > 0) {
    await sleep(clock, GRACE_MS, signal);
    differences = inventory.differences(listed, inspected);
  }
  return { ok: true, value: { listed, inspected, differences } };
}

/** After so many failures the engine is not asked any more: each may have taken as long as a request may. */
const FAILURES_MAX = 3;

/** A few at a time. What could not be asked for is absent. */
async function inspectAll(
  session: EngineSession,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, InspectedContainer | undefined>> {
  const inspected = new Map<string, InspectedContainer | undefined>();
  const waiting = ids.slice(0, INSPECTED_MAX).values();
  let failures = 0;
  const worker = async () => {
    for (const id of waiting) {
      if (failures >= FAILURES_MAX || signal.aborted) return;
      const answer = await session.inspect(id, signal);
      if (answer.ok) inspected.set(id, answer.value);
      else failures += answer.problem.code === 'forbidden' ? FAILURES_MAX : 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return inspected;
}
