/** The command line of `status`. */
import type { Command } from 'commander';
import { configOption } from './options.ts';
import type { StatusOptions } from './status.ts';
import type { CommandWorld, ExitCode } from './world.ts';

export function addStatus(
  program: Command,
  world: CommandWorld,
  end: (code: Promise<ExitCode>) => Promise<void>,
): void {
  program
    .command('status')
    .summary('how the collector that runs is: connected, delivering, and what became of every event')
    .description(STATUS)
    .addOption(configOption())
    .option('--listen <address>', 'where the collector listens, host:port (also DOCKER_EVENTS_OTEL_LISTEN)')
    .option('--storage <folder>', 'the folder of its journal (also DOCKER_EVENTS_OTEL_STORAGE)')
    .option('--json', 'for machines')
    .addHelpText('after', EXAMPLES)
    .action((options: StatusOptions) => end(import('./status.ts').then(({ status }) => status(world, options))));
}

const STATUS = `Asks the collector of this configuration how it is: its engines, what came in, and for each exporter what became of it.
Where nobody answers it says so, and shows what the journal on this machine tells.

Ends with 0 where the collector is ready, 1 where it is not, and 2 where nobody answers or the configuration is wrong,
or where another collector answers than the one of the storage that is named.`;

const EXAMPLES = `
Examples:
  $ docker-events-otel status                                          the collector of this machine
  $ docker-events-otel status --listen 10.0.0.7:9464 --json            another one, for a script
  $ docker exec collector node dist/cli.js status                      where the collector is a container`;
