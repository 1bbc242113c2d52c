import type { RulePriority } from '../../model/entry.ts';

export interface LoadOptions {
  /** Rules that are less severe are left out. */
  readonly minimumPriority: RulePriority;
  /**
   * The path of a file whose rules are held by tests: those of them that are not asked are not checked either, because each
   * costs a start some milliseconds.
   */
  readonly trusted?: string;
  /** Names of rules that are enabled whatever the files say; `*` for any characters. */
  readonly enable?: readonly string[];
  /** Disabled whatever the files say, after `enable`. */
  readonly disable?: readonly string[];
}
