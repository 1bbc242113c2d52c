/** `dead-letters`: records that a backend refused for good, to be looked at, sent again or thrown away. */
import { openDesk, openLook } from '../collector.ts';
import type { Result } from '../model/engine.ts';
import type { DeadLetter, DeadLetterFilter, JournalDesk } from '../model/journal-look.ts';
import { toIsoNanos } from '../model/time.ts';
import { escapeControls } from '../runtime/mask.ts';
import { formatOf } from './journal-events.ts';
import { type JournalOptions, print, say, wantsJson, withJournal } from './journal-folder.ts';
import { ago, counted } from './text.ts';
import { type CommandWorld, EXIT, type ExitCode } from './world.ts';

export interface LetterOptions extends JournalOptions {
  readonly exporter?: string;
  readonly all?: boolean;
}

export function listLetters(world: CommandWorld, options: LetterOptions, ids: readonly string[]): Promise<ExitCode> {
  const which = filterOf(options, ids);
  if (!which.ok) return Promise.resolve(say(world, EXIT.wrong, which.problem));
  return withJournal(world, options, openLook, (look, config) => {
    const letters = look.deadLetters(which.value);
    const format = formatOf(world, options, config);
    const write = wantsJson(world, options) ? asJson : asText;
    print(
      world,
      letters.flatMap((letter) => write(letter, letter.entry && format(letter.entry), world)),
    );
    if (letters.length === 0 && world.stdout.isTTY === true) say(world, EXIT.ok, 'No such record is set aside.');
    return EXIT.ok;
  });
}

function asText(
  { id, exporter, setAsideAt, detail }: DeadLetter,
  line: string | undefined,
  { clock }: CommandWorld,
): string[] {
  const head = `${id}  ${exporter}, ${ago(setAsideAt, clock.now())}: ${detail}`;
  return [escapeControls(head), `    ${line ?? UNREADABLE}`];
}

const UNREADABLE = 'a record that this version cannot read; it can be discarded';

/** @param record as the console exporter writes it in JSON */
function asJson({ id, exporter, setAsideAt, detail }: DeadLetter, record: string | undefined): string[] {
  const letter = { id, exporter, set_aside: toIsoNanos(setAsideAt), detail };
  const text = escapeControls(JSON.stringify(letter));
  return [record === undefined ? text : `${text.slice(0, -1)},"record":${record}}`];
}

export function resendLetters(world: CommandWorld, options: LetterOptions, ids: readonly string[]): Promise<ExitCode> {
  return decide(world, options, ids, {
    act: (desk, which) => desk.resend(which),
    done: 'To be sent again, by the collector that runs or else by the next one',
  });
}

export function discardLetters(world: CommandWorld, options: LetterOptions, ids: readonly string[]): Promise<ExitCode> {
  return decide(world, options, ids, { act: (desk, which) => desk.discard(which), done: 'Discarded' });
}

interface Decision {
  act(desk: JournalDesk, which: DeadLetterFilter): number;
  readonly done: string;
}

/** Failed when less was there than was named. */
function decide(
  world: CommandWorld,
  options: LetterOptions,
  ids: readonly string[],
  { act, done }: Decision,
): Promise<ExitCode> {
  const which = filterOf(options, ids);
  if (!which.ok) return Promise.resolve(say(world, EXIT.wrong, which.problem));
  const { ids: named, exporter } = which.value;
  if (named === undefined && exporter === undefined && options.all !== true) {
    return Promise.resolve(say(world, EXIT.wrong, WHICH));
  }
  return withJournal(world, options, openDesk, (desk) => {
    const count = act(desk, which.value);
    print(world, [`${done}: ${counted(count, 'record')}.`]);
    const missing = (named?.length ?? 0) - count;
    if (missing <= 0) return EXIT.ok;
    return say(
      world,
      EXIT.failed,
      `${counted(missing, 'id')} of those named: no such record is set aside${exporter === undefined ? '' : ` for ${exporter}`}.`,
    );
  });
}

const WHICH = 'Which? Name their ids, as dead-letters list shows them, or an --exporter, or --all.';

function filterOf({ exporter }: LetterOptions, words: readonly string[]): Result<DeadLetterFilter, string> {
  const wrong = words.find((word) => !/^\d{1,15}$/.test(word));
  if (wrong !== undefined) {
    return { ok: false, problem: `Expected ids as dead-letters list shows them, got "${escapeControls(wrong)}".` };
  }
  const ids = words.length === 0 ? undefined : [...new Set(words.map(Number))];
  return { ok: true, value: { ids, exporter } };
}
