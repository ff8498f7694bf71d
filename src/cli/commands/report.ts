// deepq report: the table and the figures of an experiment from runs that are done, wherever their folders are.

import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { asUsage, type ExitCode, exitCode, UsageError } from '../exit.ts';
import { decodePlan } from '../experiment/plan.ts';
import { writeReport } from '../experiment/report.ts';
import type { Host } from '../host.ts';
import { readText, requirePath } from '../run-folder.ts';

export const report: Command = {
  name: 'report',
  summary: 'put the shares of an experiment together: its table and curves',
  usage: 'FILE.json FOLDER… [flags]',
  positionals: ['FILE.json', 'FOLDER…'],
  flags: [{ name: 'out', value: 'FOLDER', description: 'where table.md and the figures go; the first folder by default' }],
  notes: 'Nothing is trained. Equal runs give equal bytes, however many folders they lie in. The exit code is 1 while runs are missing.',
  async run(given: Arguments, host: Host): Promise<ExitCode> {
    const [path, ...folders] = given.positionals;
    if (path === undefined || folders.length === 0) {
      throw new UsageError('report: must be followed by the file of an experiment and the folders that hold its runs');
    }
    const plan = asUsage(() => decodePlan(readText(path), path));
    for (const folder of folders) requirePath(folder, 'a folder that holds runs');
    const { table, files, done } = writeReport(plan, folders, given.text('out') ?? folders[0]);
    host.stdout.write(`${table}\n${files.join('\n')}\n`);
    return done === plan.runs.length ? exitCode.ok : exitCode.failure;
  },
};
