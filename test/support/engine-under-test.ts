import { type EngineOptions, schema } from '../../src/engine/config.ts';
import { createEngine } from '../../src/engine/engine.ts';
import type { Surroundings } from '../../src/engine/surroundings.ts';
import type { Engine, EngineProblem, EngineSession, EventsQuery, Result } from '../../src/model/engine.ts';
import { FakeClock } from './fake-clock.ts';
import { RecordingTelemetry } from './recording-telemetry.ts';
import { realMachine } from './surroundings.ts';

/** The whole ring and whatever comes then. */
export const WHOLE: EventsQuery = { since: '0', until: undefined };

/** No replay. */
export const LIVE: EventsQuery = { since: undefined, until: undefined };

/** A real engine stage with a clock that a test moves. */
export interface EngineUnderTest {
  readonly engine: Engine;
  readonly clock: FakeClock;
  readonly telemetry: RecordingTelemetry;
  /** Ends everything that was begun with `connect`. */
  readonly stop: AbortController;
  /** Connects; throws the problem's message where there is one. */
  connect(): Promise<EngineSession>;
  /** Connects, and gives the problem; throws where there is none. */
  failToConnect(): Promise<EngineProblem>;
}

export async function engineUnderTest(
  options: Partial<EngineOptions>,
  surroundings: Surroundings = realMachine({}),
): Promise<EngineUnderTest> {
  const clock = new FakeClock();
  const telemetry = new RecordingTelemetry();
  const stop = new AbortController();
  const receiver = 'docker_events';
  const parts = {
    receiver,
    options: { ...schema.parse({ read_interval: 0 }), ...options },
    surroundings,
    clock,
    telemetry,
  };
  const engine = valueIn(await createEngine(parts));
  return {
    engine,
    clock,
    telemetry,
    stop,
    connect: async () => valueIn(await engine.connect(stop.signal)),
    failToConnect: async () => problemIn(await engine.connect(stop.signal)),
  };
}

export function valueIn<Value>(result: Result<Value, EngineProblem>): Value {
  if (result.ok) return result.value;
  throw new Error(`${result.problem.code}: ${result.problem.message}`);
}

export function problemIn<Value, Problem>(result: Result<Value, Problem>): Problem {
  if (!result.ok) return result.problem;
  throw new Error('there was no problem, though one was expected');
}
