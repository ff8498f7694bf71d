// Ready configurations. The default, `steady`, is tuned for small tasks and for ending well: docs/results.md shows what each of
// its choices is worth. The others give the papers' algorithms at a size for classic control, each one step away from `dqn`;
// docs/papers.md has the papers' values beside ours. Those for pixels are in minatar-presets.ts.

import { atari, atariDqn } from './atari-presets.ts';
import { adam, type DqnConfig } from './config.ts';
import { minatar, minatarDqn, minatarRainbow } from './minatar-presets.ts';
import { UnknownNameError } from './suggest.ts';

export interface Preset {
  readonly description: string;
  /** Where the algorithm comes from, as keys of docs/papers.md. */
  readonly source: string;
  /** The configuration for a run of so many environment steps; schedules stretch with it. */
  readonly config: (steps: number) => DqnConfig;
}

function steady(steps: number): DqnConfig {
  return {
    seed: 0,
    gamma: 0.999,
    nStep: 5,
    double: true,
    bootstrap: { kind: 'greedy' },
    loss: { kind: 'huber', delta: 1 },
    network: { conv: [], hidden: [128, 128], activation: 'relu', layerNorm: true },
    dueling: false,
    noise: 0,
    observationScale: 1,
    envs: 1,
    replayCapacity: 50_000,
    replayStorage: 'float32',
    sampling: { kind: 'uniform' },
    warmupSteps: 1000,
    updateEverySteps: 1,
    batchSize: 64,
    targetEveryUpdates: 200,
    targetBlend: 1,
    optimizer: adam,
    learningRate: { kind: 'linear', start: 2e-3, end: 0, steps },
    maxGradientNorm: 10,
    epsilon: { kind: 'linear', start: 1, end: 0.05, steps: Math.ceil(steps / 10) },
  };
}

/** The algorithm of 2015 with a hard target and one-step returns, at the usual sizes for classic control. */
function dqn(steps: number): DqnConfig {
  return {
    ...steady(steps),
    gamma: 0.99,
    nStep: 1,
    double: false,
    network: { conv: [], hidden: [128, 128], activation: 'relu', layerNorm: false },
    updateEverySteps: 4,
    targetEveryUpdates: 250,
    learningRate: { kind: 'constant', value: 1e-3 },
  };
}

/** Rainbow at the sizes for classic control, where returns lie between −100 and 100. */
function rainbow(steps: number): DqnConfig {
  return {
    ...rainbowLite(steps),
    noise: 0.5,
    loss: { kind: 'categorical', atoms: 101, vMin: -100, vMax: 100 },
    network: { conv: [], hidden: [128, 128], activation: 'relu', layerNorm: false },
    epsilon: { kind: 'constant', value: 0 },
  };
}

/** What of Rainbow acts on values alone, on top of the steady preset. */
function rainbowLite(steps: number): DqnConfig {
  return {
    ...steady(steps),
    gamma: 0.99,
    nStep: 3,
    dueling: true,
    sampling: { kind: 'prioritized', alpha: 0.5, beta: { kind: 'linear', start: 0.4, end: 1, steps } },
    learningRate: { kind: 'linear', start: 1e-3, end: 0, steps },
  };
}

const entry = (description: string, source: string, config: (steps: number) => DqnConfig): Preset => ({ description, source, config });

export const presets: ReadonlyMap<string, Preset> = new Map([
  [
    'steady',
    entry(
      'Double DQN made steady: layer norm, 5-step returns, a long horizon, a rate that falls to 0',
      'van Hasselt 2016; Ba 2016',
      steady,
    ),
  ],
  ['dqn', entry('deep Q-learning as first published: one-step returns, hard target', 'Mnih 2015, Algorithm 1', dqn)],
  [
    'double-dqn',
    entry('dqn, with the next action chosen by the online network', 'van Hasselt 2016, eq. 4', (steps) => ({
      ...dqn(steps),
      double: true,
    })),
  ],
  [
    'dueling',
    entry('double-dqn, with a stream for a state and one for its actions', 'Wang 2016, §3', (steps) => ({
      ...dqn(steps),
      double: true,
      dueling: true,
    })),
  ],
  [
    'prioritized',
    entry('double-dqn, learning more often from what surprised', 'Schaul 2016, §3', (steps) => ({
      ...dqn(steps),
      double: true,
      sampling: { kind: 'prioritized', alpha: 0.6, beta: { kind: 'linear', start: 0.4, end: 1, steps } },
      learningRate: { kind: 'constant', value: 2.5e-4 }, // a quarter, as in the paper
    })),
  ],
  [
    'noisy',
    entry('dqn, exploring by noise on its weights', 'Fortunato 2018, §3', (steps) => ({
      ...dqn(steps),
      noise: 0.5,
      epsilon: { kind: 'constant', value: 0 },
    })),
  ],
  [
    'c51',
    entry('dqn, with a probability for each of 101 returns', 'Bellemare 2017, §4', (steps) => ({
      ...dqn(steps),
      loss: { kind: 'categorical', atoms: 101, vMin: -100, vMax: 100 },
    })),
  ],
  [
    'qr-dqn',
    entry('dqn, with 51 quantiles of the return', 'Dabney 2018, §4', (steps) => ({
      ...dqn(steps),
      loss: { kind: 'quantile', quantiles: 51, delta: 1 },
    })),
  ],
  [
    'munchausen',
    entry('dqn, with a soft policy and its logarithm in the reward', 'Vieillard 2020, §3', (steps) => ({
      ...dqn(steps),
      bootstrap: { kind: 'munchausen', alpha: 0.9, tau: 0.03, clip: -1 },
    })),
  ],
  ['rainbow', entry('double, dueling, prioritized, 3-step, noisy, C51', 'Hessel 2018', rainbow)],
  ['rainbow-lite', entry('double, dueling, prioritized, 3-step on top of steady', 'Hessel 2018', rainbowLite)],
  ['minatar-dqn', entry('dqn on 10 × 10 pixels, with the values of the MinAtar paper', 'Young & Tian 2019', minatarDqn)],
  ['minatar', entry('dueling, prioritized, Munchausen on 10 × 10 pixels', 'Hessel 2018; Vieillard 2020', minatar)],
  ['minatar-rainbow', entry('rainbow on 10 × 10 pixels', 'Hessel 2018; Young & Tian 2019', minatarRainbow)],
  ['atari-dqn', entry('the agent of 2015 on stacked screens, with all its values', 'Mnih 2015', atariDqn)],
  [
    'atari',
    entry(
      'its network, learning in a fraction of the time: double, prioritized, 5-step, with Adam',
      'Mnih 2015; van Hasselt 2016; Schaul 2016',
      atari,
    ),
  ],
]);

/** The preset of that name. Throws UnknownNameError with the closest known name. */
export function findPreset(name: string): Preset {
  const preset = presets.get(name);
  if (preset === undefined) throw new UnknownNameError('preset', name, [...presets.keys()]);
  return preset;
}

/** What every agent starts from: the steady preset, for a run of 25,000 steps. */
export const defaultConfig: DqnConfig = steady(25_000);
