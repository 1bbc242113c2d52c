/** Asks a collector of this or another machine, over the addresses of server.ts. */
import { type IncomingMessage, request } from 'node:http';
import type { Result } from '../model/engine.ts';
import { maskText } from '../runtime/mask.ts';
import type { ListenAddress } from './listen.ts';

/** Far more than a status is with hundreds of exporters. */
const LENGTH_MAX = 8 * 1024 * 1024;

/**
 * The body of an answer with 200.
 *
 * @param signal ends the asking; the problem then says that there was no answer in time
 * @returns as the problem, what happened instead, without a full stop
 */
export async function ask(at: ListenAddress, path: string, signal: AbortSignal): Promise<Result<string, string>> {
  try {
    const answer = await answerOf(at, path, signal);
    if (answer.statusCode !== 200) {
      answer.destroy();
      return { ok: false, problem: `the answer was ${answer.statusCode} ${maskText(answer.statusMessage ?? '', 80)}` };
    }
    const parts: Buffer[] = [];
    let length = 0;
    for await (const part of answer) {
      length += part.length;
      if (length > LENGTH_MAX) return { ok: false, problem: 'the answer has no end' };
      parts.push(part);
    }
    return { ok: true, value: Buffer.concat(parts).toString() };
  } catch (error) {
    return { ok: false, problem: signal.aborted ? 'there was no answer in time' : reasonOf(error) };
  }
}

function answerOf({ host, port }: ListenAddress, path: string, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request({ host, port, path, agent: false, signal }, resolve).on('error', reject).end();
  });
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  switch (code) {
    case 'ECONNREFUSED':
      return 'nobody listens there (ECONNREFUSED)';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name is not known (${code})`;
    case 'ECONNRESET':
      return 'the connection was closed before the answer was whole (ECONNRESET)';
    default:
      return maskText(error instanceof Error ? error.message : String(error), 200);
  }
}
