/** Makes what has been collected into rules that can be run, and tells all that is wrong with their conditions and outputs. */
import { compileCondition, compileOperand } from '../../condition/compile.ts';
import type { Fields } from '../../condition/field.ts';
import { compileOutput } from '../../condition/output.ts';
import { readOperand } from '../../condition/parser.ts';
import type { Condition, ConditionProblem, FieldName } from '../../condition/tree.ts';
import { RULE_PRIORITIES } from '../../model/entry.ts';
import type { CompiledRule, RuleSet, RuleThreshold, SkippedRule, SkipReason, ThresholdKey } from '../rule-set.ts';
import { asksForGaps } from './asks-for-gaps.ts';
import { appendedTo, type CollectedRule, type Collection } from './collection.ts';
import type { ThresholdItem } from './definitions.ts';
import { withExceptions } from './exceptions.ts';
import { fieldLikeTexts } from './field-like.ts';
import { Lists } from './lists.ts';
import { Macros } from './macros.ts';
import type { LoadOptions } from './options.ts';
import { type Item, quoted } from './problem.ts';
import type { Report } from './report.ts';
import { switched } from './switches.ts';
import { FIRST_OFFSET, Texts } from './texts.ts';
import { Written } from './written.ts';

const SOURCE = 'docker';

export function compileRules(collection: Collection, fields: Fields, options: LoadOptions, report: Report): RuleSet {
  const compiler = new RuleCompiler(collection, fields, report);
  const isEnabled = switched(collection, options, report);
  const least = RULE_PRIORITIES.indexOf(options.minimumPriority);
  const rules: CompiledRule[] = [];
  const skipped: SkippedRule[] = [];
  // Of rules that were skipped unread, nobody knows what they name.
  let areAllRead = true;
  for (const rule of collection.rules.values()) {
    if (report.isFull) break;
    const skip = (reason: SkipReason) => skipped.push({ name: rule.name, reason, ...whereOf(rule) });
    if (rule.source !== SOURCE) {
      const message = `Skipped: it is for the source ${quoted(rule.source)}; only ${quoted(SOURCE)} is known here.`;
      report.warning(rule.place, { kind: 'rule', name: rule.name }, message);
      skip('source');
      areAllRead = false;
      continue;
    }
    const isAsked = isEnabled(rule);
    if (!isAsked && isTrusted(rule, options)) {
      skip('disabled');
      areAllRead = false;
      continue;
    }
    // Those that are not asked are checked too: enabling a rule should not be what breaks it.
    const compiled = compiler.rule(rule);
    if (compiled === 'unknown_field') skip('unknown_field');
    else if (!isAsked) skip('disabled');
    else if (RULE_PRIORITIES.indexOf(rule.priority) > least) skip('priority');
    else if (compiled !== undefined) rules.push(compiled);
  }
  if (areAllRead) compiler.warnUnused();
  return { rules, skipped };
}

/** As it stands in a trusted file: nobody has added to it. */
function isTrusted({ place, condition, output, exceptions }: CollectedRule, { trusted }: LoadOptions): boolean {
  const isAsWritten = [...condition, ...output].every((part) => part.placeAt(0).file === place.file);
  return place.file === trusted && isAsWritten && exceptions.length === 0;
}

function whereOf({ place: { file, line } }: CollectedRule): Pick<CompiledRule, 'file' | 'line'> {
  return { file, line };
}

class RuleCompiler {
  readonly #collection: Collection;
  readonly #fields: Fields;
  readonly #report: Report;
  readonly #texts = new Texts();
  readonly #lists: Lists;
  readonly #macros: Macros;

  constructor(collection: Collection, fields: Fields, report: Report) {
    this.#collection = collection;
    this.#fields = fields;
    this.#report = report;
    this.#lists = new Lists(collection.lists);
    this.#macros = new Macros(collection, this.#lists, this.#texts, report);
  }

