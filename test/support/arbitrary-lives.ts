/**
 * Lives of containers, and how their events may arrive: each container's in the order of their times, mixed with those of
 * others, some never, some late.
 */
import fc from 'fast-check';
import type { Received } from '../../src/model/entry.ts';
import { eventLine, receivedOf } from './events.ts';

const NOON = 1_795_262_400;

/** An event that happened. */
export interface Lived {
  readonly received: Received;
  readonly id: string;
  /** Which run of its container it belongs to, from 0; undefined before the first. */
  readonly run: number | undefined;
}

export interface Lives {
  readonly happened: readonly Lived[];
  /** Those of them that arrive, in the order in which they do. */
  readonly arrived: readonly Lived[];
}

interface Step {
  readonly action: string;
  readonly own?: Readonly<Record<string, string>>;
  /** It begins, or belongs to, the n-th run. */
  readonly run: number | undefined;
  /** Seconds since the step before. */
  readonly pause: number;
}

const EXEC = ['exec_create: ls', 'exec_start: ls'] as const;

const inRun = fc.constantFrom(
  ...(['exec', 'exec', 'unfinished', 'pause', 'unpause', 'kill 15', 'kill 1', 'kill 9', 'oom', 'top'] as const),
);

const run = fc.record({ steps: fc.array(inRun, { maxLength: 4 }), exitCode: fc.constantFrom('0', '1', '137', '143') });

/** Before the first run, after the last, or both; a container need not be seen from its beginning. */
const life = fc
  .record({
    isCreated: fc.boolean(),
    runs: fc.array(run, { minLength: 1, maxLength: 4 }),
    end: fc.constantFrom('running', 'exited', 'destroyed', 'destroyed'),
    pauses: fc.array(fc.constantFrom(0, 0, 1, 30, 700), { minLength: 4, maxLength: 8 }),
    saysDuration: fc.boolean(),
  })
  .map(({ isCreated, runs, end, pauses, saysDuration }) => {
    const steps: Step[] = [];
    const put = (action: string, which: number | undefined, own: Readonly<Record<string, string>> = {}) => {
      steps.push({ action, own, run: which, pause: pauses[steps.length % pauses.length] ?? 0 });
    };
    if (isCreated) put('create', undefined);
    for (const [which, { steps: inner, exitCode }] of runs.entries()) {
      put('start', which);
      for (const [index, step] of inner.entries()) {
        const execID = `e${which}-${index}`;
        if (step === 'exec' || step === 'unfinished') for (const action of EXEC) put(action, which, { execID });
        if (step === 'exec') put('exec_die', which, { execID, exitCode: '0' });
        if (step.startsWith('kill')) put('kill', which, { signal: step.slice(5) });
        if (['pause', 'unpause', 'oom', 'top'].includes(step)) put(step, which);
      }
      if (which < runs.length - 1 || end !== 'running') put('die', which, { exitCode });
    }
    if (end === 'destroyed') put('destroy', runs.length - 1);
    return { steps, saysDuration };
  });

/** What is lost or late. An exec's beginning is not later than its end. */
function isOften(action: string): boolean {
  return action === 'start' || action === 'die' || action === 'exec_die' || action === 'destroy' || action === 'kill';
}

export const lives: fc.Arbitrary<Lives> = fc
  .record({
    lives: fc.array(life, { minLength: 1, maxLength: 3 }),
    turns: fc.infiniteStream(fc.nat(2)),
    fates: fc.infiniteStream(fc.constantFrom('comes', 'comes', 'comes', 'comes', 'comes', 'comes', 'late', 'lost')),
    delays: fc.infiniteStream(fc.integer({ min: 1, max: 10 })),
  })
  .map(({ lives, turns, fates, delays }) => {
    const happened = mixed(lives, turns);
    const arrivals = happened.flatMap((lived, place) => {
      const fate = fates.next().value;
      const delay = Number(delays.next().value);
      if (fate === 'lost') return [];
      const isLate = fate === 'late' && isOften(lived.received.event.action);
      return [{ lived, at: isLate ? place + delay + 0.5 : place }];
    });
    arrivals.sort((left, right) => left.at - right.at);
    return { happened, arrived: arrivals.map(({ lived }) => lived) };
  });

type Life = { readonly steps: readonly Step[]; readonly saysDuration: boolean };

/** One sequence, in which each container's events keep their order; no two at the same time. */
function mixed(lives: readonly Life[], turns: Iterator<number>): Lived[] {
  const happened: Lived[] = [];
  const places = lives.map(() => 0);
  const starts = new Map<number, number>();
  let second = 0;
  while (places.some((place, which) => place < (lives[which]?.steps.length ?? 0))) {
    const which = turns.next().value % lives.length;
    const life = lives[which];
    const step = life?.steps[places[which] ?? 0];
    if (life === undefined || step === undefined) {
      const next = places.findIndex((place, other) => place < (lives[other]?.steps.length ?? 0));
      const waiting = lives[next];
      const later = waiting?.steps[places[next] ?? 0];
      if (waiting === undefined || later === undefined) break;
      second += later.pause;
      happened.push(livedOf(next, later, waiting, second, happened.length, starts));
      places[next] = (places[next] ?? 0) + 1;
      continue;
    }
    second += step.pause;
    happened.push(livedOf(which, step, life, second, happened.length, starts));
    places[which] = (places[which] ?? 0) + 1;
  }
  return happened;
}

function livedOf(
  which: number,
  { action, own, run }: Step,
  { saysDuration }: Life,
  second: number,
  nano: number,
  starts: Map<number, number>,
): Lived {
  const id = `c${which}`;
  if (action === 'start') starts.set(which, second);
  const duration: Record<string, string> =
    action === 'die' && saysDuration ? { execDuration: String(second - (starts.get(which) ?? second)) } : {};
  const line = eventLine({
    action,
    id,
    attributes: { image: 'i', name: id, ...own, ...duration },
    timeNano: `${NOON + second}${String(nano * 1000).padStart(9, '0')}`,
  });
  return { received: { ...receivedOf(line), observedAt: [NOON + second + 1, 0] }, id, run };
}
