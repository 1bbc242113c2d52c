/**
 * `rules test`: what rules would say of recorded events. `rules list`: which rules there are, and which are asked.
 *
 * A line of `test` is what Falco prints: the time of the event, here in UTC, the priority, the output. Secrets are masked as in
 * what leaves. Nothing is sent anywhere, and no engine is spoken to.
 */
import { type RehearsalReport, rehearse, rulesOf } from '../collector.ts';
import type { CollectorConfig } from '../config/collector-config.ts';
import { PROCESSORS } from '../config/schemas.ts';
import { NO_STORAGE } from '../config/storage.ts';
import type { Result } from '../model/engine.ts';
import { type AlertEntry, entryTime } from '../model/entry.ts';
import type { Telemetry } from '../model/telemetry.ts';
import { toIsoNanos } from '../model/time.ts';
import { escapeControls } from '../runtime/mask.ts';
import { loadOptions } from './options.ts';
import { tellProblems } from './session.ts';
import { counted, countText, table } from './text.ts';
import { type CommandWorld, EXIT, type ExitCode } from './world.ts';

export interface RulesOptions {
  readonly config?: string;
  readonly bundled?: boolean;
  readonly json?: boolean;
}

export interface TestOptions extends RulesOptions {
  readonly events?: string;
  readonly matching?: string;
}

/** @param files rules files or folders; those of the configuration where there are none */
export async function testRules(
  world: CommandWorld,
  options: TestOptions,
  files: readonly string[],
): Promise<ExitCode> {
  const { events: recording, json, matching } = options;
  if (recording === undefined) return tellProblems(world, [NO_EVENTS]);
  if (matching !== undefined && matching !== 'all' && matching !== 'first') return tellProblems(world, [MATCHING]);
  const config = await configOf(world, options, files);
  if (!config.ok) return tellProblems(world, config.problem);
  const { clock, random, stdout } = world;
  const rehearsed = await rehearse({
    config: matching === undefined ? config.value : withMatching(config.value, matching),
    redact: config.value.pipelines[0]?.redact ?? PROCESSORS.redact.schema.parse({}),
    recording,
    clock,
    random,
    telemetry: toldTo(world),
    onAlert: (alert, output) => stdout.write(`${json === true ? jsonOf(alert, output) : lineOf(alert, output)}\n`),
  });
  if (!rehearsed.ok) return tellProblems(world, rehearsed.problem);
  tellReport(world, rehearsed.value);
  if (rehearsed.value.events > 0) return EXIT.ok;
  return tellProblems(world, [`${recording}: ${NO_EVENT_IN_IT}`], EXIT.failed);
}

const NO_EVENTS =
  "--events: expected a recording, got nothing. Make one with: docker events --since 24h --until 0s --format '{{json .}}' > FILE";
const NO_EVENT_IN_IT =
  "expected events, one JSON object a line, and there is none in it. Make a recording with: docker events --format '{{json .}}' > FILE";
const MATCHING = '--matching: expected all or first.';

function withMatching(config: CollectorConfig, matching: 'all' | 'first'): CollectorConfig {
  return { ...config, rules: { ...config.rules, matching } };
}

/** All rules, asked or not, in their order. Ends with 2 when they cannot be loaded. */
export async function listRules(
  world: CommandWorld,
  options: RulesOptions,
  files: readonly string[],
): Promise<ExitCode> {
  const config = await configOf(world, options, files);
  if (!config.ok) return tellProblems(world, config.problem);
  const loaded = await rulesOf(config.value.rules);
  if (!loaded.ok) return tellProblems(world, loaded.problem);
  const { ruleSet, warnings } = loaded.value;
  tellProblems(world, warnings);
  const asked = ruleSet.rules.map(({ name, priority, tags, file, line }) => ({
    name,
    status: 'asked',
    priority,
    tags,
    place: `${file}:${line}`,
  }));
  const skipped = ruleSet.skipped.map(({ name, reason, file, line }) => ({
    name,
    status: reason,
    place: `${file}:${line}`,
  }));
  const rules = [...asked, ...skipped];
  const lines =
    options.json === true
      ? rules.map((rule) => JSON.stringify(rule))
      : table(
          rules.map(({ name, status, place, ...rule }) => [
            name,
            status,
            'priority' in rule ? rule.priority : '',
            place,
          ]),
        );
  world.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return EXIT.ok;
}

/** Files in the arguments are all there is, unless `--bundled` adds those that come with the program. */
async function configOf(
  world: CommandWorld,
  { config, bundled }: RulesOptions,
  files: readonly string[],
): Promise<Result<CollectorConfig, readonly string[]>> {
  const loaded = await loadOptions(world, {
    storage: NO_STORAGE,
    ...(config === undefined ? {} : { config }),
    ...(files.length === 0 ? {} : { rules: files }),
  });
  if (!loaded.ok) return loaded;
  const { rules } = loaded.value.config;
  const areBundled = bundled ?? (files.length === 0 && rules.bundled);
  return { ok: true, value: { ...loaded.value.config, rules: { ...rules, bundled: areBundled } } };
}

/** As Falco prints it: `14:53:29.092313000: Debug status=create from=alpine`. */
function lineOf(alert: AlertEntry, output: string): string {
  const time = entryTime(alert);
  const clock = time === undefined ? '--:--:--.---------' : toIsoNanos(time).slice('2026-11-21T'.length, -1);
  return `${clock}: ${alert.rule.priority} ${escapeControls(output)}`;
}

/** With the keys of Falco's JSON output, and the uid of what has matched. */
function jsonOf(alert: AlertEntry, output: string): string {
  const { name, priority, tags, matches } = alert.rule;
  const time = entryTime(alert);
  return JSON.stringify({
    time: time === undefined ? undefined : toIsoNanos(time),
    rule: name,
    priority,
    source: 'docker',
    tags,
    output,
    matches,
    event_uid: alert.about.uid,
  });
}

function tellReport(world: CommandWorld, { events, rules, warnings }: RehearsalReport): void {
  tellProblems(world, warnings);
  const rows = rules.map(({ name, matches, alerts, microsecondsPerEvent }) => [
    name,
    countText(matches),
    countText(alerts),
    microsecondsPerEvent.toFixed(2),
  ]);
  const alerts = rules.reduce((sum, rule) => sum + rule.alerts, 0);
  tellProblems(world, [
    `${counted(events, 'event')}, ${counted(rules.length, 'rule')}, ${counted(alerts, 'alert')}`,
    ...(rows.length === 0 ? [] : table([['rule', 'matches', 'alerts', 'µs/event'], ...rows])),
  ]);
}

/** What went wrong on the way, and no more: a recording comes and goes in one breath. */
function toldTo({ stderr }: CommandWorld): Telemetry {
  return {
    report({ level, message }) {
      if (level === 'warn' || level === 'error') stderr.write(`${message}\n`);
    },
    count: () => {},
    measure: () => {},
  };
}
