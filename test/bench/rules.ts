/** The desk of rules over the events of the workload: with as many rules as a large file has, and with matches to tell. */
import { compileCondition } from '../../src/condition/compile.ts';
import type { Predicate } from '../../src/condition/field.ts';
import { FIELDS } from '../../src/condition/fields.ts';
import { parseCondition } from '../../src/condition/parser.ts';
import type { Entry } from '../../src/model/entry.ts';
import { RuleDesk } from '../../src/rules/desk.ts';
import type { CompiledRule } from '../../src/rules/rule-set.ts';
import { RecordingTelemetry } from '../support/recording-telemetry.ts';
import { byAttribute, ruleOf, ruleSetOf } from '../support/rules.ts';

const RULES = 200;

/** One reading of the socket. */
const READING = 64;

/** What rules ask for, each a little differently; few of them match. */
const CONDITIONS: readonly ((index: number) => string)[] = [
  (index) =>
    `docker.type = container and docker.action = start and docker.attributes.image startswith untrusted-${index}/`,
  (index) =>
    `docker.type = container and docker.action startswith exec_create and docker.attributes.name = shop-db-${index}`,
  (index) =>
    `docker.type = image and docker.action = pull and not docker.actor.id startswith registry-${index}.example.com/`,
  (index) => `docker.action in (die, kill, oom) and docker.label[com.docker.compose.project] = project-${index}`,
  (index) =>
    `docker.type in (network, volume) and docker.action = destroy and docker.attributes.name contains data-${index}`,
];

function predicate(text: string): Predicate {
  const parsed = parseCondition(text);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  const compiled = compileCondition(parsed.value, FIELDS);
  if (!compiled.ok) throw new Error(compiled.problem.map(({ message }) => message).join(' '));
  return compiled.value;
}

function silentRules(count: number): readonly CompiledRule[] {
  return Array.from({ length: count }, (_, index) => {
    const condition = CONDITIONS[index % CONDITIONS.length]?.(index) ?? '';
    return ruleOf({ name: `Rule ${index}`, matches: predicate(condition) });
  });
}

/** Every twelfth event matches, and is told or counted. */
const LOUD = predicate('docker.type = container and docker.action = die');

/** By name; each goes over all entries once. */
export function ruleSteps(entries: readonly Entry[]): readonly (readonly [string, () => undefined])[] {
  const told = ruleOf({ name: 'Died', matches: LOUD });
  const threshold = { by: [byAttribute('name')], coolDownMs: 60_000 };
  const loop = ruleOf({ name: 'Restart loop', matches: LOUD, threshold });
  return [
    [`rules (${RULES})`, steps(entries, silentRules(RULES))],
    [`rules (${RULES}, one tells)`, steps(entries, [...silentRules(RULES - 1), told])],
    [`rules (${RULES}, one counts)`, steps(entries, [...silentRules(RULES - 1), loop])],
  ];
}

function steps(entries: readonly Entry[], rules: readonly CompiledRule[]): () => undefined {
  return () => {
    const telemetry = new RecordingTelemetry();
    const desk = new RuleDesk({ ruleSet: ruleSetOf(...rules), matching: 'all', isLeftOut: () => false, telemetry });
    for (let at = 0; at < entries.length; at += READING) desk.decide(entries.slice(at, at + READING));
    return undefined;
  };
}
