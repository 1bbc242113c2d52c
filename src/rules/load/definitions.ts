/** What the items of rules files say, read but not yet put together. */
import type { RulePriority } from '../../model/entry.ts';
import type { Place } from './problem.ts';
import type { Written } from './written.ts';

export interface ListItem {
  readonly name: string;
  readonly place: Place;
  readonly isAppended: boolean;
  readonly items: readonly Written[];
}

export interface MacroItem {
  readonly name: string;
  readonly place: Place;
  readonly isAppended: boolean;
  readonly condition: Written;
}

export interface RuleItem {
  readonly name: string;
  readonly place: Place;
  /** Undefined where none is written. */
  readonly source: string | undefined;
  readonly change: RuleChange;
}

export type RuleChange =
  | { readonly kind: 'define'; readonly parts: RuleParts & NeededParts }
  /** The parts of both are different ones. */
  | { readonly kind: 'change'; readonly appended: RuleParts | undefined; readonly replaced: RuleParts | undefined }
  | { readonly kind: 'enable'; readonly isEnabled: boolean };

export interface NeededParts {
  readonly condition: Written;
  readonly output: Written;
  readonly description: Written;
  readonly priority: RulePriority;
}

export interface RuleParts {
  readonly condition?: Written | undefined;
  readonly output?: Written | undefined;
  readonly description?: Written | undefined;
  readonly priority?: RulePriority | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly exceptions?: readonly ExceptionItem[] | undefined;
  readonly isEnabled?: boolean | undefined;
  /** Passed over where it names a field that is not known. */
  readonly mayBeSkipped?: boolean | undefined;
  readonly threshold?: ThresholdItem | undefined;
}

export interface ExceptionItem {
  readonly name: string;
  readonly place: Place;
  /** Undefined where it adds values to one that is there. */
  readonly fields: Written | readonly Written[] | undefined;
  readonly comps: Written | readonly Written[] | undefined;
  readonly values: readonly ExceptionValue[];
}

export type ExceptionValue = Written | readonly ExceptionValue[];

export interface ThresholdItem {
  readonly count: number;
  readonly withinMs: number;
  readonly coolDownMs: number;
  readonly by: readonly Written[];
}
