// What is said in whole lines: how a run begins, how it ended, what to do next.

import { type Evaluation, findEnv } from '../index.ts';
import { counted, formatCount, formatDuration, formatReturn, formatTable } from './format.ts';
import type { RunConfig } from './run-config.ts';

/** `step` is where the run begins, 0 unless it is resumed; `kernels` names the set that computes. */
export function startText({ environment, preset, steps, config }: RunConfig, step: number, kernels: string): string {
  const resumed =
    step < steps ? `continuing at step ${formatCount(step)} of ${formatCount(steps)}` : `${allTrained(steps)}; evaluating the network`;
  const task = step === 0 ? counted(steps, 'step') : resumed;
  return `${environment}, preset ${preset}, seed ${config.seed}: ${task}; kernels: ${kernels}\n`;
}

/** What a session did, in seconds. */
export function trainedText(steps: number, episodes: number, seconds: number): string {
  const speed = formatCount(steps / Math.max(seconds, 0.001));
  return `trained ${counted(steps, 'step')}, ${counted(episodes, 'episode')}, in ${formatDuration(seconds)} (${speed} steps/s)\n`;
}

/** `what` is what was evaluated. */
export function evaluationText(what: string, environment: string, evaluation: Evaluation): string {
  const { returns, mean, median, worst, iqm, interval } = evaluation;
  const rows = [
    ['  mean', `${formatReturn(mean)}   (${environment} counts as solved from ${formatReturn(findEnv(environment).solvedReturn)})`],
    ['  median', formatReturn(median)],
    ['  worst', formatReturn(worst)],
    [
      '  interquartile mean',
      `${formatReturn(iqm)}${returns.length > 1 ? `   (95 % interval ${interval.map(formatReturn).join(' to ')})` : ''}`,
    ],
  ];
  return `greedy evaluation of ${what}, ${counted(returns.length, 'episode')}\n${formatTable(rows)}`;
}

/** Where everything is and a command to go on with. */
export function nextText(folder: string, command: string): string {
  return formatTable([
    ['run folder', folder],
    ['next', command],
  ]);
}

export function interruptedText(step: number, steps: number, resume: string): string {
  if (step === steps) return `interrupted in the evaluation; ${allTrained(steps)} and saved. To evaluate again:\n  ${resume}\n`;
  return `interrupted at step ${formatCount(step)} of ${formatCount(steps)}; saved. To continue:\n  ${resume}\n`;
}

const allTrained = (steps: number): string => (steps === 1 ? 'its only step is trained' : `all ${formatCount(steps)} steps are trained`);
