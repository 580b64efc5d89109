import { Command, CommanderError } from 'commander';
import { isStrongroomError, StrongroomError, VERSION } from '@strongroom/core';
import { addCommands } from './commands/all.ts';
import { terminalOf, type GlobalOptions } from './commands/global-options.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { stopReading } from './terminal/stop-reading.ts';
import { usageError, withoutSecrets } from './terminal/usage.ts';

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // A second time means: at once.
    if (stop.signal.aborted) process.exit(exitCodes.stopped);
    stop.abort();
    stopReading();
  });
}

const program = new Command('strongroom')
  .description(
    'End-to-end encrypted chat backups that you can open again with a password you remember, though nobody else can.',
  )
  .version(VERSION)
  .configureHelp({ sortSubcommands: false })
  .configureOutput({
    writeErr: (text) => {
      if (globalOptions().json !== true) process.stderr.write(text);
    },
    outputError: (text, write) => write(withoutSecrets(text)),
  })
  .addHelpText(
    'after',
    `
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 wrong password or key, 4 nothing there, 5 locked or must wait, 6 unavailable, 130 stopped.
Secrets are asked for, or come from a file or standard input; never from an argument.`,
  )
  .exitOverride();

void run();

// What is bundled as CommonJS cannot wait at its top level.
async function run(): Promise<void> {
  try {
    await addCommands(program, stop.signal, process.argv.slice(2));
    for (const command of allCommands(program)) addGlobalOptions(command);
    await program.parseAsync();
  } catch (error) {
    process.exitCode = fail(error);
  } finally {
    stopReading();
  }
}

function fail(error: unknown): number {
  const terminal = terminalOf(globalOptions());
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.ok;
    // Commander has told people what is wrong.
    if (terminal.options.json) terminal.error(usageError(error));
    return exitCodes.wrongUsage;
  }
  // Whatever a stop ended in, the stop is the reason.
  const told = stop.signal.aborted ? new StrongroomError('cancelled', {}, { cause: error }) : error;
  terminal.error(told);
  if (!isStrongroomError(error) && process.env['STRONGROOM_DEBUG'] !== undefined) console.error(error);
  return stop.signal.aborted ? exitCodes.stopped : exitCodeOf(error);
}

function globalOptions(): GlobalOptions {
  return { json: process.argv.includes('--json'), quiet: process.argv.includes('--quiet') };
}

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

function addGlobalOptions(command: Command): void {
  command
    .option('--profile <dir>', "this device's state (default: ~/.strongroom); two profiles play two devices")
    .option('--json', 'one JSON object on standard output')
    .option('--quiet', 'only results and errors')
    .exitOverride()
    .showHelpAfterError('Try --help.');
}
