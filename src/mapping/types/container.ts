/**
 * Container events. The engine merges the container's labels over its own keys, `image` and `name` excepted; what is the
 * engine's own is an allow-list for each action, and everything else is a label.
 */
import type { Attributes } from '../../model/log-record.ts';
import type { ActionOf } from '../catalogue.ts';
import { exitMeaning, putExit } from '../exit.ts';
import { putLabel } from '../labels.ts';
import { id, image, integer, type OwnKeys, oldName, signal, text, yesNo } from '../readers.ts';
import { put } from '../registry.ts';
import {
  type ActionMapping,
  actionInWords,
  bytes,
  type Facts,
  shortId,
  shown,
  type TypeMapping,
} from './type-mapping.ts';

const EXIT_CODE_MAX = 255;

const EXEC: OwnKeys = new Map([
  ['execID', id('docker.exec.id')],
  ['execType', text('docker.exec.type')],
]);

const EXEC_DIE: OwnKeys = new Map([...EXEC, ['exitCode', integer('process.exit.code', EXIT_CODE_MAX)]]);

/** `shop-web-1 (busybox:local)`. */
function subject({ event }: Facts): string {
  const name = event.attributes.get('name');
  const from = event.attributes.get('image');
  const called = name === undefined || name === '' ? shortId(event.actorId) : shown(name);
  return from === undefined || from === ''
    ? called
    : `${called} (${shown(from.includes(':') ? plainImage(from) : from)})`;
}

/** An image in a sentence: an id is shortened, a digest after a tag is left out. */
function plainImage(reference: string): string {
  if (reference.startsWith('sha256:')) return shortId(reference);
  const at = reference.indexOf('@sha256:');
  return at < 0 ? reference : reference.slice(0, at);
}

function container(predicate: string): ActionMapping {
  return { says: (facts) => `Container ${subject(facts)} ${predicate}.` };
}

/** The program alone: the rest of a command line is where passwords stand. */
function program({ attributes }: Facts): string {
  const command = attributes['docker.exec.command'];
  if (typeof command !== 'string') return '';
  const blank = command.indexOf(' ');
  const first = blank < 0 ? command : command.slice(0, blank);
  return first === '' ? '' : ` of ${shown(first)}`;
}

function putCommand(to: Attributes, command: string): void {
  put(to, 'docker.exec.command', command);
}

function putExec({ attributes, context }: Facts): void {
  if (context.isProbe === true) put(attributes, 'docker.exec.probe', true);
  if (context.execCommand !== undefined && attributes['docker.exec.command'] === undefined) {
    putCommand(attributes, context.execCommand);
  }
}

function exec(predicate: string): ActionMapping {
  return {
    own: EXEC,
    suffix: putCommand,
    finish: putExec,
    says: (facts) => `An exec${program(facts)} in container ${subject(facts)} ${predicate}.`,
  };
}

function exitCode({ attributes }: Facts): string {
  const code = attributes['process.exit.code'];
  return typeof code === 'number' ? `exit code ${code}` : 'an unknown exit code';
}

function after({ attributes }: Facts): string {
  const seconds = attributes['docker.container.run_duration_seconds'];
  return typeof seconds === 'number' ? ` after ${seconds} s` : '';
}

