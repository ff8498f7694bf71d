// The texts of `deepq help` and `deepq COMMAND --help`, written from the table of commands.

import type { Flag } from './arguments.ts';
import type { Command } from './command.ts';
import { exitCode } from './exit.ts';
import { formatTable } from './format.ts';

export const helpFlag: Flag = { name: 'help', description: 'print this' };

/** All commands, each in a line. */
export function overview(commands: readonly Command[]): string {
  const rows = [
    ...commands.map(({ name, summary }) => [`  ${name}`, summary]),
    ['  help', 'print this, or the flags of a command: deepq help train'],
  ];
  return [
    'deepq: deep Q-learning from scratch\n\nusage: deepq COMMAND [flags]\n\n',
    formatTable(rows),
    '\nfor example: deepq train --env CartPole-v1\n',
    '\nCtrl-C ends a command, and saves a run that is trained; a second one ends it at once. NO_COLOR turns colours off.\n',
    `exit codes: ${exitCode.ok} done, ${exitCode.failure} failed, ${exitCode.usage} wrong command line, ${exitCode.interrupted} interrupted\n`,
  ].join('');
}

/** One command and its flags. */
export function commandHelp(command: Command): string {
  const parts = [
    `deepq ${command.name}: ${command.summary}\n\nusage: deepq ${command.name} ${command.usage}\n\n`,
    formatTable([...command.flags, helpFlag].map(flagRow)),
  ];
  if (command.configFlags !== undefined) {
    parts.push(
      '\nEvery field of the configuration, with its value in the steady preset for a run of 25,000 steps:\n\n',
      formatTable(command.configFlags.map(flagRow)),
      '\nFields can be written with dashes too: --learning-rate.start. A number for a schedule means a constant one:\n',
      '--epsilon 0.1. Lists are separated by commas: --network.hidden 64,64.\n',
    );
  }
  if (command.notes !== undefined) parts.push(`\n${command.notes}\n`);
  return parts.join('');
}

const flagRow = ({ name, value, description }: Flag): string[] => [`  --${name}${value === undefined ? '' : ` ${value}`}`, description];
