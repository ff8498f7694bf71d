// How good a policy is: whole episodes without exploration or learning, every return kept.

import type { Rng } from '../tensor/index.ts';
import type { Env } from './env.ts';
import { bootstrapInterval, interquartileMean, meanOf, medianOf } from './statistics.ts';

export interface Evaluation {
  /** Undiscounted, one for each episode, in order. */
  readonly returns: readonly number[];
  readonly mean: number;
  readonly median: number;
  readonly worst: number;
  /** The interquartile mean. */
  readonly iqm: number;
  /** A 95 % bootstrap interval of the interquartile mean. */
  readonly interval: readonly [low: number, high: number];
}

/**
 * Plays whole episodes with a policy, such as `(observation) => agent.greedyAction(observation)`. The environment must end its
 * episodes by itself; give it a time limit if it does not. `rng` serves the bootstrap alone.
 */
export function evaluate(env: Env, policy: (observation: Float32Array) => number, episodes: number, rng: Rng): Evaluation {
  if (!Number.isInteger(episodes) || episodes < 1) throw new RangeError(`evaluate: episodes must be a positive integer; got ${episodes}`);
  return summarizeReturns(
    Array.from({ length: episodes }, () => playEpisode(env, policy)),
    rng,
  );
}

/** The evaluation that returns amount to; there must be one at least. For callers who play the episodes themselves, with pauses. */
export function summarizeReturns(returns: readonly number[], rng: Rng): Evaluation {
  return {
    returns,
    mean: meanOf(returns),
    median: medianOf(returns),
    worst: returns.reduce((worst, each) => Math.min(worst, each)),
    iqm: interquartileMean(returns),
    interval: bootstrapInterval(returns, interquartileMean, rng),
  };
}

/** Plays one whole episode and returns its undiscounted return. */
export function playEpisode(env: Env, policy: (observation: Float32Array) => number): number {
  let observation = env.reset();
  let total = 0;
  for (;;) {
    const step = env.step(policy(observation));
    total += step.reward;
    if (step.terminated || step.truncated) return total;
    observation = step.observation;
  }
}
