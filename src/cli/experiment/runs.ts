// The runs of an experiment as processes of their own, some at a time: new ones are trained, those that were cut short resumed,
// those that are done left alone. Ctrl-C reaches every process, and each saves its run.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '../atomic-file.ts';
import { exitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { encodeRunConfig } from '../run-config.ts';
import { readOutcome } from './outcome.ts';
import type { PlannedRun } from './plan.ts';

export interface RunsTask {
  readonly runs: readonly PlannedRun[];
  /** Of the experiment. */
  readonly folder: string;
  readonly evaluationEpisodes: number;
  /** How many at a time. */
  readonly processes: number;
  readonly host: Host;
}

/** Milliseconds between two looks at whether to stop. */
const watch = 100;

/**
 * Brings every run to its end; false when interrupted. Throws Error with what a failed run said, once the others, which are
 * asked to save themselves, have ended.
 */
export async function completeRuns(task: RunsTask): Promise<boolean> {
  const { runs, host, processes } = task;
  const isDone = (planned: PlannedRun): boolean =>
    readOutcome(planned, join(task.folder, planned.path), task.evaluationEpisodes) !== undefined;
  const waiting = runs.filter((planned) => !isDone(planned));
  let done = runs.length - waiting.length;
  if (done > 0) host.stdout.write(`${done} of ${runs.length} runs are done already\n`);
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
      const ended = await complete(planned, task, running);
      if (ended.code === exitCode.ok) host.stdout.write(`${++done} of ${runs.length}: ${planned.path}\n`);
      else if (ended.code !== exitCode.interrupted && !host.interruption.requested) {
        failure ??= new Error(`experiment: ${planned.path} failed: ${ended.said.trim() || `exit code ${ended.code}`}`);
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

interface Ended {
  readonly code: number | null;
  /** On its standard error. */
  readonly said: string;
}

function complete(planned: PlannedRun, task: RunsTask, running: Set<ChildProcess>): Promise<Ended> {
  const folder = join(task.folder, planned.path);
  const words = existsSync(join(folder, 'checkpoint.safetensors')) ? ['resume', folder] : newRun(planned, folder);
  const child = spawn(process.execPath, [task.host.program, ...words, '--quiet', '--eval-episodes', String(task.evaluationEpisodes)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  running.add(child);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code) => {
      running.delete(child);
      resolve({ code, said });
    });
  });
}

/** The command line of a new run. Its plan is a file beside its folder, because a configuration is no command line. */
function newRun(planned: PlannedRun, folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  const plan = `${folder}.json`;
  writeFileAtomically(plan, encodeRunConfig(planned.run));
  return ['train', '--config', plan, '--out', folder, '--overwrite'];
}
