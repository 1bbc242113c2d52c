/**
 * An engine on another machine, through the system's own `ssh`, the way the docker command does it: `docker system
 * dial-stdio` on the other side joins its standard input and output to the engine's socket.
 *
 * OpenSSH therefore checks the host key against the user's known_hosts and reads the user's configuration, agent and
 * jump hosts. It never asks: what would need an answer (an unknown host key, a passphrase) fails instead.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { Duplex, type Readable, type Writable } from 'node:stream';
import type { SshEndpoint } from './endpoint.ts';

/** `ssh` could not be run, or ended with a failure; `stderr` is what it said. */
export class SshFailure extends Error {
  /** Undefined when it was ended by a signal or could not be started. */
  readonly exitCode: number | undefined;
  readonly stderr: string;
  /** `ENOENT` when there is no ssh on this machine. */
  readonly spawnCode: string | undefined;

  constructor(exitCode: number | undefined, stderr: string, spawnCode?: string) {
    super(`ssh ended with ${exitCode ?? spawnCode ?? 'a signal'}`);
    this.name = 'SshFailure';
    this.exitCode = exitCode;
    this.stderr = stderr;
    this.spawnCode = spawnCode;
  }
}

/** The arguments of `ssh`. Everything after `--` is a host and a command, whatever it looks like. */
export function sshArguments(endpoint: SshEndpoint): string[] {
  const docker =
    endpoint.socketPath === undefined ? ['docker'] : ['docker', '--host', quoted(`unix://${endpoint.socketPath}`)];
  return [
    '-T',
    ...['-o', 'BatchMode=yes'],
    ...['-o', 'ConnectTimeout=30'],
    // Notices a peer that is gone, where TCP alone would wait for hours.
    ...['-o', 'ServerAliveInterval=30'],
    // A master that stays behind would hold our pipes open after the connection has ended.
    ...['-o', 'ControlMaster=no'],
    ...(endpoint.user === undefined ? [] : ['-l', endpoint.user]),
    ...(endpoint.port === undefined ? [] : ['-p', String(endpoint.port)]),
    '--',
    endpoint.host,
    ...docker,
    'system',
    'dial-stdio',
  ];
}

/** For the shell on the other machine, which is handed one string. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Runs `ssh`; the stream is its standard input and output. */
export function dialSsh(endpoint: SshEndpoint, env: Readonly<Record<string, string | undefined>>): Duplex {
  const child = spawn('ssh', sshArguments(endpoint), {
    stdio: ['pipe', 'pipe', 'pipe'],
    // A session of its own: it has no terminal to ask on, and Ctrl-C is for us to act on.
    detached: process.platform !== 'win32',
    windowsHide: true,
    env: { ...env },
  });
  return new ChildStream(child);
}

/** More than anybody will read of what ssh complains about. */
const STDERR_MAX = 4096;

class ChildStream extends Duplex {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  #stderr = '';

  constructor(child: ChildProcessByStdio<Writable, Readable, Readable>) {
    super({ allowHalfOpen: true });
    this.#child = child;
    child.stdout.on('data', (bytes: Buffer) => {
      if (!this.push(bytes)) child.stdout.pause();
    });
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_MAX);
    });
    // The exit says more than a broken pipe; `close` comes after it and after the last byte.
    child.stdin.on('error', () => child.stdin.destroy());
    child.once('error', (error: NodeJS.ErrnoException) => this.destroy(new SshFailure(undefined, '', error.code)));
    child.once('close', (exitCode) => {
      if (exitCode === 0) this.push(null);
      else this.destroy(new SshFailure(exitCode ?? undefined, this.#stderr));
    });
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#child.stdin.writable) this.#child.stdin.write(bytes, () => done());
    else done();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#child.stdin.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#child.stdin.destroy();
    this.#child.kill();
    done(error);
  }
}
