import type {
  Counted,
  Counter,
  Happening,
  Measure,
  Measured,
  Of,
  Tallies,
  Telemetry,
} from '../../src/model/telemetry.ts';

/** Keeps what was reported and counted, for a test to look at. */
export class RecordingTelemetry implements Telemetry, Tallies {
  readonly happenings: Happening[] = [];
  readonly counts = new Map<Counter, number>();
  readonly measured: { measure: Measure; value: number; of: Of | undefined }[] = [];
  readonly #counted: { counter: Counter; by: number; of: Of | undefined }[] = [];
  #waiting: { name: string; times: number; resolve: (happening: Happening) => void }[] = [];

  report(happening: Happening): void {
    this.happenings.push(happening);
    for (const [counter, by] of Object.entries(happening.counts ?? {}))
      this.count(counter as Counter, by, happening.of);
    this.#waiting = this.#waiting.filter((wait) => {
      if (this.named(wait.name).length < wait.times) return true;
      wait.resolve(happening);
      return false;
    });
  }

  count(counter: Counter, by = 1, of?: Of): void {
    this.counts.set(counter, this.counted(counter) + by);
    this.#counted.push({ counter, by, of });
  }

  measure(measure: Measure, value: number, of?: Of): void {
    this.measured.push({ measure, value, of });
  }

  counters(): ReadonlyMap<Counter, number> {
    return this.counts;
  }

  tallied(): readonly Counted[] {
    return this.#counted.map(({ counter, by, of }) => ({ counter, of: of ?? {}, count: by }));
  }

  /** Distributions are the business of the real one. */
  measures(): readonly Measured[] {
    return [];
  }

  /** What was counted of one part, and for one reason where that is given. */
  countedOf(counter: Counter, part: string, reason?: string): number {
    const counts = this.#counted.filter(
      ({ counter: of, of: whose }) =>
        of === counter && whose?.part === part && (reason ?? whose.reason) === whose.reason,
    );
    return counts.reduce((sum, { by }) => sum + by, 0);
  }

  counted(counter: Counter): number {
    return this.counts.get(counter) ?? 0;
  }

  named(name: string): Happening[] {
    return this.happenings.filter((happening) => happening.name === name);
  }

  /** Resolves when `name` has been reported `times` times. Waiting on what happens, not on time. */
  async reported(name: string, times = 1): Promise<Happening> {
    const already = this.named(name)[times - 1];
    if (already !== undefined) return already;
    return new Promise((resolve) => this.#waiting.push({ name, times, resolve }));
  }
}
