// deepq presets: where a configuration can begin.

import { presets as entries, findPreset } from '../../index.ts';
import type { Command } from '../command.ts';
import { asUsage, exitCode, UsageError } from '../exit.ts';
import { formatTable } from '../format.ts';

export const presets: Command = {
  name: 'presets',
  summary: 'list the presets, or print the configuration of one',
  usage: '[NAME] [flags]',
  positionals: ['NAME'],
  flags: [
    { name: 'steps', value: 'N', description: 'the length of the run that schedules stretch over; 25000 by default' },
    { name: 'json', description: 'one JSON object a line' },
  ],
  async run(given, host) {
    const [name] = given.positionals;
    if (name !== undefined) {
      const config = asUsage(() => findPreset(name), 'presets').config(given.count('steps') ?? 25_000);
      host.stdout.write(`${given.has('json') ? JSON.stringify(config) : JSON.stringify(config, null, 2)}\n`);
      return exitCode.ok;
    }
    if (given.has('steps'))
      throw new UsageError('--steps: must come with the name of a preset, such as deepq presets steady --steps 100000');
    const rows = Array.from(entries, ([preset, { description, source }]) => ({ name: preset, description, source }));
    if (given.has('json')) for (const row of rows) host.stdout.write(`${JSON.stringify(row)}\n`);
    else host.stdout.write(formatTable(rows.map((row) => [row.name, `${row.description} [${row.source}]`])));
    return exitCode.ok;
  },
};
