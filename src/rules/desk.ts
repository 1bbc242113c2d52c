/**
 * Where rules are asked: once for each event and gap, before the journal.
 *
 *   events with their context, gaps ──► rules in their order ──► the same, each followed by the alerts about it
 *                                         │      ▲
 *                                    rows │      │ rows
 *                                         ▼      │
 *                                       journal (a restart)
 *
 * - What is decided is kept in one transaction with the event, so that an alert is told once whatever happens afterwards.
 *   A function of the entries and of the rows alone: there is no clock here.
 * - An event that has matched says so: the names of the rules stand in its context, also of those that only counted it.
 * - An alert holds the rule as it stood, and what it is about, unmasked: its text is made where records are made, behind the
 *   mask.
 * - `first` ends with the first rule that tells. A rule with a threshold that only counts, or is cooling down, does not keep
 *   others from telling.
 * - A gap is shown to rules that name `docker.record` or a field of gaps; `not docker.type = container` is meant for events.
 * - Nobody looks at events that another engine has reported before, nor at what is left out on purpose; losses and alerts
 *   pass.
 * - After a reload a threshold goes on where its rule has the same name and the same threshold; others begin anew.
 * - A rule that throws is a fault of this program: told once, counted as no match, and the event goes its way.
 */
import type { AlertEntry, Entry, EventEntry, GapEntry, MatchedRule } from '../model/entry.ts';
import type { StateRows } from '../model/journal.ts';
import type { Telemetry } from '../model/telemetry.ts';
import { ruleFailed } from './happenings.ts';
import { digest, partsOfName } from './rows.ts';
import type { CompiledRule, RuleSet } from './rule-set.ts';
import { ThresholdCounter } from './threshold.ts';

export interface RuleDeskOptions {
  readonly ruleSet: RuleSet;
  /** Whether an event is told by all rules that match it, or by the first. */
  readonly matching: 'first' | 'all';
  /** Events that rules do not look at. */
  readonly isLeftOut: (entry: EventEntry) => boolean;
  readonly telemetry: Telemetry;
}

export interface Decided {
  /** What was given, in its order, with the alerts. */
  readonly entries: readonly Entry[];
  /** What is to be kept together with them. */
  readonly rows: StateRows;
}

interface SeatedRule {
  readonly rule: CompiledRule;
  readonly counter: ThresholdCounter | undefined;
}

const NO_ROWS: StateRows = new Map();

export class RuleDesk {
  readonly #options: Omit<RuleDeskOptions, 'ruleSet' | 'matching'>;
  #matching: RuleDeskOptions['matching'];
  #seats: readonly SeatedRule[];
  #rows = new Map<string, string | undefined>();
  readonly #failed = new Set<string>();

  constructor({ ruleSet, matching, ...options }: RuleDeskOptions) {
    this.#options = options;
    this.#matching = matching;
    this.#seats = ruleSet.rules.map((rule) => seated(rule, undefined));
  }

