// The runs of an experiment as processes of their own, some at a time: new ones are trained, those that were cut short resumed,
// those that are done left alone. Ctrl-C reaches every process, and each saves its run.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '../atomic-file.ts';
import { exitCode } from '../exit.ts';
import { counted } from '../format.ts';
import type { Host } from '../host.ts';
import { encodeRunConfig } from '../run-config.ts';
import { readText } from '../run-folder.ts';
import { requireUnused } from '../run-lock.ts';
import { readOutcome } from './outcome.ts';
import type { PlannedRun } from './plan.ts';

export interface RunsTask {
  readonly runs: readonly PlannedRun[];
  /** Those that are not done. */
  readonly unfinished: readonly PlannedRun[];
  /** Of the experiment. */
  readonly folder: string;
  /** How many at a time. */
  readonly processes: number;
  readonly host: Host;
}

/** Milliseconds between two looks at whether to stop. */
const watch = 100;

/** The runs that are not done in the folder of an experiment. Throws as readOutcome does: the folder may be another experiment's. */
export const unfinishedRuns = (runs: readonly PlannedRun[], folder: string): PlannedRun[] =>
  runs.filter((planned) => readOutcome(planned, join(folder, planned.path)) === undefined);

/**
 * Brings every run to its end; false when interrupted. Throws Error that names the run that failed, how, and its log, once the
 * others, which are asked to save themselves, have ended.
 */
export async function completeRuns(task: RunsTask): Promise<boolean> {
  const { runs, host, processes } = task;
  const waiting = [...task.unfinished];
  let done = runs.length - waiting.length;
  if (done > 0) host.stdout.write(`${done} of ${counted(runs.length, 'run')} ${done === 1 ? 'is' : 'are'} done already\n`);
  const running = new Set<ChildProcess>();
  let failure: Error | undefined;
  let stopping = false;
  // Once: a second request would end the processes before they have saved.
  const stopAll = (): void => {
    if (!stopping) for (const child of running) child.kill('SIGINT');
    stopping = true;
  };

  const worker = async (): Promise<void> => {
    for (;;) {
      const planned = stopping || host.interruption.requested ? undefined : waiting.shift();
      if (planned === undefined) return;
      const problem = await complete(planned, task, running);
      if (problem === undefined) host.stdout.write(`${++done} of ${runs.length}: ${planned.path}\n`);
      else if (problem !== 'interrupted' && !host.interruption.requested) {
        failure ??= new Error(`experiment: ${planned.path} ${problem}`);
        stopAll();
      }
    }
  };

  const watcher = setInterval(() => {
    if (host.interruption.requested) stopAll();
  }, watch);
  try {
    await Promise.all(Array.from({ length: processes }, worker));
  } finally {
    clearInterval(watcher);
  }
  if (failure !== undefined) throw failure;
  return done === runs.length;
}

/** Brings one run to its end. Undefined when it is there, 'interrupted' when it was saved before, else how it failed. Never throws. */
async function complete(planned: PlannedRun, { folder, host }: RunsTask, running: Set<ChildProcess>): Promise<string | undefined> {
  const own = join(folder, planned.path);
  const log = `${own}.log`;
  try {
    mkdirSync(own, { recursive: true });
    requireUnused(own, readdirSync(own)); // before its log is emptied
    const words = existsSync(join(own, 'checkpoint.safetensors')) ? ['resume', own] : newRun(planned, own);
    const flags = ['--quiet', '--eval-episodes', String(planned.run.evaluationEpisodes)];
    const end = await endOf([...host.program, ...words, ...flags], log, running);
    const said = readText(log).trim();
    const good = end === exitCode.ok || end === exitCode.interrupted;
    if (good && said === '') rmSync(log);
    if (good) return end === exitCode.ok ? undefined : 'interrupted';
    return `failed (${typeof end === 'number' ? `exit code ${end}` : `ended by ${end}`}, log ${log}): ${said || 'it said nothing'}`;
  } catch (error) {
    return `could not be started (log ${log}): ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** How a process ended: its exit code, or the signal that ended it. Its errors go to the file `log`. Throws when it does not start. */
async function endOf([program, ...words]: readonly string[], log: string, running: Set<ChildProcess>): Promise<number | string> {
  const output = openSync(log, 'w');
  try {
    const child = spawn(program, words, { stdio: ['ignore', 'ignore', output] });
    running.add(child);
    const [code, signal]: (number | string)[] = await once(child, 'close').finally(() => running.delete(child));
    return code ?? signal;
  } finally {
    closeSync(output);
  }
}

/** The command line of a new run. Its plan is a file beside its folder, because a configuration is no command line. */
function newRun(planned: PlannedRun, folder: string): string[] {
  const plan = `${folder}.json`;
  writeFileAtomically(plan, encodeRunConfig(planned.run));
  return ['train', '--config', plan, '--out', folder, '--overwrite'];
}
