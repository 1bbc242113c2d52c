/**
 * The docker command's contexts, as it keeps them: `contexts/meta/<id>/meta.json` and `contexts/tls/<id>/docker/*.pem` in
 * its configuration folder, where the id is the SHA-256 of the name. Go reads JSON keys whatever their case, so does
 * this.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Result } from '../model/engine.ts';
import { type Endpoint, parseEndpoint } from './endpoint.ts';
import type { Surroundings } from './surroundings.ts';
import type { TlsFiles } from './tls-files.ts';

export interface ContextEndpoint {
  readonly endpoint: Endpoint;
  /** Undefined when the context holds no TLS files and does not say how to check. */
  readonly tls: TlsFiles | undefined;
}

/** `DOCKER_CONFIG`, or `.docker` in the home folder. */
export function configFolder({ env, homeFolder }: Surroundings): string {
  return env['DOCKER_CONFIG'] || join(homeFolder, '.docker');
}

/** `currentContext` of config.json; undefined when there is none, or no file. */
export async function currentContext(surroundings: Surroundings): Promise<Result<string | undefined, string>> {
  const path = join(configFolder(surroundings), 'config.json');
  const text = await readText(path, surroundings);
  if (text === undefined) return { ok: true, value: undefined };
  const config = parse(text);
  if (config === undefined)
    return {
      ok: false,
      problem: `${path} is not a JSON object. Repair it, or say where the engine is with DOCKER_HOST.`,
    };
  const name = field(config, 'currentContext');
  return { ok: true, value: typeof name === 'string' && name !== '' ? name : undefined };
}

/** The endpoint of a context; the problem is a whole sentence or more. */
export async function readContext(name: string, surroundings: Surroundings): Promise<Result<ContextEndpoint, string>> {
  const id = createHash('sha256').update(name).digest('hex');
  const contexts = join(configFolder(surroundings), 'contexts');
  const path = join(contexts, 'meta', id, 'meta.json');
  const text = await readText(path, surroundings);
  if (text === undefined) {
    return problem(
      `There is no context "${name}": ${path} cannot be read. \`docker context ls\` shows the contexts there are.`,
    );
  }
  const docker = field(field(parse(text), 'Endpoints'), 'docker');
  const host = field(docker, 'Host');
  if (typeof host !== 'string' || host === '') {
    return problem(
      `The context "${name}" names no docker endpoint in ${path}. \`docker context inspect\` shows what it holds.`,
    );
  }
  const endpoint = parseEndpoint(host);
  if (!endpoint.ok) return problem(`The endpoint of the context "${name}" ${endpoint.problem}`);
  return {
    ok: true,
    value: { endpoint: endpoint.value, tls: await tlsOf(docker, join(contexts, 'tls', id, 'docker'), surroundings) },
  };
}

async function tlsOf(docker: unknown, folder: string, surroundings: Surroundings): Promise<TlsFiles | undefined> {
  const files = await pemFiles(folder, surroundings);
  const skip = field(docker, 'SkipTLSVerify') === true;
  const none = files.ca === undefined && files.cert === undefined && files.key === undefined;
  return none && !skip ? undefined : { ...files, verify: !skip };
}

/** Those of `ca.pem`, `cert.pem` and `key.pem` that are in a folder. */
export async function pemFiles(folder: string, surroundings: Surroundings): Promise<Omit<TlsFiles, 'verify'>> {
  const present = async (name: string) => {
    const path = join(folder, name);
    return (await surroundings.look(path)) === undefined ? undefined : path;
  };
  return { ca: await present('ca.pem'), cert: await present('cert.pem'), key: await present('key.pem') };
}

/** Undefined when it cannot be read; what that means is for the caller, who knows whether it had to be there. */
async function readText(path: string, surroundings: Surroundings): Promise<string | undefined> {
  try {
    return (await surroundings.read(path)).toString('utf8');
  } catch {
    return undefined;
  }
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The value of a key, whatever its case; undefined where there is no object. */
function field(value: unknown, key: string): unknown {
  if (!isObject(value)) return undefined;
  return Object.entries(value).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function problem(text: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem: text };
}
