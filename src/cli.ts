#!/usr/bin/env node
/**
 * The process around the commands: its streams, its signals, and the one place where it ends.
 *
 * Compiled code is cached, and everything is loaded after that has been turned on, because loading is most of a start.
 */
import module from 'node:module';
import type { Writable } from 'node:stream';
import { StopWishes } from './commands/stop-wish.ts';
import type { StopSignal } from './commands/world.ts';
import { systemClock } from './runtime/clock.ts';
import { boundYoungGeneration } from './runtime/heap.ts';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(`docker-events-otel needs Node 22.18 or newer, and this is ${process.version}.\n`);
  process.exit(1);
}

module.enableCompileCache();
boundYoungGeneration(process.execArgv, process.env['NODE_OPTIONS']);

/** How long the last lines may take to leave the process, for a reader that is slow or stuck. */
const LAST_WORDS_MS = 1000;

const stop = Promise.withResolvers<StopSignal>();
const wishes = new StopWishes(systemClock);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    const wish = wishes.note(signal);
    // The numbers are what a shell says of a process that a signal ended.
    if (wish === 'end') process.exit(signal === 'SIGINT' ? 130 : 143);
    if (wish === 'stop') stop.resolve(signal);
  });
}

const [{ runProgram }, { systemMachine }, { systemRandom }] = await Promise.all([
  import('./commands/program.ts'),
  import('./runtime/machine.ts'),
  import('./runtime/random.ts'),
]);

const { stdout, stderr, env } = process;
for (const output of [stdout, stderr]) {
  // That a reader is gone is told by the write that fails; without a listener it would end the process.
  output.on('error', () => {});
}

const code = await runProgram(
  {
    stdout,
    stderr,
    env,
    machine: systemMachine(),
    clock: systemClock,
    random: systemRandom,
    stop: stop.promise,
    onReload: (listener) => void process.on('SIGHUP', listener),
  },
  process.argv.slice(2),
);
systemClock.after(LAST_WORDS_MS, () => process.exit(code));
await Promise.all([stdout, stderr].map(written));
process.exit(code);

/** Resolves when everything before has left the process, or cannot. */
function written(output: Writable): Promise<void> {
  return new Promise((resolve) => output.write('', () => resolve()));
}
