// From the words behind "deepq" to an exit code: finds the command, parses its flags, and turns every error into a line.

import { UnknownNameError } from '../index.ts';
import { parseArguments } from './arguments.ts';
import type { Command } from './command.ts';
import { commands } from './commands/all.ts';
import { type ExitCode, exitCode, UsageError } from './exit.ts';
import { commandHelp, helpFlag, overview } from './help.ts';
import type { Host } from './host.ts';

/** Runs a command. Never throws: what goes wrong is on stderr, in one line, and in the exit code. */
export async function runCli(words: readonly string[], version: string, host: Host): Promise<ExitCode> {
  try {
    return await dispatch(words, version, host);
  } catch (error) {
    host.stderr.write(`deepq: ${describeError(error)}\n`);
    return error instanceof UsageError ? exitCode.usage : exitCode.failure;
  }
}

async function dispatch(words: readonly string[], version: string, host: Host): Promise<ExitCode> {
  const [name, ...rest] = words;
  switch (name) {
    case undefined:
      host.stderr.write(overview(commands));
      return exitCode.usage;
    case '--version':
      host.stdout.write(`${version}\n`);
      return exitCode.ok;
    case '--help':
    case '-h':
    case 'help':
      host.stdout.write(rest[0] === undefined ? overview(commands) : commandHelp(findCommand(rest[0])));
      return exitCode.ok;
  }
  const command = findCommand(name);
  // Asking for help is always right, whatever else is on the line.
  if (rest.includes('--help') || rest.includes('-h')) {
    host.stdout.write(commandHelp(command));
    return exitCode.ok;
  }
  const flags = [...command.flags, ...(command.configFlags ?? []), helpFlag];
  return command.run(parseArguments(command.name, rest, flags, command.positionals), host);
}

/** Throws UsageError with the closest name. */
function findCommand(name: string): Command {
  const command = commands.find((candidate) => candidate.name === name);
  if (command !== undefined) return command;
  if (name.startsWith('-')) throw new UsageError(`command: must come before flags; got ${name}. \`deepq help\` lists them`);
  const known = [...commands.map((candidate) => candidate.name), 'help'];
  throw new UsageError(new UnknownNameError('command', name, known).message);
}

/** The message; for mistakes of the program itself also where they happened. */
function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const bug = error instanceof TypeError || error instanceof ReferenceError;
  return bug ? `this is a mistake in deepq, please report it. ${error.stack}` : error.message;
}
