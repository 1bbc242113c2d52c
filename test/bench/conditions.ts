/** Conditions over the events of the workload: one that looks at everything, and as many as a large rules file has. */
import { compileCondition } from '../../src/condition/compile.ts';
import type { Predicate } from '../../src/condition/field.ts';
import { FIELDS } from '../../src/condition/fields.ts';
import { parseCondition } from '../../src/condition/parser.ts';
import type { Entry } from '../../src/model/entry.ts';

/** In Falco's own fields. All ten terms are asked of most of the events. */
const TEN_TERMS = `
  docker.type = container and not docker.action in (pause, unpause, rename, resize, top, update)
  and not docker.attributes.name startswith tmp and docker.scope != swarm and docker.status exists
  and not docker.swarm.servicename = ingress and not docker.attributes.exitcode in (130, 137, 143)
  and docker.attributes.image contains registry.example.com and not docker.from in (scratch, none)
  and not docker.stack.namespace = test`;

/** With labels, folded case and wildcards. */
const COSTLY_TERMS = `
  docker.type = container and not docker.action in (pause, unpause, rename, resize, top, update)
  and not docker.attributes.name startswith tmp and not docker.attributes.name endswith -test
  and docker.attributes.image contains registry.example.com and docker.scope != swarm
  and docker.label[com.docker.compose.project] = shop and not docker.attributes.exitcode in (130, 137, 143)
  and (docker.attributes.name icontains WEB or docker.attributes.image glob "*/shop/*:[0-9]*")`;

const RULES = 200;

/** Most rules of a file are about other actions. */
function rule(index: number): string {
  return `docker.type = container and docker.action = action-${index} and docker.attributes.name startswith name-${index}`;
}

function compiled(text: string): Predicate {
  const parsed = parseCondition(text);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  const predicate = compileCondition(parsed.value, FIELDS);
  if (!predicate.ok) throw new Error(predicate.problem.map(({ message }) => message).join(' '));
  return predicate.value;
}

/** So many different entries, again and again: rules look at an event that has just been read, and is at hand. */
const AT_HAND = 500;

/** By name; each is asked as often as there are entries. */
export function conditionSteps(all: readonly Entry[]): readonly (readonly [string, () => undefined])[] {
  const entries = all.map((entry, index) => all[index % AT_HAND] ?? entry);
  const terms = compiled(TEN_TERMS);
  const costly = compiled(COSTLY_TERMS);
  const rules = Array.from({ length: RULES }, (_, index) => compiled(rule(index)));
  return [
    [
      'condition (10 terms)',
      () => {
        for (const entry of entries) terms(entry);
        return undefined;
      },
    ],
    [
      'condition (10 costly)',
      () => {
        for (const entry of entries) costly(entry);
        return undefined;
      },
    ],
    [
      `conditions (${RULES} rules)`,
      () => {
        for (const entry of entries) for (const matches of rules) matches(entry);
        return undefined;
      },
    ],
  ];
}
