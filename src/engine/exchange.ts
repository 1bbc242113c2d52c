/** One GET over a transport. There is no other method here, and none can be asked for. */
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Transport } from './transport.ts';

/** An answer that is not the 200 that was hoped for. */
export class RefusedAnswer extends Error {
  readonly status: number;
  /** The beginning of what came. */
  readonly body: string;
  readonly headers: IncomingHttpHeaders;

  constructor(status: number, body: string, headers: IncomingHttpHeaders) {
    super(`answered ${status}`);
    this.name = 'RefusedAnswer';
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** A 200 whose body is not what an engine says. */
export class ForeignAnswer extends Error {
  /** The beginning of what came. */
  readonly body: string;

  constructor(body: string) {
    super('answered something else');
    this.name = 'ForeignAnswer';
    this.body = body;
  }
}

/** As much of a refusal as is worth reading. */
const REFUSAL_MAX = 16 * 1024;

/**
 * Sends it and resolves when the headers of a 200 have come.
 * @param open makes the connection: one of the transport's two ways
 * @throws RefusedAnswer, or the error of the connection
 */
export function get(
  transport: Transport,
  open: () => Duplex,
  path: string,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request({
      method: 'GET',
      path: transport.basePath + path,
      headers: { Host: transport.hostHeader, 'User-Agent': 'docker-events-otel' },
      createConnection: open,
      signal,
    });
    sent.on('error', reject);
    sent.on('response', (answer) => {
      if (answer.statusCode === 200) resolve(answer);
      else refuse(answer).then(reject, reject);
    });
    sent.end();
  });
}

async function refuse(answer: IncomingMessage): Promise<RefusedAnswer> {
  const body = await bodyOf(answer, REFUSAL_MAX);
  answer.destroy();
  return new RefusedAnswer(answer.statusCode ?? 0, body.toString('utf8'), answer.headers);
}

/**
 * The whole body as text.
 * @throws ForeignAnswer when it is longer than `max` bytes
 */
export async function readAll(answer: IncomingMessage, max: number): Promise<string> {
  const body = await bodyOf(answer, max + 1);
  if (body.length > max) throw new ForeignAnswer(body.toString('utf8', 0, REFUSAL_MAX));
  return body.toString('utf8');
}

/** At most about `max` bytes of the body; reading stops there. */
async function bodyOf(answer: IncomingMessage, max: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    length += bytes.length;
    if (length >= max) break;
  }
  return Buffer.concat(chunks).subarray(0, max);
}