  /** To be called once for each reading, in order; what it gives is to be appended together. */
  decide(entries: readonly Entry[]): Decided {
    let decided: Entry[] | undefined;
    let index = 0;
    for (const entry of entries) {
      const alerts = this.#alertsOf(entry);
      if (alerts !== undefined) {
        decided ??= entries.slice(0, index);
        decided.push(...alerts);
      } else {
        decided?.push(entry);
      }
      index += 1;
    }
    return { entries: decided ?? entries, rows: this.#changedRows() };
  }

  /**
   * Takes up what an earlier process knew. To be called once, before the first decision.
   *
   * @param state all that `decide` ever gave as rows, the last of each key; those of others may be among them
   */
  restore(state: ReadonlyMap<string, string>): void {
    const counters = countersOf(this.#seats);
    const byRule = new Map<ThresholdCounter, Map<string, string>>();
    for (const [name, text] of state) {
      const parts = partsOfName(name);
      if (parts === undefined) continue;
      const counter = counters.get(parts.rule);
      if (counter === undefined) {
        this.#rows.set(name, undefined);
        continue;
      }
      const rows = byRule.get(counter) ?? new Map<string, string>();
      byRule.set(counter, rows.set(parts.key, text));
    }
    for (const [counter, rows] of byRule) counter.restore(rows);
  }

  /** Other rules from now on. */
  replace(ruleSet: RuleSet, matching = this.#matching): void {
    this.#matching = matching;
    const before = countersOf(this.#seats);
    this.#seats = ruleSet.rules.map((rule) => seated(rule, before.get(rule.name)));
    const kept = new Set(this.#seats.map(({ counter }) => counter));
    for (const counter of before.values()) {
      if (kept.has(counter)) continue;
      counter.clear();
      counter.takeChanged(this.#rows);
    }
    this.#failed.clear();
  }

  /** The entry and the alerts about it; undefined where no rule has matched, and the entry stays as it is. */
  #alertsOf(entry: Entry): readonly Entry[] | undefined {
    if (entry.kind !== 'event' && entry.kind !== 'gap') return undefined;
    if (entry.kind === 'event' && (entry.isTwin === true || this.#options.isLeftOut(entry))) return undefined;
    let matched: string[] | undefined;
    let told: SeatedRule[] | undefined;
    for (const seat of this.#seats) {
      if (!this.#matches(seat, entry)) continue;
      matched ??= [];
      matched.push(seat.rule.name);
      if (!this.#tells(seat, entry)) continue;
      told ??= [];
      told.push(seat);
      if (this.#matching === 'first') break;
    }
    if (matched === undefined) return undefined;
    const about = entry.kind === 'gap' ? entry : { ...entry, context: { ...entry.context, rules: matched } };
    if (told === undefined) return [about];
    this.#options.telemetry.count('alerts', told.length);
    return [about, ...told.map((seat) => alertOf(seat, about))];
  }

  #matches({ rule }: SeatedRule, entry: Entry): boolean {
    if (entry.kind === 'gap' && !rule.asksForGaps) return false;
    try {
      return rule.matches(entry);
    } catch (error) {
      this.#reportFailed(rule, error);
      return false;
    }
  }

  #tells({ rule, counter }: SeatedRule, entry: Entry): boolean {
    if (counter === undefined) return true;
    try {
      const verdict = counter.match(entry);
      if (verdict === 'cooled_down') this.#options.telemetry.count('alerts_cooled_down');
      return verdict === 'told';
    } catch (error) {
      this.#reportFailed(rule, error);
      return false;
    }
  }

  #reportFailed({ name }: CompiledRule, error: unknown): void {
    if (this.#failed.has(name)) return;
    this.#failed.add(name);
    this.#options.telemetry.report(ruleFailed(name, error));
  }

  #changedRows(): StateRows {
    for (const { counter } of this.#seats) counter?.takeChanged(this.#rows);
    if (this.#rows.size === 0) return NO_ROWS;
    const rows = this.#rows;
    this.#rows = new Map();
    return rows;
  }
}

function seated(rule: CompiledRule, before: ThresholdCounter | undefined): SeatedRule {
  if (rule.threshold === undefined) return { rule, counter: undefined };
  const counter = new ThresholdCounter(rule.name, rule.threshold);
  if (before?.fingerprint !== counter.fingerprint) return { rule, counter };
  before.adopt(rule.threshold);
  return { rule, counter: before };
}

function countersOf(seats: readonly SeatedRule[]): ReadonlyMap<string, ThresholdCounter> {
  return new Map(seats.flatMap(({ rule, counter }) => (counter === undefined ? [] : [[rule.name, counter] as const])));
}

function alertOf({ rule }: SeatedRule, about: EventEntry | GapEntry): AlertEntry {
  return {
    kind: 'alert',
    uid: digest([rule.name, about.uid]),
    rule: matchedRule(rule),
    about,
    observedAt: about.observedAt,
    engine: about.engine,
  };
}

function matchedRule({ name, description, priority, tags, output, threshold }: CompiledRule): MatchedRule {
  return {
    name,
    description,
    priority,
    tags,
    output,
    ...(threshold === undefined || threshold.count === 1 ? undefined : { matches: threshold.count }),
  };
}
