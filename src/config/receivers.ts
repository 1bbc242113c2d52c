/**
 * The receivers of a configuration, each with an engine of its own.
 *
 * - Without any there is one, `docker_events`.
 * - What the environment says of an engine (DOCKER_HOST, DOCKER_CONTEXT, DOCKER_EVENTS_OTEL_HOST_NAME) is meant for the only
 *   receiver, or, of several, for the one that has neither host nor context. There is at most one of those.
 * - An engine of the command line replaces the file's, and is refused beside several receivers: nobody could tell whose it
 *   is meant to be.
 * - The queue is one for all. Of several sizes that were written the largest counts.
 *
 * Two receivers of one engine would tell everything twice, so an engine that is named twice is a problem. The same engine
 * by two addresses is not seen here: nothing here looks at the world.
 */
import type { EngineOptions } from '../engine/config.ts';
import type { JournalOptions } from '../journal/config.ts';
import type { ConfigProblem } from '../model/config-problem.ts';
import { durationText } from '../runtime/fields.ts';
import { check, renamed } from './check.ts';
import type { ReceiverConfig } from './collector-config.ts';
import type { Findings, Layer } from './layer.ts';
import { type MapNode, nothingAt, overlay, type Place } from './node.ts';
import { problemAt, shown } from './problem.ts';
import { RECEIVER, receiverAliases, receiverSchema } from './schemas.ts';
import { componentsOf } from './sections.ts';

export interface Receivers {
  /** At least one. */
  readonly receivers: readonly ReceiverConfig[];
  readonly journal: JournalOptions;
  /** Whether the queue's size was written by somebody, so that a batch above it is a contradiction. */
  readonly isQueueWritten: boolean;
}

/** What is wrong is told, and its defaults stand in its place. */
export function receiversOf(section: MapNode, below: Layer, above: Layer, findings: Findings): Receivers {
  const components = componentsOf(section, [RECEIVER], {}, findings);
  const written =
    components.length > 0
      ? components.map(({ name, place, options }) => ({
          name,
          place,
          options: renamed(options, receiverAliases, findings.problems),
        }))
      : [{ name: RECEIVER, place: section.place, options: nothingAt(`receivers.${RECEIVER}`) }];
  if (written.length > 1) findings.problems.push(...chosenForSeveral(above.receiver, written));
  const read = written.map((one) => {
    const isOnly = written.length === 1;
    const node = isOnly
      ? withoutOtherEngine(overlay(above.receiver, overlay(one.options, below.receiver)), above.receiver)
      : overlay(without(above.receiver, ENGINE), overlay(one.options, belowOf(one.options, below.receiver)));
    const result = check(node, receiverSchema);
    findings.problems.push(...(result.ok ? [] : result.problem), ...contradictions(node, result));
    return { ...one, node, options: result.ok ? result.value : receiverSchema.parse({}), isRight: result.ok };
  });
  findings.problems.push(...sharedEngines(read.filter(({ isRight }) => isRight)));
  const journal = journalOf(read);
  return {
    receivers: read.map(({ name, options }) => {
      const one = { ...options, ...journal };
      return { name, engine: one, receiver: one };
    }),
    journal,
    isQueueWritten: read.some(({ node }) => node.entries.has('event_queue_size')),
  };
}

interface Written {
  readonly name: string;
  readonly place: Place;
  readonly options: MapNode;
}

interface Read extends Omit<Written, 'options'> {
  readonly node: MapNode;
  readonly options: EngineOptions & JournalOptions;
}

/** The two ways to name an engine. */
const ENGINE = ['host', 'context'] as const;

function chosenForSeveral(above: MapNode, written: readonly Written[]): ConfigProblem[] {
  const names = written.map(({ name }) => name).join(', ');
  return ENGINE.flatMap((key) => {
    const value = above.entries.get(key)?.value;
    if (value === undefined) return [];
    return [problemAt(value.place, 'one receiver, whose engine it names', `the receivers ${names}`)];
  });
}

/** The environment without its engine, for a receiver that names one itself. */
function belowOf(options: MapNode, below: MapNode): MapNode {
  return ENGINE.some((key) => options.entries.has(key)) ? without(below, ['host_name']) : below;
}

function without(node: MapNode, keys: readonly string[]): MapNode {
  return { ...node, entries: new Map([...node.entries].filter(([key]) => !keys.includes(key))) };
}

/** An engine that is named on the command line replaces the file's, by whichever of the two ways each was named. */
function withoutOtherEngine(node: MapNode, args: MapNode): MapNode {
  const [host, context] = ENGINE.map((key) => args.entries.has(key));
  if (host === context) return node;
  return without(node, host ? ['context'] : ['host']);
}

/** What is right by itself and cannot be meant together. */
function contradictions(node: MapNode, checked: ReturnType<typeof check<typeof receiverSchema>>): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const context = node.entries.get('context')?.value;
  if (context !== undefined && node.entries.has('host')) {
    problems.push(problemAt(context.place, 'host or context, since each names an engine', 'both'));
  }
  const initial = node.entries.get('reconnect_initial');
  if (initial !== undefined && checked.ok && checked.value.reconnect_initial > checked.value.reconnect_max) {
    const expected = `at most reconnect_max, which is ${durationText(checked.value.reconnect_max)}`;
    problems.push(problemAt(initial.value.place, expected, shown(initial.value)));
  }
  return problems;
}

function sharedEngines(receivers: readonly Read[]): ConfigProblem[] {
  const readers = new Map<string, string>();
  const problems: ConfigProblem[] = [];
  for (const { name, place, node, options } of receivers) {
    const key = engineKey(options);
    const other = readers.get(key);
    const value = ENGINE.map((way) => node.entries.get(way)?.value).find((way) => way !== undefined);
    if (other === undefined) {
      readers.set(key, name);
    } else if (value === undefined) {
      const expected = `a host or a context, since ${other} reads the engine that the environment names`;
      problems.push(problemAt(place, expected, 'neither'));
    } else {
      problems.push(problemAt(value.place, 'an engine that no other receiver reads', `the one of ${other}`));
    }
  }
  return problems;
}

/** Equal for two receivers that were told the same engine. */
function engineKey({ host, context }: EngineOptions): string {
  if (host !== undefined) return `host ${host.trim().replace(/\/+$/, '')}`;
  return context === undefined ? 'environment' : `context ${context}`;
}

function journalOf(receivers: readonly Read[]): JournalOptions {
  const largest = (key: keyof JournalOptions) => {
    const written = receivers.filter(({ node }) => node.entries.has(key));
    return Math.max(...(written.length > 0 ? written : receivers).map(({ options }) => options[key]));
  };
  return { event_queue_size: largest('event_queue_size'), event_queue_bytes: largest('event_queue_bytes') };
}
