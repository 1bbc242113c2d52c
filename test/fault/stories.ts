/** Events of containers that live and die, so that what one means depends on those before it. */
import { toDecimalNanos, toIsoNanos, type UnixNanos } from '../../src/model/time.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import type { Random } from '../../src/runtime/random.ts';
import { eventLine } from '../support/events.ts';
import type { FakeContainer } from '../support/fake-containers.ts';

/** One event, and what its record must say besides because of events before it. */
export interface Told {
  readonly line: string;
  readonly timeNano: string;
  readonly expected: ReadonlyMap<string, string>;
}

type Step = (life: ContainerLife) => Omit<Told, 'timeNano' | 'line'> & { readonly action: string };

interface ContainerLife {
  readonly id: string;
  readonly name: string;
  readonly command: string;
  readonly isKilled: boolean;
  next: number;
  startedAt?: string;
  finishedAt?: string;
}

const nothing: ReadonlyMap<string, string> = new Map();
const plain =
  (action: string): Step =>
  () => ({ action, expected: nothing });

/** What happens to a container, in this order. */
const STEPS: readonly Step[] = [
  plain('create'),
  plain('start'),
  ({ command }) => ({ action: `exec_create: ${command}`, expected: nothing }),
  ({ command }) => ({ action: `exec_start: ${command}`, expected: nothing }),
  ({ command }) => ({ action: 'exec_die', expected: new Map([['docker.exec.command', command]]) }),
  ({ isKilled }) => ({ action: isKilled ? 'kill' : 'top', expected: nothing }),
  ({ isKilled }) => ({
    action: 'die',
    expected: new Map([['docker.container.exit.reason', isKilled ? 'killed' : 'failed']]),
  }),
  plain('destroy'),
];

const ALIVE = 6;
const IMAGE = 'busybox:local';

export class Stories {
  readonly #random: Random;
  readonly #containers: ContainerLife[] = [];
  #last: UnixNanos = [0, 0];

  constructor(random: Random) {
    this.#random = random;
  }

  /** The next events, each with a time of its own. */
  tell(count: number): readonly Told[] {
    return Array.from({ length: count }, () => this.#tellOne());
  }

  /** The containers that live are gone without a word. Gives their ids. */
  forget(): readonly string[] {
    return this.#containers.splice(0).map(({ id }) => id);
  }

  /** As the engine would tell of them now. */
  get containers(): readonly FakeContainer[] {
    return this.#containers.map(({ id, name, isKilled, startedAt, finishedAt }) => ({
      id,
      name,
      image: IMAGE,
      state: finishedAt !== undefined ? 'exited' : startedAt !== undefined ? 'running' : 'created',
      ...(startedAt === undefined ? {} : { startedAt }),
      ...(finishedAt === undefined ? {} : { finishedAt, exitCode: isKilled ? 137 : 3 }),
    }));
  }

  #tellOne(): Told {
    const container = this.#pick();
    const step = STEPS[container.next] ?? plain('top');
    container.next += 1;
    if (container.next === STEPS.length) this.#containers.splice(this.#containers.indexOf(container), 1);
    const { action, expected } = step(container);
    const time = this.#time();
    if (action === 'start') container.startedAt = toIsoNanos(time);
    if (action === 'die') container.finishedAt = toIsoNanos(time);
    const timeNano = toDecimalNanos(time);
    const attributes = { image: IMAGE, name: container.name, ...attributesOf(action, container) };
    return { line: eventLine({ action, id: container.id, attributes, timeNano }), timeNano, expected };
  }

  #pick(): ContainerLife {
    const index = Math.floor(this.#random.fraction() * ALIVE);
    const picked = this.#containers[index];
    if (picked !== undefined) return picked;
    const id = this.#random.hex(32);
    const isKilled = this.#random.fraction() < 0.5;
    const born = { id, name: `c-${id.slice(0, 8)}`, command: `run ${id.slice(0, 6)}`, isKilled, next: 0 };
    this.#containers.push(born);
    return born;
  }

  /** Now, and later than the last: an engine's clock is finer than ours. */
  #time(): UnixNanos {
    const [seconds, nanos] = systemClock.now();
    const [lastSeconds, lastNanos] = this.#last;
    const isLater = seconds > lastSeconds || (seconds === lastSeconds && nanos > lastNanos);
    this.#last = isLater ? [seconds, nanos] : [lastSeconds, lastNanos + 1];
    return this.#last;
  }
}

function attributesOf(action: string, { id, isKilled }: ContainerLife): Readonly<Record<string, string>> {
  if (action.startsWith('exec_')) {
    return { execID: `${id.slice(0, 62)}e1`, ...(action === 'exec_die' ? { exitCode: '0' } : {}) };
  }
  if (action === 'kill') return { signal: '9' };
  return action === 'die' ? { exitCode: isKilled ? '137' : '3' } : {};
}
