/** Answers that are not the 200 of an engine. */
import type { EngineProblem } from '../model/engine.ts';
import { maskText } from '../runtime/mask.ts';
import type { RefusedAnswer } from './exchange.ts';

interface Asked {
  readonly text: string;
  readonly request: string;
  readonly apiVersion: string | undefined;
}

/** The newest API version that this project knows. Newer engines speak older versions as well. */
export const NEWEST_API = '1.55';

const STREAM =
  "A socket proxy has to let through GET /events, /_ping and /version: with docker-socket-proxy set EVENTS=1, PING=1 and VERSION=1 (INFO=1 adds the host's name).";

const CONTAINERS =
  'A socket proxy lets it through with CONTAINERS=1; without it, what happened to containers while events were missing cannot be found out.';

/** The engine says that it has more containers than were listed. */
export function partialList(text: string, listed: number, counted: number): EngineProblem {
  return {
    code: 'forbidden',
    message: `${text} lists ${listed} of the ${counted} containers that it has. Something in between leaves the others out (an authorisation plugin, a proxy with filters), so what happened to containers while events were missing cannot be found out.`,
  };
}

export function answerProblem({ status, body, headers }: RefusedAnswer, asked: Asked): EngineProblem {
  const { text, request } = asked;
  const said = saidBy(body, headers['content-type']);
  if (/plain HTTP request was sent to HTTPS port|HTTP request to an HTTPS server/i.test(body)) {
    return {
      code: 'tls_refused',
      message: `${text} takes TLS only, and plain HTTP was sent. Write https:// or set DOCKER_TLS_VERIFY=1, with the certificates in DOCKER_CERT_PATH or the option tls.`,
    };
  }
  if (status === 401 || status === 403 || status === 407) {
    return {
      code: 'forbidden',
      message: `${text} refused ${request} with ${status}${said}. ${request.includes('/containers/') ? CONTAINERS : STREAM}`,
    };
  }
  if (status === 400 && /client version|API version|minimum supported|maximum supported/i.test(body)) {
    return apiVersionProblem(text, asked.apiVersion, said);
  }
  if (status === 400 && /invalid filter/i.test(body)) {
    return {
      code: 'engine_error',
      message: `${text} does not take the filters it was given${said}. Check the option filters: its names and values are those of docker events --filter.`,
    };
  }
  if (status === 404 && request.includes('/containers/')) {
    return {
      code: 'forbidden',
      message: `${text} answered ${request} with 404${said}, which is no engine's word on a container. ${CONTAINERS}`,
    };
  }
  if (status >= 500) {
    return {
      code: 'engine_error',
      message: `${text} answered ${request} with ${status}${said}. The engine, or the proxy before it, is in trouble: look at its log (journalctl -u docker).`,
    };
  }
  if (status >= 300 && status < 400) {
    const target = headers.location === undefined ? '' : ` to ${maskText(headers.location, 200)}`;
    return notAnEngine(text, `${request} was sent on${target} (${status}), which no engine does`);
  }
  return notAnEngine(text, `${request} was answered with ${status}${said}`);
}

export function apiVersionProblem(text: string, wanted: string | undefined, said: string): EngineProblem {
  const asked = wanted === undefined ? 'the API version that was asked for' : `API version ${wanted}`;
  return {
    code: 'api_version',
    message: `${text} does not speak ${asked}${said}. Take api_version or DOCKER_API_VERSION away to have a version negotiated, or pin one that the engine speaks.`,
  };
}

/** A 200 with something else in it, or bytes that are no HTTP. */
export function foreignProblem(body: string, { text, request }: Asked): EngineProblem {
  return notAnEngine(
    text,
    `${request} was answered with something that an engine does not say${saidBy(body, undefined)}`,
  );
}

function notAnEngine(text: string, what: string): EngineProblem {
  return {
    code: 'not_an_engine',
    message: `What listens at ${text} is not a Docker Engine: ${what}. Check the address and port; DOCKER_HOST or the option host says where the engine is.`,
  };
}

/** `: message`, from an engine's JSON or the first text of a page; empty when nothing was said. */
function saidBy(body: string, contentType: string | undefined): string {
  const message = messageOf(body);
  const isPage = contentType?.includes('html') === true || /^\s*</.test(body);
  const text = message ?? (isPage ? body.replaceAll(/<(style|script)[\s\S]*?<\/\1>|<[^>]*>/gi, ' ') : body);
  const line = text
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/[.!]+$/, '');
  return line === '' ? '' : `: ${maskText(line, 200)}`;
}

function messageOf(body: string): string | undefined {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null || !('message' in value)) return undefined;
    return typeof value.message === 'string' ? value.message : undefined;
  } catch {
    // A page or plain text, which is looked at as such.
    return undefined;
  }
}
