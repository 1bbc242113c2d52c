/**
 * Keeps a running session up to date with its files: on SIGHUP, and when one of them has changed.
 *
 *   SIGHUP, a change ──► read all of it ──► right? ──► rules and processors are replaced between two readings of the stream
 *                                            └── no ──► everything that is wrong is told, and what runs goes on
 *
 * No event is lost or told twice by it. What cannot be changed while it runs (engines, exporters, storage, queues) is told,
 * and waits for a restart. Whoever asks while the session is still being started is heard, and served when it runs: a SIGHUP
 * that nobody hears would end the process.
 */
import { FileWatch } from '../runtime/file-watch.ts';
import { reloaded, reloadRefused, restartNeeded } from './happenings.ts';
import { configPath, loadOptions, type SharedOptions } from './options.ts';
import type { Session } from './session.ts';
import type { CommandWorld } from './world.ts';

export class Reloader {
  readonly #world: CommandWorld;
  readonly #options: SharedOptions;
  #session: Session | undefined;
  #watch: FileWatch | undefined;
  #running: Promise<void> | undefined;
  #isAskedAgain = false;

  /** Hears from now on who asks. */
  constructor(world: CommandWorld, options: SharedOptions) {
    this.#world = world;
    this.#options = options;
    world.onReload?.(() => this.reload());
  }

  /** Looks at the session's files from now on. To be called before the session is started: they may change meanwhile. */
  async watch(session: Session): Promise<void> {
    const config = configPath(this.#world, this.#options);
    this.#watch = new FileWatch({
      clock: this.#world.clock,
      intervalMs: session.config.service.reloadIntervalMs,
      files: () => [...(config === undefined ? [] : [config]), ...session.collector.watchedFiles],
      onChange: () => this.reload(),
    });
    await this.#watch.start();
  }

  /** The session runs. */
  serve(session: Session): void {
    this.#session = session;
    this.#reloadIfAskedAgain();
  }

  stop(): void {
    this.#watch?.stop();
  }

  /** Once more afterwards where it is asked for meanwhile: the files may have changed behind the reading. */
  reload(): void {
    if (this.#session === undefined || this.#running !== undefined) {
      this.#isAskedAgain = true;
      return;
    }
    this.#running = this.#readAgain(this.#session).finally(() => {
      this.#running = undefined;
      this.#reloadIfAskedAgain();
    });
  }

  #reloadIfAskedAgain(): void {
    if (!this.#isAskedAgain) return;
    this.#isAskedAgain = false;
    this.reload();
  }

  async #readAgain({ telemetry, collector }: Session): Promise<void> {
    const loaded = await loadOptions(this.#world, this.#options);
    const result = loaded.ok ? await collector.reload(loaded.value.config) : loaded;
    if (!result.ok) {
      telemetry.report(reloadRefused(result.problem));
      return;
    }
    const { rules, isRestartNeeded } = result.value;
    telemetry.report(reloaded(rules));
    if (isRestartNeeded) telemetry.report(restartNeeded());
  }
}
