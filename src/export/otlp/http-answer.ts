/** Reads an HTTP answer to its end, and says what it means. */
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../runtime/clock.ts';
import { classifyHttp } from '../classify.ts';
import type { AttemptOutcome, Delivered } from '../exporter.ts';
import { parseRetryAfter } from '../retry-after.ts';

/** An answer is read up to this; the OTLP specification asks for such a limit. */
const RESPONSE_MAX_BYTES = 4 * 1024 * 1024;

export async function judgeAnswer(
  response: IncomingMessage,
  readTaken: (body: Buffer) => Delivered,
  clock: Clock,
): Promise<AttemptOutcome> {
  const status = response.statusCode ?? 0;
  const body = await collect(response);
  if (status >= 200 && status < 300) return readTaken(body);
  const { location, 'retry-after': retryAfter } = response.headers;
  const retryAfterMs = parseRetryAfter(retryAfter, clock.now());
  return classifyHttp({ status, body: body.toString('utf8', 0, 2048), location, retryAfterMs });
}

/** The body, cut at the limit, or as much as came before it broke off: the status has been said, and it decides. */
function collect(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve) => {
    const finish = () => resolve(Buffer.concat(chunks));
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= RESPONSE_MAX_BYTES) chunks.push(chunk);
      else response.destroy();
    });
    response.once('end', finish);
    response.once('close', finish);
    response.once('error', finish);
  });
}
