// The lines of metrics.jsonl, one JSON object each, under the names that CleanRL made common. Everything in them follows from the
// run's configuration, except charts/SPS, steps per second, which is the only number taken from a clock.

import { type DqnAgent, type DqnConfig, type Evaluation, FormatError, type StepReport, valueAt } from '../index.ts';
import type { Episode } from './episodes.ts';

export interface Metrics {
  /** Environment steps so far. */
  readonly global_step: number;
  readonly [name: string]: number | readonly number[];
}

/** Updates are many and alike: the first one after each so many steps is written. */
const samplingSteps = 100;

/** Whether the update after this step is one that is written. */
export const isSampled = (step: number, { updateEverySteps }: DqnConfig): boolean => step % samplingSteps < updateEverySteps;

/**
 * What is worth writing about a step: the end of an episode, and now and then an update. Whether there is a line depends on the
 * step alone, so a resumed run writes the lines of an uninterrupted one.
 */
export function metricsOf(report: StepReport, agent: DqnAgent, stepsPerSecond: () => number): Metrics | undefined {
  const { step, episode } = report;
  const update = isSampled(step, agent.config) ? report.update : undefined;
  if (episode === undefined && update === undefined) return undefined;
  return {
    global_step: step,
    ...(episode && { 'charts/episodic_return': episode.return, 'charts/episodic_length': episode.length }),
    ...(update && {
      'losses/td_loss': update.loss,
      'losses/q_values': update.meanQ,
      'losses/gradient_norm': update.gradientNorm,
      'charts/learning_rate': valueAt(agent.config.learningRate, step),
    }),
    'charts/epsilon': agent.epsilon,
    'charts/SPS': Math.round(stepsPerSecond()),
  };
}

/** An evaluation of the network as it was after so many steps. */
export function evaluationMetrics(step: number, evaluation: Evaluation): Metrics {
  const { returns, mean, median, worst, iqm, interval } = evaluation;
  return {
    global_step: step,
    'eval/episodes': returns.length,
    'eval/mean_return': mean,
    'eval/median_return': median,
    'eval/worst_return': worst,
    'eval/iqm_return': iqm,
    'eval/iqm_low': interval[0],
    'eval/iqm_high': interval[1],
    'eval/returns': returns,
  };
}

/** The part of a metrics file that a run had written when it reached a step. */
export interface MetricsHistory {
  /** Its lines, each with its end. */
  readonly text: string;
  readonly episodes: readonly Episode[];
}

/**
 * Cuts the text of a metrics file after the lines of a step. Evaluations go too: they are of networks that a longer run passes
 * through without stopping. Throws FormatError for a damaged line, but not for the last one: a killed process may have begun it.
 */
export function metricsUpTo(step: number, text: string, source: string): MetricsHistory {
  const kept: string[] = [];
  const episodes: Episode[] = [];
  const lines = text.split('\n');
  for (const [i, line] of lines.entries()) {
    const metrics = parseMetrics(line);
    if (metrics === undefined) {
      if (lines.slice(i + 1).every((rest) => rest === '')) break;
      throw new FormatError(`${source}: every line must be an object with "global_step"; got ${line.slice(0, 60)} in line ${i + 1}`);
    }
    if (metrics.global_step > step || 'eval/mean_return' in metrics) break;
    kept.push(`${line}\n`);
    const reached = metrics['charts/episodic_return'];
    if (typeof reached === 'number') episodes.push({ step: metrics.global_step, return: reached });
  }
  return { text: kept.join(''), episodes };
}

/** A line of a metrics file; undefined for one that is none, such as the last of a killed run, which may have been cut short. */
export function parseMetrics(line: string): Metrics | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isMetrics = value !== null && typeof value === 'object' && 'global_step' in value && typeof value.global_step === 'number';
    return isMetrics ? (value as Metrics) : undefined; // the other fields are looked at where they are used
  } catch {
    return undefined;
  }
}
