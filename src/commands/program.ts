/** The command line: what can be said, and the help that tells it. A command's code is loaded when it is asked for. */
import { Command, CommanderError } from 'commander';
import about from '../../package.json' with { type: 'json' };
import { addDeadLetters, addJournal } from './journal-program.ts';
import { addSharedOptions, type SharedOptions } from './options.ts';
import { addRules } from './rules-program.ts';
import { addStatus } from './status-program.ts';
import { type CommandWorld, EXIT, type ExitCode } from './world.ts';

/** @param args without the program's own name. Resolves with what the process should end with. */
export async function runProgram(world: CommandWorld, args: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const program = createProgram(world, async (result) => {
    code = await result;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.wrong;
    throw error;
  }
}

function createProgram(world: CommandWorld, end: (code: Promise<ExitCode>) => Promise<void>): Command {
  const { stdout, stderr } = world;
  const columns = (output: typeof stdout) => (output.isTTY === true ? (output.columns ?? 80) : 100);
  const program = new Command('docker-events-otel')
    .description(`${about.description}\n\nWithout a file it is configured by the environment alone.`)
    .version(about.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      getOutHelpWidth: () => columns(stdout),
      getErrHelpWidth: () => columns(stderr),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showHelpAfterError('Use --help to see what can be said.')
    .addHelpText('after', EXAMPLES);
  const session = (name: string, summary: string, description: string) =>
    addSharedOptions(program.command(name).summary(summary).description(description));

  session('run', 'read events and deliver them, until told to stop', RUN)
    .addHelpText('after', RUN_EXAMPLES)
    .action((options: SharedOptions) => end(import('./run.ts').then(({ run }) => run(world, options))));
  session('try', 'like run; plays a recording where there is no engine', TRY).action((options: SharedOptions) =>
    end(import('./try.ts').then(({ tryOut }) => tryOut(world, options))),
  );
  session('replay', 'send recorded events through the whole pipeline, once', REPLAY)
    .argument('<file>', "events as docker events --format '{{json .}}' or GET /events writes them")
    .addHelpText('after', REPLAY_EXAMPLES)
    .action((file: string, options: SharedOptions) =>
      end(import('./replay.ts').then(({ replay }) => replay(world, options, file))),
    );
  program
    .command('check')
    .summary('tell everything that is wrong with a configuration')
    .description(CHECK)
    .argument('[files...]', 'YAML files or Logtail configurations')
    .action((files: string[]) => end(import('./check.ts').then(({ check }) => check(world, files))));
  session('config', 'print the configuration in effect, secrets masked', CONFIG).action((options: SharedOptions) =>
    end(import('./config.ts').then(({ config }) => config(world, options))),
  );
  addStatus(program, world, end);
  addRules(program, world, end);
  addJournal(program, world, end);
  addDeadLetters(program, world, end);
  return program;
}

const EXAMPLES = `
Examples:
  $ docker-events-otel run                                             the local engine, to the terminal
  $ docker-events-otel run --endpoint http://localhost:4318            to an OTLP backend
  $ docker-events-otel check collector.yaml                            is this file right?
  $ docker-events-otel status                                          how is the collector that runs?
  $ docker-events-otel help run                                        all options of a command

Ends with 0 when all is well, 1 when something could not be done, 2 when the configuration or the arguments are wrong.`;

const RUN = `Reads the events of a Docker Engine and delivers each as an OpenTelemetry log record, until SIGTERM or SIGINT.
An engine that is not there, or goes away, is waited for; a backend that is away is tried again until it has the records.
On the first signal what waits is delivered (shutdown_timeout, 10 s); a second one ends at once.`;

const RUN_EXAMPLES = `
Examples:
  $ docker-events-otel run                                             the local engine, to the terminal
  $ docker-events-otel run --endpoint http://localhost:4318            to an OTLP backend
  $ docker-events-otel run -c collector.yaml                           as a file says
  $ docker-events-otel run -H ssh://me@host -e otlp console            an engine elsewhere, to two places`;

const TRY = `Shows the events of the engine on this machine, says where they go, and how to send them elsewhere.
Where there is no engine it says so, and plays a bundled recording of a real one, marked as a recording.`;

const REPLAY = `Sends recorded events through the whole pipeline, as if an engine had just told them, and ends.
Each record's resource says docker.events.recording, with the name of the file.`;

const REPLAY_EXAMPLES = `
Examples:
  $ docker events --since 24h --until 0s --format '{{json .}}' > events.ndjson
  $ docker-events-otel replay events.ndjson --endpoint http://localhost:4318`;

const CHECK = `Tells all problems of each file at once: where (file:line:column), what was expected, what is there instead, and the
nearest word that is known. Without a file, what run would use is checked. Looks at no engine and no backend.
Ends with 2 when there is a problem.`;

const CONFIG = `Prints the configuration that the options, the file and the environment make together, as a file could say it.`;
