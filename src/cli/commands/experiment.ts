// deepq experiment: a grid of environments, variants and seeds, or this machine's share of it.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Arguments, type Flag, parseNumber } from '../arguments.ts';
import { writeFileAtomically } from '../atomic-file.ts';
import type { Command } from '../command.ts';
import { asUsage, type ExitCode, exitCode, UsageError } from '../exit.ts';
import { decodePlan, type Plan, shareOf } from '../experiment/plan.ts';
import { writeReport } from '../experiment/report.ts';
import { completeRuns, unfinishedRuns } from '../experiment/runs.ts';
import { type Host, shellWord } from '../host.ts';
import { readText } from '../run-folder.ts';
import { standstill } from '../standstill.ts';

/** The flags that `experiment` and `ablate` share. */
export const gridFlags: readonly Flag[] = [
  { name: 'out', value: 'FOLDER', description: 'where the runs and the table go; runs/NAME by default' },
  { name: 'processes', value: 'N', description: 'runs at a time; 1 by default, as many as there are free cores is best' },
  {
    name: 'shard',
    value: 'K/N',
    description: 'only the K-th of N shares of the grid, counted from 1; `deepq report` puts shares together',
  },
];

export const experiment: Command = {
  name: 'experiment',
  summary: 'run a grid of environments, variants and seeds; draw its table and curves',
  usage: 'FILE.json [flags]',
  positionals: ['FILE.json'],
  flags: gridFlags,
  notes:
    'The file is an object: "name", "environments" (a list), "variants" (presets, or { "name", "preset", "config" }, where "config"\n' +
    'holds what differs from the preset), "seeds" (a number or a list); and, if you like, "steps" (a number, or one for each\n' +
    'environment), "evaluationEpisodes" and "references" ({ "environment", "label", "value", "source" }, lines to measure against).\n' +
    'Run it again and it goes on where it stopped: runs that are done are left alone, others continue from their checkpoint.',
  async run(given: Arguments, host: Host): Promise<ExitCode> {
    const [path] = given.positionals;
    if (path === undefined) throw new UsageError('experiment: must be followed by a file that describes it');
    const text = asUsage(() => readText(path));
    const plan = asUsage(() => decodePlan(text, path));
    return runGrid(plan, text, given, host);
  },
};

/** The plan as it was given, in the folder of its runs: what `report` is given with them. */
export const planFile = 'plan.json';

/** Runs a plan, or its share, to the end. `text` is the file it was read from. */
export async function runGrid(plan: Plan, text: string, given: Arguments, host: Host): Promise<ExitCode> {
  const folder = given.text('out') ?? join('runs', plan.name);
  const share = readShare(given);
  const runs = share === undefined ? plan.runs : shareOf(plan.runs, share.k, share.n);
  warnOfStandstills(plan, host);
  const unfinished = unfinishedRuns(runs, folder); // before anything is written: the folder may be refused
  mkdirSync(folder, { recursive: true });
  writeFileAtomically(join(folder, planFile), text);
  const complete = await completeRuns({ runs, unfinished, folder, processes: given.count('processes') ?? 1, host });
  if (!complete) {
    host.stderr.write('interrupted; every run is saved. The same command goes on\n'); // as `train` says it
    return exitCode.interrupted;
  }
  const { table, files, done } = writeReport(plan, [folder], folder);
  if (done === plan.runs.length) host.stdout.write(`\n${table}\n${files.join('\n')}\n`);
  else host.stdout.write(`this share is done. When all are: ${host.invocation} report ${shellWord(join(folder, planFile))} FOLDER…\n`);
  return exitCode.ok;
}

/** Seeds are alike: one line for an environment and variant. */
function warnOfStandstills({ runs }: Plan, { stderr }: Host): void {
  const reasons = runs.map(({ variant, run }) => {
    const reason = standstill(run, 0);
    return reason === undefined ? '' : `deepq: ${run.environment}, ${variant}: ${reason}\n`;
  });
  for (const line of new Set(reasons)) stderr.write(line);
}

/** Throws UsageError. */
function readShare(given: Arguments): { readonly k: number; readonly n: number } | undefined {
  const text = given.text('shard');
  if (text === undefined) return undefined;
  const [k, n, ...more] = text.split('/').map(parseNumber);
  if (more.length > 0 || !Number.isSafeInteger(k) || !Number.isSafeInteger(n) || k < 1 || k > n) {
    throw new UsageError(`--shard: must be K/N with whole numbers, K from 1 to N; got "${text}"`);
  }
  return { k, n };
}
