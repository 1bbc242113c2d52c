/**
 * What a Docker Engine remembers of its events: the last 256 lines, in the order of publishing, walked from the newest back
 * and left at the first that is older than `since`. Both bounds are inclusive.
 */
export class FakeRing {
  static readonly size = 256;
  #lines: { readonly line: string; readonly nanos: bigint }[] = [];

  add(line: string): void {
    this.#lines.push({ line, nanos: nanosOf(line) });
    if (this.#lines.length > FakeRing.size) this.#lines.shift();
  }

  forget(): void {
    this.#lines = [];
  }

  /** What is replayed, oldest first; nothing where neither bound is given. */
  between(since: string | null, until: string | null): string[] {
    if (since === null && until === null) return [];
    const from = since === null ? 0n : nanosOfSeconds(since);
    const to = until === null ? undefined : nanosOfSeconds(until);
    const first = this.#lines.findLastIndex(({ nanos }) => nanos < from) + 1;
    return this.#lines
      .slice(first)
      .filter(({ nanos }) => to === undefined || nanos <= to)
      .map(({ line }) => line);
  }
}

/** Whether the engine would send this line to somebody who asked with these filters; `type` and `event` are understood. */
export function passes(line: string, filters: string | null): boolean {
  const asked: unknown = JSON.parse(filters ?? '{}');
  const event: unknown = JSON.parse(line);
  const has = (name: string, key: string) => {
    const values = fieldOf(asked, name);
    return !Array.isArray(values) || values.includes(fieldOf(event, key));
  };
  return has('type', 'Type') && has('event', 'Action');
}

function fieldOf(value: unknown, key: string): unknown {
  return new Map(Object.entries(Object(value))).get(key);
}

function nanosOf(line: string): bigint {
  const nanos = /"timeNano":(\d+)/.exec(line)?.[1];
  if (nanos !== undefined) return BigInt(nanos);
  return BigInt(/"time":(\d+)/.exec(line)?.[1] ?? 0) * 1_000_000_000n;
}

/** `1795247025.106783969`, or whole seconds. */
function nanosOfSeconds(text: string): bigint {
  const [seconds = '0', fraction = ''] = text.split('.');
  return BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0').slice(0, 9));
}
