/**
 * One storage directory, one engine and one backend, and collectors that die one after the other. Keeps account of what
 * the engine told and of what the backend was sent, and by which of them.
 *
 *     const trial = await Trial.begin(seed);
 *     await trial.live({ point: 'lane.sending', count: 3 });      // works until it is gone
 *     await trial.liveOn();                                       // works until everything has arrived, and is stopped
 *     assert.deepEqual(complaints(trial.tally, trial.told), []);
 *     await trial.end();
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { MarkedPoint } from '../../src/model/mark.ts';
import type { Random } from '../../src/runtime/random.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { type OtlpSink, startOtlpSink } from '../support/otlp-sink.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { soon } from '../support/soon.ts';
import { SpanTally } from '../support/span-tally.ts';
import { Tally } from '../support/tally.ts';
import { complaints } from './account.ts';
import { RULES } from './alerts.ts';
import { Stories, type Told } from './stories.ts';

type Child = ChildProcessByStdio<Writable, null, Readable>;

/** The marked point and the how manieth time at it, or after how many requests to the backend somebody kills it. */
export type Death = { readonly point: MarkedPoint; readonly count: number } | { readonly afterRequests: number };

export interface TrialOptions {
  readonly seed: number;
  /** Further lines of the configuration's `receivers.docker_events`, `processors.batch` and `storage`. */
  readonly receiver?: string;
  readonly batch?: string;
  readonly storage?: string;
  /** A second exporter with a backend of its own, which is like that until the last collector has delivered to the first. */
  readonly stuckBackend?: 'answers_503' | 'is_not_there';
}

export interface LastLife {
  /** So many events happen. */
  readonly events?: number;
  /** So many records that are no event of the engine are waited for, besides all events. */
  readonly added?: number;
  /** What is waited for in its log; then one event more happens. */
  readonly says?: string;
  readonly signal?: 'SIGTERM' | 'SIGKILL';
}

/** Requests that a collector has on their way at once (4), and as many that it may not yet have written down as done. */
export const IN_FLIGHT = 8;

/** What no collector has read yet must still be in the engine's memory of 256 events. */
const UNDELIVERED_MAX = 160;

/** A point that was not come by after so many events will not be. */
const EVENTS_MAX = 6000;

export class Trial {
  readonly engine: FakeEngine;
  readonly sink: OtlpSink;
  readonly tally: Tally;
  readonly spans: SpanTally;
  /** Of the second exporter; unused where there is none. */
  readonly stuck: OtlpSink;
  readonly stuckTally: Tally;
  readonly stuckSpans: SpanTally;
  readonly told: Told[] = [];
  readonly random: Random;
  readonly #options: TrialOptions;
  readonly #stories: Stories;
  readonly #folder: string;
  #life = 0;
  #child: Child | undefined;

  private constructor(options: TrialOptions, engine: FakeEngine, sinks: readonly [OtlpSink, OtlpSink], folder: string) {
    this.#options = options;
    this.engine = engine;
    [this.sink, this.stuck] = sinks;
    this.tally = new Tally(this.sink);
    this.spans = new SpanTally(this.sink);
    this.stuckTally = new Tally(this.stuck);
    this.stuckSpans = new SpanTally(this.stuck);
    this.random = seededRandom(options.seed);
    this.#stories = new Stories(this.random);
    this.#folder = folder;
  }

  static async begin(options: TrialOptions): Promise<Trial> {
    const engine = await FakeEngine.start();
    engine.serveRing();
    const sinks = [await startOtlpSink({ kind: 'http' }), await startOtlpSink({ kind: 'http' })] as const;
    const folder = await mkdtemp(join(tmpdir(), 'trial-'));
    await writeFile(join(folder, 'rules.yaml'), RULES);
    if (options.stuckBackend === 'is_not_there') await sinks[1].refuse();
    else sinks[1].answerAlways({ status: 503 });
    return new Trial(options, engine, sinks, folder);
  }

