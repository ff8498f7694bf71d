// Every preset learns the exact values of a small world. The chain's Q* is known, so this compares with the truth and not with
// a score. One-step returns settle on Q* itself. Sums of several rewards contain exploring actions between, which are part of
// what they value: with ε at 0.1 that costs up to 0.04 here, where the values lie between 0.57 and 1.

import { Chain, chainQ, DqnAgent, type DqnConfig, presets, Rng, train } from 'deepq';
import { expect, test } from 'vitest';

const world = { leftReward: 0.6 };
const gamma = 0.95;
const steps = 6000;

/** A preset's algorithm at the chain's size: what it is made of stays, how large and how long it is changes. */
function adapt(config: DqnConfig, seed: number): DqnConfig {
  return {
    ...config,
    seed,
    gamma,
    network: { ...config.network, conv: [], hidden: [24] },
    replayStorage: 'float32',
    replayCapacity: 3000,
    warmupSteps: 200,
    updateEverySteps: 1,
    batchSize: 32,
    targetEveryUpdates: Math.min(config.targetEveryUpdates, 100),
    targetBlend: Math.max(config.targetBlend, 0.02),
    learningRate: { kind: 'linear', start: 5e-3, end: 0, steps },
    epsilon: { kind: 'linear', start: 1, end: 0.1, steps: 1500 },
  };
}

const oneHot = (state: number, length: number): Float32Array => Float32Array.from({ length }, (_, i) => (i === state ? 1 : 0));

const cases = [...presets].flatMap(([name, preset]) => [1, 2].map((seed) => [name, seed, preset.config(steps)] as const));

test.each(cases)('%s with seed %d reaches the exact values of the chain', (_, seed, config) => {
  const env = new Chain(new Rng(seed).fork('env'), world);
  const agent = new DqnAgent(env, adapt(config, seed));
  for (const _ of train(env, agent, steps));
  const exact = chainQ(world, gamma);
  exact.slice(1, -1).forEach((row, i) => {
    const values = agent.qValues(oneHot(i + 1, exact.length));
    row.forEach((value, action) => {
      expect(Math.abs(value - values[action])).toBeLessThanOrEqual(config.nStep === 1 ? 0.001 : 0.05);
    });
    expect(agent.greedyAction(oneHot(i + 1, exact.length))).toBe(1); // patience pays everywhere
  });
});
