/** The command lines of the commands about rules. */
import { type Command, Option } from 'commander';
import { configOption } from './options.ts';
import type { RulesOptions, TestOptions } from './rules.ts';
import type { CommandWorld, ExitCode } from './world.ts';

type End = (code: Promise<ExitCode>) => Promise<void>;

export function addRules(program: Command, world: CommandWorld, end: End): void {
  const rules = program
    .command('rules')
    .summary("try out rules in Falco's form on recorded events, or list them")
    .description(RULES)
    .addHelpText('after', EXAMPLES);
  shared(rules.command('test'))
    .summary('what rules would say of a recording')
    .description(TEST)
    .argument('[files...]', 'rules files or folders of them; without any those of the configuration')
    .addOption(new Option('--events <recording>', "events as docker events --format '{{json .}}' writes them"))
    .option('--matching <which>', 'all rules that match, or the first, as Falco does')
    .action((files: string[], options: TestOptions) =>
      end(import('./rules.ts').then(({ testRules }) => testRules(world, options, files))),
    );
  shared(rules.command('list'))
    .summary('which rules there are, and which are asked')
    .description(LIST)
    .argument('[files...]', 'rules files or folders of them; without any those of the configuration')
    .action((files: string[], options: RulesOptions) =>
      end(import('./rules.ts').then(({ listRules }) => listRules(world, options, files))),
    );
}

function shared(command: Command): Command {
  return command
    .addOption(configOption())
    .option('--bundled', 'together with the rules that come with the program')
    .option('--json', 'for machines');
}

const RULES = "Rules are files in Falco's form, for the source docker. See docs/rules.md.";

const TEST = `Plays a recording through the rules and prints a line for each match: the time of the event in UTC, the priority, the
output, secrets masked. How often each rule matched and what it costs follows on stderr. Nothing is sent anywhere.`;

const LIST = 'Each rule with its priority and its place, and those that are not asked with the reason.';

const EXAMPLES = `
Examples:
  $ docker events --since 24h --until 0s --format '{{json .}}' > events.ndjson
  $ docker-events-otel rules test my_rules.yaml --events events.ndjson
  $ docker-events-otel rules test --events events.ndjson --json        the rules of the configuration
  $ docker-events-otel rules list                                      which are there, and which are asked`;
