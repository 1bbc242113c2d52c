/**
 * Keeps a running session up to date with its files: on SIGHUP, and when one of them has changed.
 *
 *   SIGHUP, a change ──► read all of it ──► right? ──► rules and processors are replaced between two readings of the stream
 *                                            └── no ──► everything that is wrong is told, and what runs goes on
 *
 * No event is lost or told twice by it. What cannot be changed while it runs (engines, exporters, storage, queues) is told,
 * and waits for a restart.
 */
import { FileWatch } from '../runtime/file-watch.ts';
import { reloaded, reloadRefused, restartNeeded } from './happenings.ts';
import { configPath, loadOptions, type SharedOptions } from './options.ts';
import type { Session } from './session.ts';
import type { CommandWorld } from './world.ts';

export class Reloader {
  readonly #world: CommandWorld;
  readonly #options: SharedOptions;
  readonly #session: Session;
  readonly #watch: FileWatch;
  #running: Promise<void> | undefined;
  #isAskedAgain = false;

  constructor(world: CommandWorld, options: SharedOptions, session: Session) {
    this.#world = world;
    this.#options = options;
    this.#session = session;
    const config = configPath(world, options);
    this.#watch = new FileWatch({
      clock: world.clock,
      intervalMs: session.config.service.reloadIntervalMs,
      files: () => [...(config === undefined ? [] : [config]), ...session.collector.watchedFiles],
      onChange: () => this.reload(),
    });
  }

  async start(): Promise<void> {
    this.#world.onReload?.(() => this.reload());
    await this.#watch.start();
  }

  stop(): void {
    this.#watch.stop();
  }

  /** Once more afterwards where it is asked for meanwhile: the files may have changed behind the reading. */
  reload(): void {
    if (this.#running !== undefined) {
      this.#isAskedAgain = true;
      return;
    }
    this.#running = this.#readAgain().finally(() => {
      this.#running = undefined;
      if (!this.#isAskedAgain) return;
      this.#isAskedAgain = false;
      this.reload();
    });
  }

  async #readAgain(): Promise<void> {
    const { telemetry, collector } = this.#session;
    const loaded = await loadOptions(this.#world, this.#options);
    const result = loaded.ok ? await collector.reload(loaded.value.config) : loaded;
    if (!result.ok) {
      telemetry.report(reloadRefused(result.problem));
      return;
    }
    telemetry.report(reloaded(result.value.rules));
    if (result.value.isRestartNeeded) telemetry.report(restartNeeded());
  }
}
