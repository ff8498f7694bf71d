// What came of a run, read from its folder: its episodes, and the evaluation of its final network. A run counts as done when its
// metrics end with an evaluation at its last step, over as many episodes as are asked for; everything else is not there yet.

import { existsSync } from 'node:fs';
import { FormatError } from '../../index.ts';
import type { Episode } from '../episodes.ts';
import { parseMetrics } from '../metrics.ts';
import { areEqualAsJson, decodeRunConfig } from '../run-config.ts';
import { readText } from '../run-folder.ts';
import type { PlannedRun } from './plan.ts';

export interface Outcome {
  readonly planned: PlannedRun;
  readonly episodes: readonly Episode[];
  /** Returns of the final network without exploration. */
  readonly returns: readonly number[];
  /** The mean return of the episodes that ended in the last twentieth of the run, with exploration; NaN when none did. */
  readonly trainingReturn: number;
}

/** The share of a run over which training returns are averaged. */
export const finalShare = 0.05;

/**
 * The outcome of a run in `folder`; undefined while it is not done, its evaluation included. Throws FileError, and FormatError for another
 * run's folder.
 */
export function readOutcome(planned: PlannedRun, folder: string): Outcome | undefined {
  if (!existsSync(`${folder}/metrics.jsonl`) || !existsSync(`${folder}/config.json`)) return undefined;
  const { environment, steps, config } = decodeRunConfig(readText(`${folder}/config.json`), `${folder}/config.json`);
  if (!areEqualAsJson({ environment, steps, config }, trained(planned))) {
    throw new FormatError(
      `${folder}/config.json: must be as the experiment plans it; got another run. Choose another folder, or remove it`,
    );
  }
  const episodes: Episode[] = [];
  let returns: readonly number[] | undefined;
  for (const line of readText(`${folder}/metrics.jsonl`).split('\n')) {
    const metrics = parseMetrics(line);
    if (metrics === undefined) continue;
    const { global_step: step, 'charts/episodic_return': reached, 'eval/returns': evaluated } = metrics;
    if (typeof reached === 'number') episodes.push({ step, return: reached });
    if (step === steps && isNumbers(evaluated) && evaluated.length === planned.run.evaluationEpisodes) returns = evaluated;
  }
  if (returns === undefined) return undefined;
  const last = episodes.filter(({ step }) => step > (1 - finalShare) * steps);
  const trainingReturn = last.reduce((sum, episode) => sum + episode.return, 0) / last.length;
  return { planned, episodes, returns, trainingReturn };
}

/** What decides the final network. */
const trained = ({ run: { environment, steps, config } }: PlannedRun): object => ({ environment, steps, config });

const isNumbers = (value: unknown): value is readonly number[] => Array.isArray(value) && value.every((each) => typeof each === 'number');
