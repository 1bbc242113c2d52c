/** Events of every kind for property tests: known and unknown, well formed and spoofed. */
import fc from 'fast-check';
import { CATALOGUE } from '../../src/mapping/catalogue.ts';
import type { EventContext } from '../../src/model/context.ts';
import type { EventEntry } from '../../src/model/entry.ts';
import type { UnixNanos } from '../../src/model/time.ts';
import { DAEMON_KEYS } from './engine-attributes.ts';
import { IDENTITY } from './scripted-engine.ts';

const HEX = 'c53eae5612ea71600044591ca61839558aad82f2985854481ae2c572d386a960';
const OTHER_HEX = HEX.replaceAll('c', 'd');

const OWN_KEYS = [
  ...['execID', 'execType', 'exitCode', 'execDuration', 'oomKilled', 'signal', 'oldName', 'height', 'width', 'comment'],
  ...['imageID', 'imageRef', 'reclaimed', 'image', 'type', 'container', 'driver', 'destination', 'read/write'],
  ...['propagation', 'state.old', 'state.new', 'leader.old', 'leader.new', 'replicas.old', 'replicas.new', 'image.new'],
  ...['updatestate.new', 'availability.new', 'role.new', 'reachability.new', ...DAEMON_KEYS],
];

const LABEL_KEYS = [
  ...['com.docker.compose.project', 'com.docker.compose.container-number', 'com.docker.compose.oneoff'],
  ...['com.docker.swarm.task', 'com.docker.swarm.task.id', 'com.docker.stack.namespace', 'io.kubernetes.pod.name'],
  ...['__proto__', 'constructor', 'toString', '', 'container.id', 'docker.event.shadowed', 'log.record.uid', '_type_'],
];

const VALUES = [
  ...['', '0', '3', '137', '255', '256', '999', '-1', '007', '1e2', '1.5', ' 1', '9007199254740993', 'true', 'false'],
  ...['True', 'False', 'none', '/old', 'busybox:local', `busybox@sha256:${HEX}`, `sha256:${HEX}`, HEX, 'NOT A NAME'],
  ...['[]', '["a","b"]', '[ "a" ]', '["\\u003c"]', '[1]', '[', 'down', 'unhealthy', 'a\u001b[31mb'],
];

const anyText = fc.string({ unit: 'binary', maxLength: 30 });

const kinds: readonly (readonly [string, string])[] = Object.entries(CATALOGUE).flatMap(([type, actions]) =>
  actions.map((action): [string, string] => [type, action]),
);

const kind = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...kinds) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('container', 'network', 'pod', 'Weird Type'), anyText) },
);

const suffix = fc.oneof(
  fc.constant(''),
  anyText.map((text) => `: ${text}`),
);

const pairs = fc.array(
  fc.tuple(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...OWN_KEYS) },
      { weight: 3, arbitrary: fc.constantFrom(...LABEL_KEYS) },
      { weight: 1, arbitrary: anyText },
    ),
    fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...VALUES) }, { weight: 1, arbitrary: anyText }),
  ),
  { maxLength: 16 },
);

const context: fc.Arbitrary<EventContext> = fc.record(
  {
    exit: fc.record({
      reason: fc.constantFrom('completed', 'failed', 'stopped', 'killed', 'oom_killed', 'unknown'),
      intended: fc.boolean(),
      signal: fc.option(fc.integer({ min: 0, max: 300 }), { nil: undefined }),
    }),
    execCommand: anyText,
    isProbe: fc.constant(true),
    shadowed: fc.subarray(['exitCode', 'signal', 'execID', 'image', 'name']),
  },
  { requiredKeys: [] },
);

/** An entry of the journal; its attributes have a `name`, as those of every type but volume and builder do. */
export const anyEntry: fc.Arbitrary<EventEntry> = fc
  .record({
    kind,
    suffix,
    pairs,
    name: fc.oneof(fc.constantFrom('web', 'busybox:1.36', `sha256:${HEX}`, ''), anyText),
    actorId: fc.oneof(fc.constantFrom('', HEX, `sha256:${HEX}`, `sha256:${OTHER_HEX}`, 'alpine:3.20'), anyText),
    scope: fc.constantFrom('local', 'swarm', undefined),
    originalAction: fc.constantFrom('died', undefined),
    context,
    synthetic: fc.option(fc.record({ basis: fc.constantFrom('inspect', 'list') }), { nil: undefined }),
    time: fc.option(fc.constant<UnixNanos>([1_795_262_400, 1]), { nil: undefined, freq: 9 }),
  })
  .map(({ kind: [type, action], ...parts }) => ({
    kind: 'event',
    raw: '',
    uid: '8f14e45fceea167a5a36dedd4bea2543',
    observedAt: [1_795_262_401, 0],
    engine: IDENTITY,
    context: parts.context,
    ...(parts.synthetic === undefined ? {} : { synthetic: parts.synthetic }),
    event: {
      type,
      action: `${action}${parts.suffix}`,
      actorId: parts.actorId,
      attributes: new Map([...parts.pairs, ['name', parts.name]]),
      scope: parts.scope,
      time: parts.time,
      originalAction: parts.originalAction,
    },
  }));
