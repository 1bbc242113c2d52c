/**
 * A private dockerd: data, sockets and pid file in a folder of its own, started here and ended by its pid. What it leaves
 * running on purpose (with live-restore) is removed before its end.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { EngineApi } from './api.ts';

export interface DockerdOptions {
  /** Containers go on while the engine is away (`--live-restore`). */
  readonly liveRestore?: boolean;
}

export class Dockerd {
  readonly host: string;
  readonly #program: string;
  readonly #args: readonly string[];
  readonly #folder: string;
  #daemon: ChildProcess | undefined;

  private constructor(program: string, folder: string, { liveRestore = false }: DockerdOptions) {
    this.host = `unix://${join(folder, 'docker.sock')}`;
    this.#program = program;
    this.#folder = folder;
    this.#args = [
      ...['--config-file', join(folder, 'daemon.json')],
      ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')],
      ...['--pidfile', join(folder, 'docker.pid'), '--host', this.host],
      // No bridge and no packet filter: containers have no network, and the machine's own is left as it is.
      ...['--bridge=none', '--iptables=false', '--ip6tables=false', '--ip-masq=false', '--shutdown-timeout=5'],
      ...(liveRestore ? ['--live-restore'] : []),
    ];
  }

  /** Ready to be spoken to. Rejects with what dockerd said when it does not start. */
  static async start(program: string, options: DockerdOptions = {}): Promise<Dockerd> {
    const folder = await mkdtemp(join(tmpdir(), 'test-engine-'));
    await writeFile(join(folder, 'daemon.json'), '{ "max-concurrent-downloads": 2 }\n');
    const dockerd = new Dockerd(program, folder, options);
    try {
      await dockerd.begin();
    } catch (error) {
      await dockerd.#removeFolder();
      throw error;
    }
    return dockerd;
  }

  /** Starts it on the data that it left behind. */
  async begin(): Promise<void> {
    this.#daemon = await launch(this.#program, this.#args, this.#folder);
  }

  /** Ends it as its users do (SIGTERM). Without live-restore its containers end first. */
  async end(): Promise<void> {
    const daemon = this.#daemon;
    if (daemon === undefined || daemon.exitCode !== null || daemon.signalCode !== null) return;
    const ended = once(daemon, 'exit');
    daemon.kill('SIGTERM');
    await ended;
  }

  /** Has it read its configuration again. */
  reload(): void {
    this.#daemon?.kill('SIGHUP');
  }

  /** It does nothing at all, and does not know it. */
  pause(): void {
    this.#daemon?.kill('SIGSTOP');
  }

  resume(): void {
    this.#daemon?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    this.resume();
    try {
      await this.#removeContainers();
    } finally {
      await this.end();
      await this.#removeFolder();
    }
  }

  async #removeContainers(): Promise<void> {
    if (this.#daemon?.exitCode !== null || this.#daemon.signalCode !== null) await this.begin();
    const api = new EngineApi(this.host);
    const { body } = await api.call('GET', '/containers/json', { query: { all: 'true' } });
    const containers: readonly { readonly Id: string }[] = JSON.parse(body.toString());
    for (const { Id } of containers) {
      await api.call('DELETE', `/containers/${Id}`, { query: { force: 'true' }, allow: [404, 409] });
    }
  }

  async #removeFolder(): Promise<void> {
    releaseMounts(this.#folder);
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Resolves when dockerd says that it listens; rejects with the end of its log when it ends before. */
async function launch(dockerd: string, args: readonly string[], folder: string): Promise<ChildProcess> {
  const daemon = spawn(dockerd, [...args], { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder });
  // A test run that is interrupted leaves no engine behind.
  const endWithUs = () => daemon.kill('SIGTERM');
  process.once('exit', endWithUs);
  const said: string[] = [];
  const ready = Promise.withResolvers<void>();
  createInterface({ input: daemon.stderr }).on('line', (line) => {
    said.push(line);
    if (line.includes('API listen on')) ready.resolve();
  });
  daemon.once('error', ready.reject);
  // All of its output has been read then.
  daemon.once('close', (code) => {
    process.removeListener('exit', endWithUs);
    ready.reject(new Error(`dockerd ended with ${code} before it listened\n${said.slice(-15).join('\n')}`.trim()));
  });
  await ready.promise;
  return daemon;
}

/** dockerd leaves mounts of its network namespaces behind, which would keep the folder from being removed. */
function releaseMounts(folder: string): void {
  const mounts = execFileSync('cat', ['/proc/self/mounts'], { encoding: 'utf8' }).split('\n');
  const ours = mounts.map((line) => line.split(' ')[1] ?? '').filter((target) => target.startsWith(`${folder}/`));
  for (const target of ours.reverse()) execFileSync('umount', ['--lazy', target]);
}
