// Agents on the chain, a small world whose values are known exactly: a configuration at the chain's size, the values it should
// come to, and how far from them it ends.

import { Chain, chainMdp, chainQ, DqnAgent, type DqnConfig, type LossConfig, Rng, train } from 'deepq';

const world = { leftReward: 0.6 };
const gamma = 0.95;

/** What a configuration is made of stays; how large and how long it is changes. */
export function atChainSize(config: DqnConfig, seed: number, steps: number): DqnConfig {
  return {
    ...config,
    seed,
    gamma,
    loss: lossAtChainSize(config.loss),
    network: { ...config.network, conv: [], hidden: [24] },
    replayCapacity: steps / 2,
    replayStorage: 'float32',
    observationScale: 1,
    warmupSteps: 200,
    updateEverySteps: 1,
    batchSize: 32,
    targetEveryUpdates: Math.min(config.targetEveryUpdates, 100),
    targetBlend: Math.max(config.targetBlend, 0.02),
    learningRate: { kind: 'linear', start: 5e-3, end: 0, steps },
    epsilon: { kind: 'linear', start: 1, end: 0.05, steps: steps / 4 },
  };
}

/** Returns of the chain lie in [0, 1]; the soft policy's logarithm takes up to 0.9 from them. */
function lossAtChainSize(loss: LossConfig): LossConfig {
  if (loss.kind === 'categorical') return { ...loss, atoms: 11, vMin: -1, vMax: 1.5 };
  return loss.kind === 'quantile' ? { ...loss, quantiles: 7 } : loss;
}

/** The values that a configuration should come to, by state and action. */
export function chainValues({ bootstrap }: DqnConfig): readonly ArrayLike<number>[] {
  return bootstrap.kind === 'greedy' ? chainQ(world, gamma) : munchausenValues(bootstrap);
}

/** The fixed point of Munchausen Q-learning on the chain, by repeating its formula [Vieillard 2020, eq. 2]. */
function munchausenValues({ alpha, tau, clip }: { alpha: number; tau: number; clip: number }): readonly ArrayLike<number>[] {
  const { outcomes, stateCount } = chainMdp(world);
  let q = Array.from({ length: stateCount }, () => [0, 0]);
  for (let sweep = 0; sweep < 2000; sweep++) {
    const logPolicy = q.map((row) => {
      const best = Math.max(...row);
      const logSum = best / tau + Math.log(row.reduce((sum, value) => sum + Math.exp((value - best) / tau), 0));
      return row.map((value) => value / tau - logSum);
    });
    const soft = q.map((row, s) => row.reduce((sum, value, a) => sum + Math.exp(logPolicy[s][a]) * (value - tau * logPolicy[s][a]), 0));
    q = q.map((row, s) =>
      row.map((_, a) => {
        const [{ reward, state, terminated }] = outcomes[s][a];
        const pulled = reward + alpha * Math.min(0, Math.max(clip, tau * logPolicy[s][a]));
        return pulled + (terminated ? 0 : gamma * soft[state]);
      }),
    );
  }
  return q;
}

const oneHot = (state: number, length: number): Float32Array => Float32Array.from({ length }, (_, i) => (i === state ? 1 : 0));

/** Trains and returns the largest error over all values of the inner states, and in how many of those it would go left. */
export function learnChain(config: DqnConfig, steps: number): { error: number; left: number } {
  const env = new Chain(new Rng(config.seed).fork('env'), world);
  const agent = new DqnAgent(env, config);
  for (const _ of train(env, agent, steps));
  const exact = chainValues(config).slice(1, -1);
  const observations = exact.map((_, i) => oneHot(i + 1, exact.length + 2));
  const errors = observations.flatMap((observation, i) =>
    Array.from(agent.qValues(observation), (q, action) => Math.abs(q - exact[i][action])),
  );
  return { error: Math.max(...errors), left: observations.filter((observation) => agent.greedyAction(observation) === 0).length };
}
