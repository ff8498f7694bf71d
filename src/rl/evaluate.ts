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
  const returns = Array.from({ length: episodes }, () => playEpisode(env, policy));
  return {
    returns,
    mean: meanOf(returns),
    median: medianOf(returns),
    worst: Math.min(...returns),
    iqm: interquartileMean(returns),
    interval: bootstrapInterval(returns, interquartileMean, rng),
  };
}

function playEpisode(env: Env, policy: (observation: Float32Array) => number): number {
  let observation = env.reset();
  let total = 0;
  for (;;) {
    const step = env.step(policy(observation));
    total += step.reward;
    if (step.terminated || step.truncated) return total;
    observation = step.observation;
  }
}
