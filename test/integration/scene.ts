/**
 * What a test has around it: an engine with a witness, backends, collectors and folders, all of which end with it.
 *
 *     const scene = await Scene.open(source);         // in before()
 *     const sink = await scene.sink();
 *     const collector = scene.collector({ sink, storage: await scene.folder() });
 *     await scene.tidy();                             // in afterEach(): all but the engine ends
 *     await scene.close();                            // in after()
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OtlpSink, startOtlpSink } from '../support/otlp-sink.ts';
import { arrival } from './arrivals.ts';
import { type CollectorParts, CollectorProcess } from './collector-process.ts';
import type { Dockerd, DockerdOptions } from './dockerd.ts';
import { type EngineSource, startEngine } from './engine.ts';
import { EventReader, type SeenEvent } from './reader.ts';
import { importImage, mark, openWorld, type World } from './world.ts';

const EVERYTHING = join(import.meta.dirname, 'everything.yaml');

export class Scene {
  readonly world: World;
  readonly #closers: (() => Promise<unknown>)[] = [];
  #marks = 0;
  #lives = 0;

  private constructor(world: World) {
    this.world = world;
  }

  static async open(source: EngineSource, options: DockerdOptions = {}): Promise<Scene> {
    const engine = await startEngine(source, options);
    try {
      const world = await openWorld(engine, await EventReader.open(engine.host));
      await importImage(world);
      return new Scene(world);
    } catch (error) {
      await engine.stop();
      throw error;
    }
  }

  /** The engine, where it was started for this scene. */
  get dockerd(): Dockerd {
    const { own } = this.world.engine;
    assert.ok(own, 'only an engine of its own can be ended and paused');
    return own;
  }

  mark(): Promise<SeenEvent> {
    this.#marks += 1;
    return mark(this.world, `${this.#marks}`);
  }

  /** A mark that has arrived. */
  async markArrived(sink: OtlpSink, collector: CollectorProcess): Promise<SeenEvent> {
    const marked = await this.mark();
    await arrival(marked, sink, collector);
    return marked;
  }

  async sink(kind: 'http' | 'grpc' = 'http'): Promise<OtlpSink> {
    const sink = await startOtlpSink({ kind });
    this.endLater(() => sink.stop());
    return sink;
  }

  /** A folder of its own. */
  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'collector-'));
    this.endLater(() => rm(folder, { recursive: true, force: true }));
    return folder;
  }

  /** The arguments that name a configuration file with this text, together with that of every collector here. */
  configured(text: string): Promise<readonly string[]> {
    return this.configuredAlone(`${readFileSync(EVERYTHING, 'utf8')}${text}`);
  }

  /** The arguments that name a configuration file with this text and no more. */
  async configuredAlone(text: string): Promise<readonly string[]> {
    const path = join(await this.folder(), 'collector.yaml');
    await writeFile(path, text);
    return ['--config', path];
  }

  /** Each is another one for the backend. It tells every event and nothing else, unless its arguments name a file. */
  collector(parts: Partial<CollectorParts> & Pick<CollectorParts, 'sink'>): CollectorProcess {
    this.#lives += 1;
    const { args = [] } = parts;
    const collector = CollectorProcess.run({
      host: this.world.engine.host,
      life: this.#lives,
      ...parts,
      args: args.includes('--config') ? args : [...args, '--config', EVERYTHING],
    });
    this.endLater(() => collector.stop());
    return collector;
  }

  endLater(close: () => Promise<unknown>): void {
    this.#closers.push(close);
  }

  /** Ends everything but the engine and its witness, the last made first. */
  async tidy(): Promise<void> {
    this.#lives = 0;
    for (const close of this.#closers.splice(0).reverse()) await close();
  }

  async close(): Promise<void> {
    await this.tidy();
    this.world.reader.close();
    await this.world.engine.stop();
  }
}
