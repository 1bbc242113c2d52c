/**
 * What the collector counts, brought together: what the events add up to, and how the collector itself is. Asked for by who
 * reads the metrics, and by who sends them; between two askings nothing is made of the numbers.
 */
import { setImmediate } from 'node:timers/promises';
import type { RunningContainer } from '../lifecycle/lifecycle.ts';
import { labelsFrom } from '../lifecycle/rows.ts';
import { CATALOGUE } from '../mapping/catalogue.ts';
import { EventMetrics } from '../metrics/event-metrics.ts';
import { ownersOverflowed } from '../metrics/happenings.ts';
import { prometheusParts } from '../metrics/prometheus.ts';
import { collectMetrics } from '../metrics/snapshot.ts';
import type { Entry } from '../model/entry.ts';
import type { Attributes } from '../model/log-record.ts';
import type { MetricsReport } from '../model/metric.ts';
import { type Owner, ownerOf, type RunningContainers } from '../model/owner.ts';
import type { CollectorStatus } from '../model/status.ts';
import type { Tallies, Telemetry } from '../model/telemetry.ts';
import type { Watch } from './status.ts';

export interface MeterParts {
  readonly telemetry: Telemetry & Tallies;
  /** What all metrics are of. */
  readonly resource: Attributes;
  readonly status: () => CollectorStatus;
  readonly watches: () => readonly Pick<Watch, 'lifecycle'>[];
}

export class Meter {
  readonly #parts: MeterParts;
  readonly #events: EventMetrics;
  /** By what the lifecycle remembers of a container, whose labels never change: to read them each time would take long. */
  readonly #owners = new WeakMap<object, { readonly owner: Owner | undefined }>();

  constructor(parts: MeterParts) {
    this.#parts = parts;
    this.#events = new EventMetrics({
      known: CATALOGUE,
      onOverflow: (ownersMax) => parts.telemetry.report(ownersOverflowed(ownersMax)),
    });
  }

  /** To be called with each entry once, as it goes into the journal. */
  note(entries: readonly Entry[]): void {
    this.#events.note(entries);
  }

  report(): MetricsReport {
    const { telemetry, resource, status } = this.#parts;
    const snapshot = collectMetrics({
      status: status(),
      events: this.#events,
      running: this.#running(),
      measured: telemetry.measures(),
      counted: telemetry.tallied(),
    });
    return { snapshot, resource };
  }

  /** For Prometheus, all of one moment. With a thousand owners it takes 50 to 90 ms, in which the stream has a dozen turns. */
  async text(): Promise<string> {
    const { snapshot, resource } = this.report();
    let text = '';
    for (const part of prometheusParts(snapshot, resource)) {
      text += part;
      await setImmediate();
    }
    return text;
  }

  *#running(): Iterable<RunningContainers> {
    for (const { lifecycle } of this.#parts.watches()) {
      const { engine } = lifecycle;
      for (const container of lifecycle.running()) yield { engine, owner: this.#ownerOf(container), count: 1 };
    }
  }

  #ownerOf(container: RunningContainer): Owner | undefined {
    const known = this.#owners.get(container);
    if (known !== undefined) return known.owner;
    if (container.labels === undefined) return undefined;
    const owner = ownerOf(labelsFrom(container.labels));
    this.#owners.set(container, { owner });
    return owner;
  }
}
