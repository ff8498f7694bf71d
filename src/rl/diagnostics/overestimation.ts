// Whether an agent believes too much of itself: what it says its actions are worth against what they then bring, discounted, in
// greedy episodes [van Hasselt 2016, §3, fig. 3].

import type { DqnAgent } from '../dqn.ts';
import type { Env } from '../env.ts';

export interface Overestimation {
  /** The mean over all steps of Q(s, a), the value of the chosen action. */
  readonly predicted: number;
  /** The mean over the same steps of the discounted return from there on. */
  readonly realised: number;
}

/**
 * Plays whole greedy episodes. Where one was truncated, what would have followed is taken from the network itself, so that only what
 * was seen can differ.
 */
export function measureOverestimation(agent: DqnAgent, env: Env, episodes: number): Overestimation {
  const { gamma } = agent.config;
  let predicted = 0;
  let realised = 0;
  let steps = 0;
  for (let episode = 0; episode < episodes; episode++) {
    const rewards: number[] = [];
    let observation = env.reset();
    let following = 0;
    for (;;) {
      const values = agent.qValues(observation);
      const action = values.indexOf(Math.max(...values));
      predicted += values[action];
      const step = env.step(action);
      rewards.push(step.reward);
      observation = step.observation;
      if (step.truncated && !step.terminated) following = Math.max(...agent.qValues(observation));
      if (step.terminated || step.truncated) break;
    }
    steps += rewards.length;
    // G_t = r_t + γ G_{t+1}, from the end
    for (let t = rewards.length - 1; t >= 0; t--) {
      following = rewards[t] + gamma * following;
      realised += following;
    }
  }
  return { predicted: predicted / steps, realised: realised / steps };
}
