// The optimizer that a configuration describes: its steps are those of the same optimizer made by hand.

import {
  Adam,
  adam,
  type DqnConfig,
  defaultConfig,
  Linear,
  type Optimizer,
  type OptimizerConfig,
  type Parameter,
  RmsProp,
  Rng,
  Sgd,
} from 'deepq';
import { expect, test } from 'vitest';
import { createOptimizer } from '../../src/rl/create-optimizer.ts';
import { numbersOf } from '../support/table-agent.ts';

type Parameters = ReadonlyMap<string, Parameter>;
const learningRate = 0.05;

const rows: [OptimizerConfig, (parameters: Parameters) => Optimizer][] = [
  [{ ...adam, kind: 'adam', weightDecay: 0.1 } as OptimizerConfig, (p) => new Adam(p, { learningRate, weightDecay: 0.1 })],
  [
    { kind: 'adam', beta1: 0.5, beta2: 0.8, epsilon: 0.3, weightDecay: 0 },
    (p) => new Adam(p, { learningRate, beta1: 0.5, beta2: 0.8, epsilon: 0.3 }),
  ],
  [
    { kind: 'rmsprop', decay: 0.7, epsilon: 0.2, epsilonInside: true, centered: true, momentum: 0.4 },
    (p) => new RmsProp(p, { learningRate, decay: 0.7, epsilon: 0.2, epsilonInside: true, centered: true, momentum: 0.4 }),
  ],
  [
    { kind: 'rmsprop', decay: 0.9, epsilon: 0.2, epsilonInside: false, centered: false, momentum: 0 },
    (p) => new RmsProp(p, { learningRate, decay: 0.9, epsilon: 0.2, epsilonInside: false, centered: false, momentum: 0 }),
  ],
  [{ kind: 'sgd', momentum: 0.8 }, (p) => new Sgd(p, { learningRate, momentum: 0.8 })],
];

test.each(rows)('%o', (optimizer, byHand) => {
  const config: DqnConfig = { ...defaultConfig, optimizer, learningRate: { kind: 'constant', value: learningRate } };
  const run = (create: (module: Linear) => Optimizer): number[] => {
    const module = new Linear(3, 2, new Rng(1));
    const made = create(module);
    const rng = new Rng(2);
    for (let step = 0; step < 5; step++) {
      const gradients = Array.from(
        module.parameters().values(),
        (parameter) => [parameter, parameter.data.map(() => rng.uniform(-1, 1))] as const,
      );
      made.step(new Map(gradients));
    }
    return numbersOf(module);
  };
  expect(run((module) => createOptimizer(module, config))).toEqual(run((module) => byHand(module.parameters())));
});

test('begins with the learning rate of step 0', () => {
  const config: DqnConfig = { ...defaultConfig, learningRate: { kind: 'linear', start: 0.3, end: 0.1, steps: 50 } };
  expect(createOptimizer(new Linear(1, 1, new Rng(1)), config).learningRate).toBe(0.3);
});
