/**
 * The collector's own log over OTLP, besides stderr: the same lines, after level and repeats, as log records.
 *
 *   line on stderr ──► record ──► queue of one exporter (bounded, the oldest goes first) ──► backend
 *
 * - It never feeds on itself. What goes wrong with this way is told on stderr alone, and once a minute at most; records of
 *   it would only wait behind those that cannot be sent.
 * - It keeps nothing: everything in it stands on stderr, too. So there is no journal, no dead letter and no long goodbye: an
 *   exporter that fails at the end is not waited for.
 */
import type { Result } from '../model/engine.ts';
import type { Attributes } from '../model/log-record.ts';
import { Severity, type SeverityNumber } from '../model/severity.ts';
import type { Happening, Level, Telemetry } from '../model/telemetry.ts';
import { type Clock, deadline } from '../runtime/clock.ts';
import { escapeControls } from '../runtime/mask.ts';
import type { Random } from '../runtime/random.ts';
import type { BatchingLogRecordProcessor } from './batch-processor.ts';
import type { ExporterConfig } from './config.ts';
import { createBatchingProcessor } from './create-batching-processor.ts';
import { createExporter, type ExporterProblem, type ExporterTerminal } from './create-exporter.ts';
import { createEmitter, SCOPE_NAME } from './emitter.ts';
import type { BuiltExporter, Settled } from './exporter.ts';
import { ownLogDropped, ownLogRefused } from './own-log-happenings.ts';
import { VERSION } from './version.ts';

export interface OwnLogParts {
  readonly exporters: readonly ExporterConfig[];
  /** This machine's name. */
  readonly hostName: string;
  /** What a person wants on the resource; it wins, as on the collector's metrics, which lead here. */
  readonly resourceAttributes: Attributes;
  readonly clock: Clock;
  readonly random: Random;
  readonly terminal: ExporterTerminal;
  /** Writes a line to stderr and nowhere else. */
  readonly tell: (happening: Happening) => void;
}

export interface OwnLog {
  /** What was written to stderr. Never waits. */
  write(happening: Happening): void;
  /** Sends what waits, for two seconds at most, and at the deadline at the latest. */
  stop(limit: AbortSignal): Promise<void>;
}

/** Of one exporter; some minutes of a collector in trouble. */
const QUEUE_MAX = 2048;
const BATCH_MAX = 512;
const STOP_MS = 2000;
const QUIET_MS = 60_000;

const SEVERITIES: Readonly<Record<Level, SeverityNumber>> = {
  debug: Severity.DEBUG,
  info: Severity.INFO,
  warn: Severity.WARN,
  error: Severity.ERROR,
};

/** What these records and their attributes are called begins with it. */
const PREFIX = 'docker_events_otel.';

/** Nothing is connected to before the first line. */
export async function createOwnLog(parts: OwnLogParts): Promise<Result<OwnLog, ExporterProblem>> {
  const { clock, hostName } = parts;
  const ways: Way[] = [];
  for (const config of parts.exporters) {
    const exporter = await createExporter(config, parts);
    if (!exporter.ok) return exporter;
    ways.push(new Way(config.name, exporter.value, parts));
  }
  const emits = ways.map(({ processor }) => createEmitter({ processor, version: VERSION }));
  const resource = Object.freeze({
    'service.name': SCOPE_NAME,
    'service.version': VERSION,
    'service.instance.id': hostName,
    'host.name': hostName,
    ...parts.resourceAttributes,
  });
  return {
    ok: true,
    value: {
      write({ name, level, message, fields }) {
        const now = clock.now();
        const record = {
          eventName: `${PREFIX}${name}`,
          timestamp: now,
          observedTimestamp: now,
          severity: SEVERITIES[level],
          body: escapeControls(message),
          attributes: attributesOf(fields),
          resource,
        };
        for (const emit of emits) emit(record);
      },
      async stop(limit) {
        const over = deadline(clock, STOP_MS, limit);
        await Promise.all(ways.map((way) => way.stop(over.signal)));
        over.cancel();
      },
    },
  };
}

function attributesOf(fields: Happening['fields']): Attributes {
  const attributes: Attributes = {};
  for (const [key, value] of Object.entries(fields ?? {})) {
    if (value !== undefined) attributes[`${PREFIX}${key}`] = typeof value === 'string' ? escapeControls(value) : value;
  }
  return attributes;
}

/** To one exporter. */
class Way {
  readonly processor: BatchingLogRecordProcessor;
  readonly #name: string;
  readonly #parts: OwnLogParts;
  #isFailing = false;
  #onFailing: (() => void) | undefined;
  #dropped = 0;
  #toldMs = Number.NEGATIVE_INFINITY;
  /** A trouble was told whose end was not. */
  #isTold = false;

  constructor(name: string, exporter: BuiltExporter, parts: OwnLogParts) {
    this.#name = `${name} of the collector's own log`;
    this.#parts = parts;
    const telemetry: Telemetry = { report: (happening) => this.#hear(happening), count() {}, measure() {} };
    this.processor = createBatchingProcessor({
      ...exporter,
      ...parts,
      name: this.#name,
      telemetry,
      maxQueueSize: QUEUE_MAX,
      maxBatchSize: BATCH_MAX,
      // So that a backend gets the lines in their order.
      maxInFlight: 1,
      onSettled: (_, count, outcome) => this.#settled(count, outcome),
      onDropped: (_, count) => {
        this.#dropped += count;
        this.#trouble(ownLogDropped(this.#name, this.#dropped));
      },
    });
  }

  async stop(over: AbortSignal): Promise<void> {
    const isOver = new Promise<void>((resolve) => {
      if (over.aborted) resolve();
      over.addEventListener('abort', () => resolve(), { once: true });
    });
    const hasFailed = new Promise<void>((resolve) => {
      if (this.#isFailing) resolve();
      this.#onFailing = resolve;
    });
    // That it took too long is told as what was dropped.
    const isSent = this.processor.forceFlush({ timeoutMillis: STOP_MS }).catch(() => {});
    await Promise.race([isSent, hasFailed, isOver]);
    await Promise.race([this.processor.shutdown({ timeoutMillis: 0 }), isOver]);
  }

  /** What the sender says. */
  #hear(happening: Happening): void {
    if (happening.level === 'warn' || happening.level === 'error') {
      this.#isFailing = true;
      this.#onFailing?.();
      this.#trouble(happening);
    } else if (happening.level === 'info' && this.#isTold) {
      this.#isTold = false;
      this.#parts.tell(happening);
    }
  }

  #settled(count: number, outcome: Settled): void {
    this.#isFailing = false;
    const refused = outcome.kind === 'refused' ? count : outcome.rejected;
    if (refused > 0) this.#trouble(ownLogRefused(this.#name, refused, outcome.detail));
  }

  #trouble(happening: Happening): void {
    const now = this.#parts.clock.monotonicMs();
    if (now - this.#toldMs < QUIET_MS) return;
    this.#toldMs = now;
    this.#isTold = true;
    this.#parts.tell(happening);
  }
}
