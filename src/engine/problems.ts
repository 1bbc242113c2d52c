/**
 * Why an engine could not be reached or read, in words for the person who has to do something about it: what was tried,
 * what came, what to do next. One table from what Node, OpenSSL, ssh and HTTP say to an {@link EngineProblem}.
 *
 * Answers of strangers (a proxy's page, an engine's error) are quoted masked and cut.
 */
import type { EngineProblem, EngineProblemCode } from '../model/engine.ts';
import { answerProblem, foreignProblem } from './answer-problems.ts';
import type { Endpoint } from './endpoint.ts';
import { ForeignAnswer, RefusedAnswer } from './exchange.ts';
import { noSuchSocket, notASocket, permissionDenied, socketRefused } from './socket-problems.ts';
import { SshFailure } from './ssh.ts';
import { sshProblem } from './ssh-problems.ts';
import type { Surroundings } from './surroundings.ts';
import { tlsProblem } from './tls-problems.ts';

/** What was going on when it failed. */
export interface Attempt {
  readonly endpoint: Endpoint;
  /** The endpoint as it is shown. */
  readonly text: string;
  /** `GET /version`. */
  readonly request: string;
  /** The API version that the request was made with; undefined for an unversioned one. */
  readonly apiVersion: string | undefined;
  /** Milliseconds after which the request was given up; undefined when there was no limit. */
  readonly timeoutMs: number | undefined;
  readonly timedOut: boolean;
}

/** Total: whatever was thrown, there is a problem to show. */
export async function explain(error: unknown, attempt: Attempt, surroundings: Surroundings): Promise<EngineProblem> {
  if (attempt.timedOut) return timedOut(attempt);
  if (error instanceof RefusedAnswer) return answerProblem(error, attempt);
  if (error instanceof ForeignAnswer) return foreignProblem(error.body, attempt);
  if (error instanceof SshFailure) return sshProblem(error, attempt.text);
  const code = codeOf(error);
  const tls = tlsProblem(code, error, attempt);
  if (tls !== undefined) return tls;
  if (code.startsWith('HPE_')) return foreignProblem('', attempt);
  const { endpoint } = attempt;
  if (endpoint.kind === 'unix' || endpoint.kind === 'npipe') {
    return explainLocal(code, error, endpoint.path, attempt, surroundings);
  }
  return explainRemote(code, error, attempt);
}

async function explainLocal(
  code: string,
  error: unknown,
  path: string,
  attempt: Attempt,
  surroundings: Surroundings,
): Promise<EngineProblem> {
  switch (code) {
    case 'ENOENT':
      return noSuchSocket(attempt.text, path);
    case 'ENOTSOCK':
    case 'ECONNREFUSED': {
      const found = await surroundings.look(path);
      return found === undefined || found.kind === 'socket'
        ? socketRefused(attempt.text)
        : notASocket(attempt.text, path, found);
    }
    case 'EACCES':
    case 'EPERM':
      return permissionDenied(attempt.text, await surroundings.look(path), surroundings.user());
    default:
      return connectionLost(error, attempt);
  }
}

function explainRemote(code: string, error: unknown, attempt: Attempt): EngineProblem {
  const { text } = attempt;
  const host = attempt.endpoint.kind === 'tcp' ? attempt.endpoint.host : text;
  switch (code) {
    case 'ECONNREFUSED':
      return problem(
        'connection_refused',
        `Nobody listens at ${text}: the connection was refused. Check the port, that the engine is running, and that it listens there (dockerd -H tcp://…).`,
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return problem(
        'host_not_found',
        `The host "${host}" of ${text} has no address (${code}). Check its spelling and this machine's DNS; in a compose file the proxy's service name must be on a network of this service.`,
      );
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
    case 'EADDRNOTAVAIL':
      return problem(
        'host_unreachable',
        `There is no way to ${text} from here (${code}). Check the network between this machine and the engine's.`,
      );
    case 'ETIMEDOUT':
      return timedOut(attempt);
    default:
      return connectionLost(error, attempt);
  }
}

function timedOut({ text, request, timeoutMs }: Attempt): EngineProblem {
  const limit = timeoutMs === undefined ? '' : ` within ${timeoutMs} ms (connect_timeout, ping_timeout)`;
  return problem(
    'timed_out',
    `${text} did not answer ${request}${limit}. The engine may be overloaded or hung, or a firewall in between drops the packets.`,
  );
}

function connectionLost(error: unknown, { text, request }: Attempt): EngineProblem {
  return problem(
    'connection_lost',
    `The connection to ${text} broke before ${request} was answered (${detailOf(error)}). The engine may be restarting, or what listens there is not an engine.`,
  );
}

/** The stream had begun. */
export function streamCut(error: unknown, text: string): EngineProblem {
  const detail = error instanceof SshFailure ? error.stderr.trim() || error.message : detailOf(error);
  return problem(
    'connection_lost',
    `The event stream of ${text} was cut (${detail}). The engine, a proxy or the network in between failed.`,
  );
}

/** This side gave up, because it is stopping. */
export function abandoned({ text, request }: Pick<Attempt, 'text' | 'request'>): EngineProblem {
  return problem('connection_lost', `${request} to ${text} was given up because the collector is stopping.`);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function detailOf(error: unknown): string {
  const code = codeOf(error);
  if (code !== '') return code;
  return error instanceof Error ? error.message : 'no reason was given';
}

function problem(code: EngineProblemCode, message: string): EngineProblem {
  return { code, message };
}
