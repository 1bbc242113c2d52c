/** Event lines like those of a host that runs compose stacks, the same for the same seed. */
import { seededRandom } from '../support/seeded-random.ts';

const ACTIONS = [
  'exec_create: /bin/sh -c pg_isready -q',
  'exec_start: /bin/sh -c pg_isready -q',
  'exec_die',
  'start',
  'die',
  'kill',
  'create',
  'health_status: healthy',
];

/** `count` lines of about 600 bytes each, with exact and rising times; `first` is the number of the first. */
export function workload(count: number, seed = 1, first = 0): string[] {
  const random = seededRandom(seed);
  const ids = Array.from({ length: 40 }, () => random.hex(32));
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[Math.floor(random.fraction() * items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  };
  return Array.from({ length: count }, (_, index) => {
    const nanos = 1_795_262_400_000_000_000n + BigInt(first + index) * 1_000_003n;
    const id = pick(ids);
    return random.fraction() < 0.12 ? networkLine(id, nanos) : containerLine(id, pick(ACTIONS), random.hex(32), nanos);
  });
}

function containerLine(id: string, action: string, execID: string, nanos: bigint): string {
  const attributes: Record<string, string> = {
    'com.docker.compose.container-number': '1',
    'com.docker.compose.oneoff': 'False',
    'com.docker.compose.project': 'shop',
    'com.docker.compose.service': 'web',
    ...(action === 'die' ? { execDuration: '12', exitCode: '1' } : {}),
    ...(action.startsWith('exec') ? { execID } : {}),
    image: 'registry.example.com/shop/web:1.4.2',
    'maintainer.team': 'payments',
    name: `shop-web-${id.slice(0, 2)}`,
    'org.opencontainers.image.version': '1.4.2',
    ...(action === 'kill' ? { signal: '15' } : {}),
  };
  const line = {
    status: action,
    id,
    from: attributes['image'],
    Type: 'container',
    Action: action,
    Actor: { ID: id, Attributes: attributes },
    scope: 'local',
  };
  return withTime(line, nanos);
}

function networkLine(id: string, nanos: bigint): string {
  const Actor = { ID: `net${id.slice(3)}`, Attributes: { container: id, name: 'shop_default', type: 'bridge' } };
  return withTime({ Type: 'network', Action: 'connect', Actor, scope: 'local' }, nanos);
}

function withTime(line: object, nanos: bigint): string {
  return `${JSON.stringify(line).slice(0, -1)},"time":${nanos / 1_000_000_000n},"timeNano":${nanos}}`;
}
