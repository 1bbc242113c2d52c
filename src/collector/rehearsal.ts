/**
 * What rules would say of a recording: read by the receiver, folded and decided as in a running collector, and told to whoever
 * asks instead of being delivered.
 */
import type { CollectorConfig } from '../config/collector-config.ts';
import { createRecording } from '../engine/recording.ts';
import { Lifecycle } from '../lifecycle/lifecycle.ts';
import type { Result } from '../model/engine.ts';
import type { AlertEntry, Entry } from '../model/entry.ts';
import type { Telemetry } from '../model/telemetry.ts';
import type { RedactOptions } from '../processing/config.ts';
import { createRedactor } from '../processing/redact.ts';
import { Receiver } from '../receiver/receiver.ts';
import { SwarmSeen } from '../receiver/swarm-seen.ts';
import { RuleDesk } from '../rules/desk.ts';
import type { CompiledRule } from '../rules/rule-set.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';
import { folded } from './folded.ts';
import { rulesOf } from './rules.ts';

export interface RehearsalSetup {
  /** Its rules and its first receiver. */
  readonly config: Pick<CollectorConfig, 'rules' | 'receivers'>;
  readonly redact: RedactOptions;
  /** The path of a recording. */
  readonly recording: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
  /** With its text, masked. */
  readonly onAlert: (alert: AlertEntry, output: string) => void;
}

export interface RehearsalReport {
  readonly events: number;
  readonly rules: readonly RehearsedRule[];
  /** Finished lines of the loader. */
  readonly warnings: readonly string[];
}

export interface RehearsedRule {
  readonly name: string;
  /** Events that it holds for, and alerts that come of them. */
  readonly matches: number;
  readonly alerts: number;
  /** What asking it takes, on average over the recording. */
  readonly microsecondsPerEvent: number;
}

/** Rules are timed over no more than that. */
const TIMED_MAX = 100_000;

/** The problems are finished lines. */
export async function rehearse(setup: RehearsalSetup): Promise<Result<RehearsalReport, readonly string[]>> {
  const { config, clock, telemetry, onAlert } = setup;
  const loaded = await rulesOf(config.rules);
  if (!loaded.ok) return loaded;
  const { ruleSet, warnings } = loaded.value;
  const byName = new Map(ruleSet.rules.map((rule) => [rule.name, { rule, alerts: 0 }]));
  const redact = createRedactor(setup.redact);
  const desk = new RuleDesk({
    ruleSet,
    matching: config.rules.matching,
    isLeftOut: ({ context }) => config.rules.health_checks === 'skip' && context.isProbe === true,
    telemetry,
  });
  const asked: Entry[] = [];
  let events = 0;
  const failure = await play(setup, (entries) => {
    events += entries.length;
    for (const entry of desk.decide(entries).entries) {
      if (entry.kind !== 'alert') {
        if (asked.length < TIMED_MAX) asked.push(entry);
        continue;
      }
      const told = byName.get(entry.rule.name);
      if (told === undefined) continue;
      told.alerts += 1;
      onAlert(entry, told.rule.format(redact(entry)));
    }
  });
  if (failure !== undefined) return { ok: false, problem: [failure] };
  const rules = [...byName.values()].map(({ rule, alerts }) => ({ ...timed(rule, asked, clock), alerts }));
  return { ok: true, value: { events, rules, warnings } };
}

/** Resolves at the end of the recording, with what went wrong. */
async function play(
  { config, recording, clock, random, telemetry }: RehearsalSetup,
  take: (entries: readonly Entry[]) => void,
): Promise<string | undefined> {
  const [receiverConfig] = config.receivers;
  if (receiverConfig === undefined) return undefined;
  const { name, receiver: options } = receiverConfig;
  const lifecycle = new Lifecycle(name, { spans: 'none' });
  const receiver = new Receiver({
    clock,
    random,
    telemetry,
    name,
    engine: createRecording(recording),
    options,
    once: true,
    resume: () => ({ lastEvents: [], pendingGap: undefined, wasDamaged: false }),
    inventory: lifecycle.inventory,
    swarm: new SwarmSeen(() => false),
    meet: (identity) => lifecycle.meet(identity),
    deliver: (delivered) => take(folded(lifecycle, delivered)),
  });
  await receiver.start();
  const problem = await receiver.finished;
  await receiver.stop();
  return problem?.message;
}

function timed(rule: CompiledRule, asked: readonly Entry[], clock: Clock): Omit<RehearsedRule, 'alerts'> {
  const begun = clock.monotonicMs();
  const matches = asked.filter((entry) => rule.matches(entry)).length;
  const microseconds = (clock.monotonicMs() - begun) * 1000;
  return { name: rule.name, matches, microsecondsPerEvent: asked.length === 0 ? 0 : microseconds / asked.length };
}
