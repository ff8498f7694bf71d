// Configurations for stacks of four grey screens, 84 × 84, on the network of 2015: three convolutions and a hidden layer of 512
// [Mnih 2015, Methods]. Memories keep each screen once, as bytes.

import { adam, type DqnConfig } from './config.ts';

/**
 * The 2015 agent [Mnih 2015, Extended Data Table 1]. Its values are for tens of millions of frames; a step here is four frames. The
 * memory comes to 7.1 GB, a checkpoint holds it, and saving takes as much memory again: with less than 16 GB choose a smaller
 * `replayCapacity`.
 */
export function atariDqn(_steps: number): DqnConfig {
  return {
    seed: 0,
    gamma: 0.99,
    nStep: 1,
    double: false,
    bootstrap: { kind: 'greedy' },
    loss: { kind: 'huber', delta: 1 },
    network: {
      conv: [
        { filters: 32, kernel: 8, stride: 4 },
        { filters: 64, kernel: 4, stride: 2 },
        { filters: 64, kernel: 3, stride: 1 },
      ],
      hidden: [512],
      activation: 'relu',
      layerNorm: false,
    },
    dueling: false,
    noise: 0,
    observationScale: 1 / 255,
    envs: 1,
    replayCapacity: 1_000_000,
    replayStorage: 'frames',
    sampling: { kind: 'uniform' },
    warmupSteps: 50_000,
    updateEverySteps: 4,
    batchSize: 32,
    targetEveryUpdates: 10_000,
    targetBlend: 1,
    optimizer: { kind: 'rmsprop', decay: 0.95, epsilon: 0.01, epsilonInside: true, centered: true, momentum: 0 },
    learningRate: { kind: 'constant', value: 2.5e-4 },
    maxGradientNorm: null,
    epsilon: { kind: 'linear', start: 1, end: 0.1, steps: 1_000_000 },
  };
}

/** The same network for a coffee's budget: 5-step double learning, prioritized, with Adam, and schedules that fit the length of the run. */
export function atari(steps: number): DqnConfig {
  return {
    ...atariDqn(steps),
    nStep: 5,
    double: true,
    replayCapacity: 100_000,
    sampling: { kind: 'prioritized', alpha: 0.5, beta: { kind: 'linear', start: 0.4, end: 1, steps } },
    warmupSteps: 1000,
    targetEveryUpdates: 250,
    optimizer: adam,
    learningRate: { kind: 'linear', start: 2.5e-4, end: 0, steps },
    maxGradientNorm: 10,
    epsilon: { kind: 'linear', start: 1, end: 0.05, steps: Math.ceil((2 * steps) / 5) },
  };
}
