/** Why a span failed, as a short sentence: what a backend shows beside the status ERROR. */
import type { SpanName } from '../model/entry.ts';
import type { Attributes } from '../model/log-record.ts';
import { codeMeaning } from './exit.ts';

const WHAT: Readonly<Record<SpanName, string>> = {
  run: 'The container',
  create: 'The container',
  exec: 'The exec',
  stop: 'The container',
  pause: 'The container',
  pull: 'The pull',
  rollout: 'The update',
};

/** Failures that say how it ended by a verb of their own. */
const VERBS: ReadonlyMap<string, string> = new Map([
  ['failed', 'failed'],
  ['exit_code', 'failed'],
  ['not_started', 'could not be started'],
  ['rolled_back', 'was rolled back'],
  ['paused', 'was paused'],
  ['rollback_paused', 'was paused while it was rolled back'],
]);

/** @param failure a word; an underscore is a blank */
export function failureInWords(name: SpanName, failure: string, attributes: Attributes): string {
  const code = attributes['process.exit.code'];
  const exit = typeof code === 'number' ? code : undefined;
  if (failure === 'oom_killed') {
    return `The kernel killed the container, being out of memory${exit === undefined ? '' : ` (exit code ${exit})`}.`;
  }
  const verb = VERBS.get(failure) ?? `ended: ${failure.replaceAll('_', ' ')}`;
  return `${WHAT[name]} ${verb}${exit === undefined ? '' : withCode(exit)}.`;
}

function withCode(code: number): string {
  const meaning = codeMeaning(code);
  return ` with exit code ${code}${meaning === undefined ? '' : ` (${meaning})`}`;
}
