import assert from 'node:assert/strict';
import { usualDirectory } from '../../src/config/storage.ts';
import type { Machine } from '../../src/runtime/machine.ts';
import { loaded } from './support.ts';

const LINUX: Machine = { platform: 'linux', isRoot: false, homeFolder: '/home/me' };
const ROOT: Machine = { ...LINUX, isRoot: true, homeFolder: '/root' };
const MAC: Machine = { platform: 'darwin', isRoot: true, homeFolder: '/Users/me' };
const WINDOWS: Machine = { platform: 'win32', isRoot: false, homeFolder: 'C:\\Users\\me' };
const HOMELESS: Machine = { ...LINUX, homeFolder: '' };

async function directory(...sources: Parameters<typeof loaded>) {
  return (await loaded(...sources)).config.storage?.directory;
}

describe('the folder that nobody named', () => {
  const CASES: readonly (readonly [string, Machine, Record<string, string>, string | undefined])[] = [
    ['is the system’s for root', ROOT, { XDG_STATE_HOME: '/x' }, '/var/lib/docker-events-otel'],
    ['is in the home folder of a person', LINUX, {}, '/home/me/.local/state/docker-events-otel'],
    ['is where XDG_STATE_HOME says', LINUX, { XDG_STATE_HOME: '/x' }, '/x/docker-events-otel'],
    ['is not beside the current folder', LINUX, { XDG_STATE_HOME: 'x' }, '/home/me/.local/state/docker-events-otel'],
    ['is the one that systemd made, first of all', ROOT, { STATE_DIRECTORY: '/var/lib/a:/var/lib/b' }, '/var/lib/a'],
    [
      'is the application’s on macOS, for everybody',
      MAC,
      {},
      '/Users/me/Library/Application Support/docker-events-otel',
    ],
    ['is local to the machine on Windows', WINDOWS, { LOCALAPPDATA: 'D:\\L' }, 'D:\\L\\docker-events-otel'],
    ['is found on Windows without it', WINDOWS, {}, 'C:\\Users\\me\\AppData\\Local\\docker-events-otel'],
    ['is one on other systems, too', { ...ROOT, platform: 'freebsd' }, {}, '/root/.local/state/docker-events-otel'],
    ['is none where there is no home', HOMELESS, {}, undefined],
  ];
  for (const [it_, machine, env, expected] of CASES) {
    it(it_, () => assert.equal(usualDirectory(env, machine), expected));
  }
});

describe('the storage', () => {
  it('is on, with its bounds, where a machine is known', async () => {
    const { config, warnings } = await loaded(undefined, { machine: LINUX });
    assert.deepEqual(config.storage, {
      directory: '/home/me/.local/state/docker-events-otel',
      max_size: 1024 ** 3,
      max_age: 168 * 3_600_000,
      history: 16 * 1024 ** 2,
    });
    assert.deepEqual(warnings, []);
  });

  it('is off for a program that names no machine and no folder', async () => {
    const { config, warnings } = await loaded();
    assert.equal(config.storage, undefined);
    assert.deepEqual(warnings, []);
  });

  it('is off on a machine without a home, and that is told', async () => {
    const { config, warnings } = await loaded(undefined, { machine: HOMELESS });
    assert.equal(config.storage, undefined);
    assert.deepEqual(warnings, [
      'Nothing is kept on disk: this process has no home folder to keep it in. Name a folder with --storage or storage.directory, or say none.',
    ]);
    const named = await loaded(undefined, { machine: HOMELESS, env: { DOCKER_EVENTS_OTEL_STORAGE: 'none' } });
    assert.deepEqual(named.warnings, []);
  });

  it('is where the command line says, else the file, else the environment', async () => {
    const env = { DOCKER_EVENTS_OTEL_STORAGE: '/env' };
    const file = 'storage: {directory: /file, max_size: 64MiB}\n';
    assert.equal(await directory(undefined, { machine: ROOT, env }), '/env');
    assert.equal(await directory(file, { machine: ROOT, env }), '/file');
    const args = { storage: '/args' };
    const { config } = await loaded(file, { machine: ROOT, env, args });
    assert.equal(config.storage?.directory, '/args');
    assert.equal(config.storage?.max_size, 64 * 1024 ** 2);
  });

  it('is off where the nearest of them says none', async () => {
    const env = { DOCKER_EVENTS_OTEL_STORAGE: 'none' };
    assert.equal(await directory(undefined, { machine: ROOT, env }), undefined);
    assert.equal(await directory('storage: {directory: none}\n', { machine: ROOT }), undefined);
    assert.equal(await directory('storage: {directory: none}\n', { args: { storage: './none' } }), './none');
    assert.equal(await directory('storage: {directory: /x}\n', { args: { storage: 'none' } }), undefined);
  });

  it('may be written without anything in it', async () => {
    assert.equal(await directory('storage:\n', { machine: ROOT }), '/var/lib/docker-events-otel');
  });
});
