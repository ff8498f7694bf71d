// Ready configurations. The default, `steady`, is tuned for small tasks and for ending well: docs/results.md shows what each of
// its choices is worth. The others give the papers' algorithms at a size for classic control, each one step away from `dqn`;
// docs/papers.md has the papers' values beside ours. Those for pixels are in minatar-presets.ts.

import { atari, atariDqn } from './atari-presets.ts';
import { adam, type DqnConfig } from './config.ts';
import { minatar, minatarDqn } from './minatar-presets.ts';
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
    loss: { kind: 'huber', delta: 1 },
    network: { conv: [], hidden: [128, 128], activation: 'relu', layerNorm: true },
    dueling: false,
    observationScale: 1,
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

export const presets: ReadonlyMap<string, Preset> = new Map([
  [
    'steady',
    {
      description: 'Double DQN made steady: layer norm, 5-step returns, a long horizon, a rate that falls to 0',
      source: 'van Hasselt 2016; Ba 2016',
      config: steady,
    },
  ],
  ['dqn', { description: 'deep Q-learning as first published: one-step returns, hard target', source: 'Mnih 2015', config: dqn }],
  [
    'double-dqn',
    {
      description: 'dqn, with the next action chosen by the online network',
      source: 'van Hasselt 2016',
      config: (steps) => ({ ...dqn(steps), double: true }),
    },
  ],
  [
    'dueling',
    {
      description: 'double-dqn, with a stream for the value of a state and one for the advantages of its actions',
      source: 'Wang 2016, §3',
      config: (steps) => ({ ...dqn(steps), double: true, dueling: true }),
    },
  ],
  [
    'prioritized',
    {
      description: 'double-dqn, learning more often from what surprised',
      source: 'Schaul 2016, §3',
      config: (steps) => ({
        ...dqn(steps),
        double: true,
        sampling: { kind: 'prioritized', alpha: 0.6, beta: { kind: 'linear', start: 0.4, end: 1, steps } },
        learningRate: { kind: 'constant', value: 2.5e-4 }, // a quarter, as in the paper: weighted batches have larger gradients
      }),
    },
  ],
  [
    'minatar-dqn',
    {
      description: 'deep Q-learning on 10 × 10 pixels, with the values of the MinAtar paper',
      source: 'Young & Tian 2019',
      config: minatarDqn,
    },
  ],
  [
    'minatar',
    {
      description: 'double, dueling, prioritized, 3-step deep Q-learning on 10 × 10 pixels',
      source: 'Hessel 2018; Young & Tian 2019',
      config: minatar,
    },
  ],
  ['atari-dqn', { description: 'the agent of 2015 on stacked screens, with all its values', source: 'Mnih 2015', config: atariDqn }],
  [
    'atari',
    {
      description: 'its network, learning in a fraction of the time: 3-step double learning with Adam',
      source: 'Mnih 2015; van Hasselt 2016',
      config: atari,
    },
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