  /** Undefined where something is wrong, which is told. */
  rule(rule: CollectedRule): CompiledRule | 'unknown_field' | undefined {
    const { name, priority, tags, threshold } = rule;
    const item: Item = { kind: 'rule', name };
    const output = appendedTo(rule.output).trimmed();
    const tree = this.#tree(rule, item);
    if (rule.mayBeSkipped && this.#warnsUnknown(tree, output, item)) return 'unknown_field';
    const compiled = tree && compileCondition(tree, this.#fields);
    if (compiled?.ok === false) for (const problem of compiled.problem) this.#tellCondition(problem, rule, item);
    for (const odd of tree === undefined ? [] : fieldLikeTexts(tree, this.#fields))
      this.#texts.tell(odd, this.#report, true);
    const format = compileOutput(output.text, this.#fields);
    if (!format.ok) for (const problem of format.problem) this.#report.inText(output, item, problem);
    const asked = threshold && this.#threshold(threshold, item);
    if (compiled?.ok !== true || !format.ok) return undefined;
    return {
      name,
      description: appendedTo(rule.description).text,
      priority,
      tags: [...tags],
      output: output.text,
      format: format.value,
      matches: compiled.value,
      asksForGaps: tree !== undefined && asksForGaps(tree),
      ...(asked && { threshold: asked }),
      source: SOURCE,
      ...whereOf(rule),
    };
  }

  warnUnused(): void {
    for (const { name, place } of this.#collection.macros.values()) {
      if (!this.#macros.isUsed(name)) this.#report.warning(place, { kind: 'macro', name }, 'Nothing names it.');
    }
    for (const { name, place } of this.#collection.lists.values()) {
      if (!this.#lists.isUsed(name)) this.#report.warning(place, { kind: 'list', name }, 'Nothing names it.');
    }
  }

  #tree({ condition, exceptions }: CollectedRule, item: Item): Condition | undefined {
    const plain = appendedTo(condition);
    // Those without values are no part of the condition.
    for (const { fields } of exceptions.filter(({ values }) => values.length === 0)) {
      for (const field of fields instanceof Written ? [fields] : fields) this.#key(field, item);
    }
    const whole = withExceptions(plain, exceptions);
    if (!whole.ok) for (const { place, message } of whole.problem) this.#report.problem(place, item, message);
    return this.#macros.put(whole.ok ? whole.value : plain, item);
  }

  #tellCondition(problem: ConditionProblem, rule: CollectedRule, item: Item): void {
    const whole = rule.condition[0];
    // What is wrong with all of it is at no place of it.
    if (problem.at < FIRST_OFFSET && whole !== undefined) this.#report.problem(whole.placeAt(0), item, problem.message);
    else this.#texts.tell(problem, this.#report);
  }

  /** Whether the rule names a field that is not known; if so, that is told. */
  #warnsUnknown(tree: Condition | undefined, output: Written, item: Item): boolean {
    const inCondition = tree && unknownField(tree, this.#fields);
    if (inCondition !== undefined) {
      const { name, at } = inCondition;
      this.#texts.tell({ message: `Skipped, as it asks to be: there is no field ${name}.`, at }, this.#report, true);
      return true;
    }
    const format = compileOutput(output.text, this.#fields);
    const inOutput = format.ok ? undefined : format.problem.find(({ at }) => this.#isUnknownAt(output.text, at));
    if (inOutput === undefined) return false;
    this.#report.oddInText(output, item, { ...inOutput, message: `Skipped, as it asks to be. ${inOutput.message}` });
    return true;
  }

  #isUnknownAt(text: string, at: number): boolean {
    FIELD_NAME.lastIndex = at;
    const name = FIELD_NAME.exec(text)?.[0];
    return name !== undefined && this.#fields.named(name) === undefined;
  }

  #threshold({ by, ...numbers }: ThresholdItem, item: Item): RuleThreshold {
    return { ...numbers, by: by.flatMap((field) => this.#key(field, item)) };
  }

  /** None where something is wrong, which is told. */
  #key(field: Written, item: Item): readonly ThresholdKey[] {
    const read = readOperand(field.text, 0);
    const rest = read.ok ? field.text.slice(read.value.end) : '';
    if (rest !== '') {
      const message = `Expected a field such as docker.container.name, got ${quoted(field.text)}.`;
      this.#report.inText(field, item, { message, at: field.text.length - rest.length });
      return [];
    }
    const compiled = read.ok
      ? compileOperand(read.value.operand, this.#fields)
      : { ok: false as const, problem: [read.problem] };
    if (compiled.ok) return [{ name: field.text, read: compiled.value }];
    for (const problem of compiled.problem) this.#report.inText(field, item, problem);
    return [];
  }
}

const FIELD_NAME = /[a-zA-Z]\w*(?:\.\w+)+(?!\w*\()/y;

function unknownField(part: object, fields: Fields): FieldName | undefined {
  if (isFieldName(part)) return fields.named(part.name) === undefined ? part : undefined;
  for (const inner of Object.values(part)) {
    const found = typeof inner === 'object' && inner !== null ? unknownField(inner, fields) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function isFieldName(part: object): part is FieldName {
  return 'kind' in part && part.kind === 'field';
}
