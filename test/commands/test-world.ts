/** A process made of values, for commands that run inside a test. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { runProgram } from '../../src/commands/program.ts';
import type { CommandWorld, ExitCode, StopSignal } from '../../src/commands/world.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { realMachine } from '../support/surroundings.ts';

/** A stream that keeps what is written, and tells when it holds what a test waits for. */
export class Kept extends Writable {
  text = '';
  #waiting: { pattern: RegExp; resolve: () => void }[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    this.#waiting = this.#waiting.filter(({ pattern, resolve }) => {
      if (!pattern.test(this.text)) return true;
      resolve();
      return false;
    });
    done();
  }

  /** Resolves when the text matches. */
  async has(pattern: RegExp): Promise<void> {
    if (pattern.test(this.text)) return;
    await new Promise<void>((resolve) => this.#waiting.push({ pattern, resolve }));
  }

  get lines(): string[] {
    return this.text.split('\n').slice(0, -1);
  }
}

export interface TestWorld extends CommandWorld {
  readonly stdout: Kept;
  readonly stderr: Kept;
  readonly clock: FakeClock;
  /** What the operating system does when somebody asks for the configuration to be read again. */
  hangUp(): void;
  /** What the operating system does when somebody asks for an end. */
  signal(signal: StopSignal): void;
  /** Runs a command line. */
  program(...args: string[]): Promise<ExitCode>;
}

/** Nothing is kept on disk, and nothing listened at, unless `env` or an option says where. */
export function testWorld(env: Readonly<Record<string, string>> = {}): TestWorld {
  const stop = Promise.withResolvers<StopSignal>();
  const reloads: (() => void)[] = [];
  const world: TestWorld = {
    stdout: new Kept(),
    stderr: new Kept(),
    env: { DOCKER_EVENTS_OTEL_STORAGE: 'none', DOCKER_EVENTS_OTEL_LISTEN: 'none', ...env },
    machine: { platform: 'linux', isRoot: false, homeFolder: '/nonexistent' },
    clock: new FakeClock(),
    random: seededRandom(1),
    surroundings: realMachine({}),
    stop: stop.promise,
    onReload: (listener) => void reloads.push(listener),
    hangUp() {
      for (const listener of reloads) listener();
    },
    signal: stop.resolve,
    program: (...args) => runProgram(world, args),
  };
  return world;
}

/** A folder of one test's files, removed after the test. */
export class Folder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<Folder> {
    return new Folder(await mkdtemp(join(tmpdir(), 'commands-')));
  }

  /** Resolves with the file's path. */
  async file(name: string, text: string): Promise<string> {
    const path = join(this.path, name);
    await writeFile(path, text);
    return path;
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true });
  }
}