  /** A collector that works until it dies as it is meant to; then a little more happens, while nobody reads. */
  async live(death: Death): Promise<void> {
    const child = this.#start(death);
    const ended = once(child, 'close');
    const [signal, log] = await this.#work(child, ended, death);
    if (signal !== 'SIGKILL') throw new Error(`the collector was to die at ${nameOf(death)} and did not:\n${log}`);
    this.publish(this.#below(40));
  }

  /** A collector that works until everything has arrived, and is then told to stop. */
  async liveOn({ events = 40, added = 0, says, signal = 'SIGTERM' }: LastLife = {}): Promise<void> {
    const child = this.#start(undefined);
    const log = logOf(child);
    const ended = once(child, 'close').then(() => {
      throw new Error(`the collector ended:\n${log()}`);
    });
    this.publish(events);
    await this.#arrival(this.tally, 0, ended);
    const everything = this.sink.waitUntil(() => this.tally.added.length >= added);
    await soon(
      Promise.race([everything, ended]),
      () => `${this.tally.added.length} of ${added} came besides\n${log()}`,
    );
    if (this.#options.stuckBackend !== undefined) {
      if (this.#options.stuckBackend === 'is_not_there') await this.stuck.listenAgain();
      this.stuck.answerAlways('take');
      await this.#arrival(this.stuckTally, 0, ended);
    }
    if (says !== undefined) {
      while (!log().includes(says)) await Promise.race([once(child.stderr, 'data'), ended]);
      this.publish(1);
      await this.#arrival(this.tally, 0, ended);
    }
    child.kill(signal);
    await ended.catch(() => {});
    if (signal === 'SIGTERM' && child.exitCode !== 0)
      throw new Error(`the collector ended with ${child.exitCode}:\n${log()}`);
  }

  publish(count: number): void {
    const told = this.#stories.tell(count);
    this.told.push(...told);
    for (const { line } of told) this.engine.publish(line);
    this.engine.containers = this.#stories.containers;
  }

  /** The engine is started anew: it has forgotten everything, and its containers are gone. Gives their ids. */
  async restartEngine(): Promise<readonly string[]> {
    await this.engine.restart();
    const gone = this.#stories.forget();
    this.engine.containers = this.#stories.containers;
    return gone;
  }

  async end(): Promise<void> {
    const child = this.#child;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
    }
    await this.engine.stop();
    await this.sink.stop();
    await this.stuck.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Events in small portions, some of them still on their way when the next come. */
  async #work(child: Child, ended: Promise<unknown>, death: Death): Promise<readonly [string | null, string]> {
    const log = logOf(child);
    const gone = () => child.exitCode !== null || child.signalCode !== null;
    const from = this.told.length;
    while (!gone() && this.told.length - from < EVENTS_MAX) {
      const room = UNDELIVERED_MAX - (this.told.length - this.tally.events);
      this.publish(Math.min(room, 1 + this.#below(30)));
      await this.#arrival(this.tally, this.#below(60), ended);
      if ('afterRequests' in death && this.tally.requestsOf(this.#life) >= death.afterRequests) {
        for (let turns = this.#below(20); turns > 0; turns -= 1) await setImmediate();
        child.kill('SIGKILL');
        break;
      }
    }
    if (!gone() && !('afterRequests' in death)) child.kill('SIGTERM');
    await ended;
    return [child.signalCode, log()];
  }

  /** Resolves when no more events than this have not arrived, or it `ended`; rejects with what is wrong when that takes long. */
  async #arrival(tally: Tally, missing: number, ended: Promise<unknown>): Promise<void> {
    const sink = tally === this.tally ? this.sink : this.stuck;
    const left = () => this.told.length - tally.events;
    const arrived = sink.waitUntil(() => left() <= missing);
    await soon(Promise.race([arrived, ended]), () => {
      return [`${left()} events are missing`, ...complaints(tally, this.told).slice(0, 5)].join('\n');
    });
  }

  #start(death: Death | undefined): Child {
    this.#life += 1;
    const words = death !== undefined && 'point' in death ? [death.point, String(death.count)] : [];
    const child = spawn(process.execPath, [join(import.meta.dirname, 'mortal.ts'), this.#config(), ...words], {
      stdio: ['pipe', 'ignore', 'pipe'],
      // Loading is most of such a life.
      env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') },
    });
    this.#child = child;
    return child;
  }

  #config(): string {
    const { receiver = '', batch = '', storage = '', stuckBackend } = this.#options;
    const headers = `{x-life: "${this.#life}"}`;
    const retry = '{initial_interval: 10ms, max_interval: 20ms}';
    const isOne = stuckBackend === undefined;
    const exporters = isOne ? 'otlp_http' : 'otlp_http, otlp_http/stuck';
    const to = ({ endpoint }: OtlpSink) => `{endpoint: "${endpoint}", headers: ${headers}, retry: ${retry}}`;
    return `
receivers: {docker_events: {host: "${this.engine.host}", reconnect_initial: 10ms, ${receiver}}}
processors: {batch: {flush_interval: 10ms, batch_size: 16, ${batch}}}
exporters: {otlp_http: ${to(this.sink)}${isOne ? '' : `, otlp_http/stuck: ${to(this.stuck)}`}}
rules: {bundled: false, files: ["${join(this.#folder, 'rules.yaml')}"]}
storage: {directory: "${join(this.#folder, 'storage')}", ${storage}}
service:
  telemetry: {logs: {level: info, format: json}}
  pipelines:
    logs: {processors: [filter, redact, batch], exporters: [${exporters}]}
    traces: {processors: [filter, redact, batch], exporters: [${exporters}]}
`;
  }

  #below(limit: number): number {
    return Math.floor(this.random.fraction() * limit);
  }
}

function logOf(child: Child): () => string {
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  return () => log;
}

function nameOf(death: Death): string {
  return 'point' in death ? `${death.point}, ${death.count}` : `${death.afterRequests} requests`;
}
