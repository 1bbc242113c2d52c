/**
 * Containers: how they ended, what was run in them, how they fare.
 *
 * The engine merges a container's labels over what it says itself. These fields take a value only on the actions on which
 * the engine writes it, only as the engine can have written it, and not where the container is known to carry a label of that name.
 */
import type { EventEntry } from '../../model/entry.ts';
import { baseAction, suffixOf } from '../../model/event-name.ts';
import { ownContainerKeys, SHADOWABLE_KEYS } from '../../model/own-keys.ts';
import { SIGNAL_MAX, signalName } from '../../model/signals.ts';
import { actor, byKey, type FieldGroup, ofEvent, said, saidOfContainer, wholeNumber, yesNo } from './define.ts';

const own = ofEvent('own');

const EXIT_CODE_MAX = 255;

const DIE = ['die'];
const KILL = ['kill'];
const EXEC_DIE = ['exec_die'];
const EXEC = ['exec_create', 'exec_start', 'exec_detach', 'exec_die'];

function containerId({ event }: EventEntry): string | undefined {
  if (event.type === 'network' || event.type === 'volume') return event.attributes.get('container');
  return actor(event, 'container');
}

/** A key that no engine writes on any action is a label for certain. */
const OWN_SOMEWHERE: ReadonlySet<string> = new Set(['image', 'name', 'reclaimed', ...SHADOWABLE_KEYS]);

/** An image's `name`, and what a prune gave back, are the engine's; everything else that an image event carries is a label. */
function label({ event, context }: EventEntry, key: string): string | undefined {
  const value = event.attributes.get(key);
  if (value === undefined) return undefined;
  if (!OWN_SOMEWHERE.has(key)) return event.type === 'container' || event.type === 'image' ? value : undefined;
  const action = baseAction(event.action);
  if (event.type === 'image') return key === 'name' || (action === 'prune' && key === 'reclaimed') ? undefined : value;
  if (event.type !== 'container' || key === 'image' || key === 'name') return undefined;
  const isOwn = ownContainerKeys(action)?.has(key) === true && context.shadowed?.includes(key) !== true;
  return isOwn ? undefined : value;
}

function signal(entry: EventEntry): number | undefined {
  const number = wholeNumber(saidOfContainer(entry, KILL, 'signal'), SIGNAL_MAX);
  return number === 0 ? undefined : number;
}

function isExec({ event }: EventEntry): boolean {
  return event.type === 'container' && event.action.startsWith('exec_') && EXEC.includes(baseAction(event.action));
}

/** The engine ends a command without arguments with a blank. */
function command(entry: EventEntry): string | undefined {
  if (!isExec(entry)) return undefined;
  const whole = suffixOf(entry.event.action) ?? entry.context.execCommand;
  return whole?.endsWith(' ') === true ? whole.slice(0, -1) : whole;
}

function program(entry: EventEntry): string | undefined {
  const first = command(entry)?.trimStart().split(' ', 1)[0];
  return first === undefined || first === '' ? undefined : first.slice(first.lastIndexOf('/') + 1);
}

function health({ event }: EventEntry): string | undefined {
  return event.type === 'container' && event.action.startsWith('health_status') ? suffixOf(event.action) : undefined;
}

function oldName(entry: EventEntry): string | undefined {
  const name = saidOfContainer(entry, ['rename'], 'oldName');
  return name?.startsWith('/') === true ? name.slice(1) : undefined;
}

const ID = 'c53eae5612ea71600044591ca61839558aad82f2985854481ae2c572d386a960';

export const CONTAINER: FieldGroup = {
  title: 'Containers',
  preface:
    "Unlike Falco's fields, these take nothing for the engine's word that a label of the container is known to have put there. `docker.label[key]` is that label.",
  fields: [
    own(
      'text',
      'docker.container.id',
      'The container; also of network connect, disconnect and volume mount, unmount.',
      ID,
      containerId,
    ),
    own('text', 'docker.container.name', 'Its name, on container events.', 'shop-web-1', (entry) =>
      said(entry, 'container', 'name'),
    ),
    own('text', 'docker.container.old_name', 'Its name before a rename.', 'shop-web', oldName),
    byKey(
      'docker.label',
      'A label of the container, or of the image on image events.',
      'docker.label[com.example.tier]',
      label,
    ),
    own(
      'number',
      'docker.container.run_duration_seconds',
      'On die: how long it ran, in whole seconds (from Engine 24.0).',
      '12',
      (entry) => wholeNumber(saidOfContainer(entry, DIE, 'execDuration')),
    ),
    own('number', 'docker.exit.code', 'On die: the exit code, 0 to 255.', '137', (entry) =>
      wholeNumber(saidOfContainer(entry, DIE, 'exitCode'), EXIT_CODE_MAX),
    ),
    own(
      'text',
      'docker.exit.reason',
      'On die: completed, failed (a crash), stopped, killed, oom_killed or unknown.',
      'failed',
      ({ context }) => context.exit?.reason,
    ),
    own(
      'boolean',
      'docker.exit.intended',
      'On die: whether somebody asked for the end, or the container had simply finished.',
      'false',
      ({ context }) => context.exit?.intended,
    ),
    own(
      'number',
      'docker.exit.signal',
      'On die: the last signal sent on purpose before it.',
      '15',
      ({ context }) => context.exit?.signal,
    ),
    own('number', 'docker.signal.number', 'On kill: the signal sent.', '15', signal),
    own('text', 'docker.signal.name', 'On kill: its name on Linux.', 'SIGTERM', (entry) => {
      const number = signal(entry);
      return number === undefined ? undefined : signalName(number);
    }),
    own('text', 'docker.exec.id', 'On exec_*: the exec.', ID, (entry) => saidOfContainer(entry, EXEC, 'execID')),
    own(
      'text',
      'docker.exec.command',
      'On exec_*: the command line, arguments joined by blanks. On exec_detach and exec_die where exec_create was seen.',
      '/bin/sh -c date',
      command,
    ),
    own('text', 'docker.exec.program', 'On exec_*: the last part of the path of its first word.', 'sh', program),
    own('text', 'docker.exec.type', 'On exec_* of engines that say it: what it is for.', 'healthcheck', (entry) =>
      saidOfContainer(entry, EXEC, 'execType'),
    ),
    own('boolean', 'docker.exec.probe', "On exec_*: whether it is the container's health check.", 'true', (entry) =>
      isExec(entry) ? entry.context.isProbe === true : undefined,
    ),
    own('number', 'docker.exec.exit_code', 'On exec_die: the exit code, 0 to 255.', '1', (entry) =>
      wholeNumber(saidOfContainer(entry, EXEC_DIE, 'exitCode'), EXIT_CODE_MAX),
    ),
    own('text', 'docker.health.status', 'On health_status: what the health check found.', 'unhealthy', health),
    own(
      'boolean',
      'docker.container.oom_killed',
      'On die: whether the engine says that the kernel killed it for want of memory (Podman).',
      'true',
      (entry) => yesNo(saidOfContainer(entry, DIE, 'oomKilled')),
    ),
    own('text', 'docker.commit.image.reference', 'On commit: the name that the image was given.', 'snap:1', (entry) =>
      saidOfContainer(entry, ['commit'], 'imageRef'),
    ),
  ],
};
