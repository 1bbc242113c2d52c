/** The command lines of the commands that look at a journal. */
import { type Command, Option } from 'commander';
import type { LetterOptions } from './dead-letters.ts';
import type { ForgetOptions } from './journal.ts';
import type { EventsOptions } from './journal-events.ts';
import type { JournalOptions } from './journal-folder.ts';
import { appendWords, configOption } from './options.ts';
import type { CommandWorld, ExitCode } from './world.ts';

type End = (code: Promise<ExitCode>) => Promise<void>;

export function addJournal(program: Command, world: CommandWorld, end: End): void {
  const journal = program
    .command('journal')
    .summary('look at what is kept: what waits for whom, and recent events')
    .description(JOURNAL)
    .addHelpText('after', JOURNAL_EXAMPLES);
  shared(journal.command('status', { isDefault: true }))
    .summary('what is kept, and what waits for each exporter')
    .description(STATUS)
    .allowExcessArguments()
    .action((options: JournalOptions, command: Command) => {
      const [word] = command.args;
      if (word !== undefined) command.error(`error: unknown command '${word}': expected status, events or forget`);
      return end(import('./journal.ts').then(({ status }) => status(world, options)));
    });
  shared(journal.command('events'))
    .summary('the newest events, as lines on a terminal, else as JSON lines')
    .description(EVENTS)
    .option('--since <time>', 'not before: 30m, 1h, or 2026-11-21T12:00:00Z')
    .addOption(
      words(
        '--type <type>',
        'container, image, network …; gap and loss are what the collector tells itself, span is what took time',
      ),
    )
    .addOption(words('--action <action>', 'die, oom, start, health_status …'))
    .option('--container <name>', 'the name of a container, its id, or the beginning of its id')
    .option('--limit <count>', 'how many, the newest ones', '50')
    .action((options: EventsOptions) =>
      end(import('./journal-events.ts').then(({ events }) => events(world, options))),
    );
  shared(journal.command('forget'))
    .summary('give up what waits for an exporter that is not configured any more')
    .description(FORGET)
    .argument('<exporter>', 'as status shows it')
    .option('--yes', 'do it')
    .action((exporter: string, options: ForgetOptions) =>
      end(import('./journal.ts').then(({ forget }) => forget(world, options, exporter))),
    );
}

export function addDeadLetters(program: Command, world: CommandWorld, end: End): void {
  const letters = program
    .command('dead-letters')
    .summary('list, resend or discard records that a backend refused')
    .description(LETTERS)
    .addHelpText('after', LETTERS_EXAMPLES);
  const one = (name: string, summary: string) =>
    shared(letters.command(name))
      .summary(summary)
      .description(
        `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.${name === 'list' ? `\n\n${MASKED_TOO}` : ''}`,
      )
      .argument('[ids...]', 'as list shows them')
      .option('--exporter <name>', 'those of this exporter');
  one('list', 'show them with what the backend said').action((ids: string[], options: LetterOptions) =>
    end(import('./dead-letters.ts').then(({ listLetters }) => listLetters(world, options, ids))),
  );
  one('resend', 'have them sent again, by the collector that runs or by the next one')
    .option('--all', 'every one')
    .action((ids: string[], options: LetterOptions) =>
      end(import('./dead-letters.ts').then(({ resendLetters }) => resendLetters(world, options, ids))),
    );
  one('discard', 'throw them away')
    .option('--all', 'every one')
    .action((ids: string[], options: LetterOptions) =>
      end(import('./dead-letters.ts').then(({ discardLetters }) => discardLetters(world, options, ids))),
    );
}

function shared(command: Command): Command {
  return command
    .addOption(configOption())
    .option('--storage <folder>', 'the folder of the journal (also DOCKER_EVENTS_OTEL_STORAGE)')
    .option('--json', 'for machines');
}

function words(flags: string, description: string): Option {
  return new Option(flags, `${description}; several with commas`).argParser(appendWords);
}

const MASKED_TOO = `What is shown is masked as in what leaves. The file itself holds what the engine said, and is readable for its owner only.`;

const JOURNAL = `Looks at the journal of this machine, also while a collector works on it. Looks write nothing.

${MASKED_TOO}`;

const JOURNAL_EXAMPLES = `
Examples:
  $ docker-events-otel journal                                         what is kept, and what waits for whom
  $ docker-events-otel journal events --since 1h --container web       what happened to that container
  $ docker-events-otel journal events --action die,oom --limit 1000 --json | jq .body
  $ docker exec collector node dist/cli.js journal                     where the collector is a container`;

const STATUS =
  'The file and its bounds, who uses it, the receivers with their last event, and each exporter with what waits for it. Ends with 1 when there is no journal.';

const EVENTS = `The newest events that are kept, oldest first. What was delivered is kept as far as storage.history reaches.

${MASKED_TOO}`;

const FORGET =
  'What waits for an exporter that is not configured any more is kept, until that exporter is configured again, what waits is too old, or this command gives it up.';

const LETTERS = "Records that a backend refused for good are set aside in the journal, with the backend's words.";

const LETTERS_EXAMPLES = `
Examples:
  $ docker-events-otel dead-letters list
  $ docker-events-otel dead-letters resend 12 13
  $ docker-events-otel dead-letters discard --exporter otlp_http`;