const ACTIONS: Readonly<Record<ActionOf<'container'>, ActionMapping>> = {
  create: container('was created'),
  start: container('started'),
  restart: container('was restarted'),
  stop: container('was stopped'),
  kill: {
    own: new Map([['signal', signal]]),
    says: (facts) => {
      const { 'docker.signal.name': name, 'docker.signal.number': number } = facts.attributes;
      return `Container ${subject(facts)} was sent ${name ?? (number === undefined ? 'a signal' : `signal ${number}`)}.`;
    },
  },
  die: {
    own: new Map([
      ['exitCode', integer('process.exit.code', EXIT_CODE_MAX)],
      ['execDuration', integer('docker.container.run_duration_seconds')],
      ['oomKilled', yesNo('docker.container.oom_killed')],
    ]),
    finish: putExit,
    says: (facts) => `Container ${subject(facts)} died with ${exitCode(facts)}${after(facts)}${exitMeaning(facts)}.`,
  },
  oom: container('ran out of memory: the kernel killed a process in it'),
  pause: container('was paused'),
  unpause: container('was resumed'),
  rename: {
    own: new Map([['oldName', oldName]]),
    says: (facts) => {
      const before = facts.attributes['docker.container.old_name'];
      return `Container ${subject(facts)} was renamed${typeof before === 'string' ? ` from ${shown(before)}` : ''}.`;
    },
  },
  update: { says: (facts) => `The limits or the restart policy of container ${subject(facts)} were changed.` },
  resize: {
    own: new Map([
      ['height', integer('docker.container.tty.height')],
      ['width', integer('docker.container.tty.width')],
    ]),
    says: (facts) => {
      const { 'docker.container.tty.height': rows, 'docker.container.tty.width': columns } = facts.attributes;
      const size = rows === undefined || columns === undefined ? '' : ` to ${rows} rows of ${columns} columns`;
      return `The terminal of container ${subject(facts)} was resized${size}.`;
    },
  },
  attach: { says: (facts) => `A client attached to container ${subject(facts)}.` },
  detach: { says: (facts) => `A client detached from container ${subject(facts)}.` },
  top: { says: (facts) => `The processes of container ${subject(facts)} were listed.` },
  export: { says: (facts) => `The file system of container ${subject(facts)} was exported.` },
  checkpoint: { says: (facts) => `A checkpoint of container ${subject(facts)} was made.` },
  commit: {
    own: new Map([
      ['comment', text('docker.commit.comment')],
      ['imageID', text('docker.commit.image.id')],
      ['imageRef', text('docker.commit.image.reference')],
    ]),
    says: (facts) => {
      const { 'docker.commit.image.reference': reference, 'docker.commit.image.id': image } = facts.attributes;
      const made = typeof reference === 'string' && reference !== '' ? shown(reference) : undefined;
      const result = made ?? (typeof image === 'string' ? shortId(image) : undefined);
      return `Container ${subject(facts)} was committed to an image${result === undefined ? '' : `: ${result}`}.`;
    },
  },
  'archive-path': { says: (facts) => `Files were copied out of container ${subject(facts)}.` },
  'extract-to-dir': { says: (facts) => `Files were copied into container ${subject(facts)}.` },
  copy: { says: (facts) => `Files were copied out of container ${subject(facts)}.` },
  destroy: container('was removed'),
  prune: {
    own: new Map([['reclaimed', integer('docker.prune.reclaimed_bytes')]]),
    says: ({ attributes }) =>
      `Stopped containers were pruned: ${bytes(attributes['docker.prune.reclaimed_bytes'])} given back.`,
  },
  exec_create: exec('was made ready'),
  exec_start: exec('started'),
  exec_detach: exec('lost its client'),
  exec_die: {
    ...exec(''),
    own: EXEC_DIE,
    says: (facts) => `An exec${program(facts)} in container ${subject(facts)} ended with ${exitCode(facts)}.`,
  },
  health_status: {
    suffix: (to, status) => put(to, 'docker.health.status', status),
    says: (facts) => {
      const status = facts.attributes['docker.health.status'];
      return `Container ${subject(facts)} is ${typeof status === 'string' ? shown(status) : 'checked for its health'}.`;
    },
  },
};

export const CONTAINER_MAPPING: TypeMapping = {
  own: new Map([
    ['image', image],
    ['name', text('container.name')],
  ]),
  actions: new Map(Object.entries(ACTIONS)),
  actor: (to, actorId) => put(to, 'container.id', actorId),
  other: putLabel,
  labelled: true,
  says: (facts) => `Container ${subject(facts)}: ${actionInWords(facts.event)}.`,
};
