// Configurations for games on 10 × 10 pixels with one channel for each kind of object [Young & Tian 2019]: one convolution of
// 16 filters, 3 × 3, and one hidden layer of 128. A pixel is 0 or 1, so memories hold bytes.

import { adam, type DqnConfig } from './config.ts';

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

/**
 * Dueling networks and prioritized replay [Hessel 2018] with Munchausen targets [Vieillard 2020], layer normalisation, and a second
 * convolution of the same size in front of the hidden layers: a place then sees 5 × 5 pixels before it has weights of its own.
 * One step at a time: Munchausen targets widen the gaps between actions tenfold, and with them the error that actions of
 * exploration bring into sums of several rewards. docs/results.md shows what each addition is worth.
 */
export function minatar(steps: number): DqnConfig {
  const convolution = { filters: 16, kernel: 3, stride: 1 };
  return {
    ...minatarDqn(steps),
    bootstrap: { kind: 'munchausen', alpha: 0.9, tau: 0.03, clip: -1 },
    network: { conv: [convolution, convolution], hidden: [128], activation: 'relu', layerNorm: true },
    dueling: true,
    sampling: { kind: 'prioritized', alpha: 0.5, beta: { kind: 'linear', start: 0.4, end: 1, steps } },
    updateEverySteps: 4,
    targetEveryUpdates: 250,
    optimizer: adam,
    learningRate: { kind: 'linear', start: 5e-4, end: 0, steps },
    maxGradientNorm: 10,
  };
}

/** All of Rainbow [Hessel 2018, table 1], its atoms spread for scores of some dozens. */
export function minatarRainbow(steps: number): DqnConfig {
  return {
    ...minatar(steps),
    nStep: 3,
    double: true,
    bootstrap: { kind: 'greedy' },
    loss: { kind: 'categorical', atoms: 51, vMin: -10, vMax: 50 },
    network: minatarDqn(steps).network,
    noise: 0.5,
    epsilon: { kind: 'constant', value: 0 },
  };
}
