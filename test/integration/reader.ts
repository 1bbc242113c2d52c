/**
 * The witness: reads the same event stream as the collector with plain node:http and keeps what it saw. It shares no
 * code with the collector.
 */
import { type IncomingMessage, request } from 'node:http';
import { addressOf, responseOf } from './api.ts';

export interface SeenEvent {
  readonly type: string;
  /** As sent, with the suffix of exec and health events. */
  readonly action: string;
  readonly id: string;
  readonly scope: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** All digits, from the raw line. */
  readonly timeNano: string;
  readonly raw: string;
}

export class EventReader {
  readonly seen: SeenEvent[] = [];
  readonly #host: string;
  #response: IncomingMessage | undefined;
  #waiting: { readonly matches: (event: SeenEvent) => boolean; readonly resolve: (event: SeenEvent) => void }[] = [];
  #rest = '';

  private constructor(host: string) {
    this.#host = host;
  }

  static async open(host: string): Promise<EventReader> {
    const reader = new EventReader(host);
    await reader.reopen();
    return reader;
  }

  /** After the engine was away. What it repeats from before is left out. Without a version an engine speaks its newest. */
  async reopen(): Promise<void> {
    const sent = request({
      ...addressOf(this.#host),
      path: '/events?since=0',
      headers: { host: 'docker' },
      agent: false,
    });
    sent.end();
    const response = await responseOf(sent);
    response.setEncoding('utf8');
    response.on('data', (text: string) => this.#take(text));
    // The engine is stopped in the middle of some tests.
    response.on('error', () => response.destroy());
    this.#response = response;
    this.#rest = '';
  }

  close(): void {
    this.#response?.destroy();
  }

  /** The first event that matches, seen already or still to come. */
  waitFor(matches: (event: SeenEvent) => boolean): Promise<SeenEvent> {
    const already = this.seen.find(matches);
    if (already !== undefined) return Promise.resolve(already);
    return new Promise((resolve) => this.#waiting.push({ matches, resolve }));
  }

  /** The next event that matches, of those that come after this call. */
  waitForNext(matches: (event: SeenEvent) => boolean): Promise<SeenEvent> {
    return new Promise((resolve) => this.#waiting.push({ matches, resolve }));
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') this.#keep(readEvent(line.trim()));
  }

  #keep(event: SeenEvent): void {
    if (this.seen.some((other) => other.timeNano === event.timeNano && other.raw === event.raw)) return;
    this.seen.push(event);
    const ready = this.#waiting.filter(({ matches }) => matches(event));
    this.#waiting = this.#waiting.filter((waiter) => !ready.includes(waiter));
    for (const { resolve } of ready) resolve(event);
  }
}

function readEvent(raw: string): SeenEvent {
  const { Type, Action, Actor, scope } = JSON.parse(raw);
  // JSON.parse rounds 64-bit numbers; the digits are at the end of the line, where no attribute can stand.
  const digits = /"timeNano":(\d+)(?=[^"]*$|,"[^"]*"[^"]*$)/.exec(raw)?.[1] ?? /.*"timeNano":(\d+)/s.exec(raw)?.[1];
  const attributes = new Map(Object.entries(Actor?.Attributes ?? {}).map(([key, value]) => [key, String(value)]));
  return {
    type: Type,
    action: Action,
    id: Actor?.ID ?? '',
    scope: scope ?? '',
    attributes,
    timeNano: digits ?? '',
    raw,
  };
}
