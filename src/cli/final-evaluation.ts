// The greedy evaluation at the end of a run and in `deepq eval`: the library's, taken in slices so that Ctrl-C is heard.

import { createEvaluationEnv, type DqnAgent, type Evaluation, playEpisode, Rng, summarizeReturns } from '../index.ts';
import type { Host } from './host.ts';

export interface EvaluationTask {
  readonly agent: DqnAgent;
  /** The environment's name; a fresh one is made. */
  readonly environment: string;
  readonly episodes: number;
  /** Decides every episode; the same seed gives the same evaluation. */
  readonly seed: number;
}

/** Milliseconds between two pauses. */
const slice = 20;

/** Plays the episodes without exploration or learning; undefined when interrupted. `onEpisode` hears how many are done. */
export async function evaluateInSlices(
  task: EvaluationTask,
  host: Host,
  onEpisode: (done: number) => void,
): Promise<Evaluation | undefined> {
  const env = createEvaluationEnv(task.environment, new Rng(task.seed).fork('evaluate'));
  const returns: number[] = [];
  let paused = host.now();
  while (returns.length < task.episodes) {
    returns.push(playEpisode(env, (observation) => task.agent.greedyAction(observation)));
    onEpisode(returns.length);
    if (host.now() - paused > slice) {
      await host.pause();
      if (host.interruption.requested) return undefined;
      paused = host.now();
    }
  }
  return summarizeReturns(returns, new Rng(task.seed).fork('bootstrap'));
}
