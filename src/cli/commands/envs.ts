// deepq envs: what there is to learn.

import { type EnvEntry, envs as entries } from '../../index.ts';
import type { Command } from '../command.ts';
import { exitCode } from '../exit.ts';
import { counted, formatReturn, formatTable } from '../format.ts';

export const envs: Command = {
  name: 'envs',
  summary: 'list the environments, and the preset that suits each',
  usage: '[--json]',
  positionals: [],
  flags: [{ name: 'json', description: 'one JSON object a line' }],
  async run(given, host) {
    for (const entry of entries) host.stdout.write(given.has('json') ? `${JSON.stringify(entry)}\n` : describe(entry));
    return exitCode.ok;
  },
};

function describe({ name, description, observation, actions, timeLimit, solvedReturn, trainingSteps, preset }: EnvEntry): string {
  const facts = formatTable([
    ['  observation', observation],
    ['  actions', actions.map((meaning, action) => `${action} ${meaning}`).join(', ')],
    ['  time limit', timeLimit === null ? 'none' : counted(timeLimit, 'step')],
    ['  solved from', formatReturn(solvedReturn)],
    ['  training', `${counted(trainingSteps, 'step')} by default`],
    ['  preset', preset],
  ]);
  return `${name}: ${description}\n${facts}`;
}
