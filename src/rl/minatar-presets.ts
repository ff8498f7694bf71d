// Configurations for games on 10 × 10 pixels with one channel for each kind of object [Young & Tian 2019]: one convolution of
// 16 filters, 3 × 3, and one hidden layer of 128. A pixel is 0 or 1, so memories hold bytes.

import type { DqnConfig } from './config.ts';

/** Deep Q-learning with every value that the MinAtar paper gives [Young & Tian 2019, §3 and its code]. */
export function minatarDqn(steps: number): DqnConfig {
  return {
    seed: 0,
    gamma: 0.99,
    nStep: 1,
    double: false,
    bootstrap: { kind: 'greedy' },
    loss: { kind: 'huber', delta: 1 },
    network: { conv: [{ filters: 16, kernel: 3, stride: 1 }], hidden: [128], activation: 'relu', layerNorm: false },
    dueling: false,
    noise: 0,
    observationScale: 1,
    envs: 1,
    replayCapacity: 100_000,
    replayStorage: 'uint8',
    sampling: { kind: 'uniform' },
    warmupSteps: 5000,
    updateEverySteps: 1,
    batchSize: 32,
    targetEveryUpdates: 1000,
    targetBlend: 1,
    optimizer: { kind: 'rmsprop', decay: 0.95, epsilon: 0.01, epsilonInside: false, centered: true, momentum: 0 },
    learningRate: { kind: 'constant', value: 2.5e-4 },
    maxGradientNorm: null,
    epsilon: { kind: 'linear', start: 1, end: 0.1, steps: Math.min(steps, 100_000) },
  };
}

/** What of Rainbow acts on values alone [Hessel 2018]: double, dueling, prioritized, three steps; and Adam. */
export function minatar(steps: number): DqnConfig {
  return {
    ...minatarDqn(steps),
    nStep: 3,
    double: true,
    dueling: true,
    sampling: { kind: 'prioritized', alpha: 0.5, beta: { kind: 'linear', start: 0.4, end: 1, steps } },
    optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1.5e-4, weightDecay: 0 },
    maxGradientNorm: 10,
  };
}

/** All of Rainbow [Hessel 2018, table 1], its atoms spread for scores of some dozens. */
export function minatarRainbow(steps: number): DqnConfig {
  return {
    ...minatar(steps),
    noise: 0.5,
    loss: { kind: 'categorical', atoms: 51, vMin: -10, vMax: 50 },
    epsilon: { kind: 'constant', value: 0 },
  };
}
