// Every combination of the switches trains, and one that was saved and resumed in the middle of an episode ends in the same bytes.

import {
  CartPole,
  DqnAgent,
  type DqnOptions,
  decodeCheckpoint,
  type Env,
  encodeCheckpoint,
  Rng,
  resumeTraining,
  TimeLimit,
  Training,
} from 'deepq';
import { expect, test } from 'vitest';
import { withBackend } from '../support/double-precision-backend.ts';
import { createPoisonedBackend } from '../support/poisoned-backend.ts';

const [cut, steps] = [41, 70];

/** The positions of each switch; a combination takes one of each. */
const switches: readonly Readonly<Record<string, DqnOptions>>[] = [
  { 'one head': { dueling: false }, dueling: { dueling: true } },
  {
    uniform: { sampling: { kind: 'uniform' } },
    prioritized: { sampling: { kind: 'prioritized', alpha: 0.6, beta: { kind: 'linear', start: 0.4, end: 1, steps } } },
  },
  { 'one step': { nStep: 1 }, 'three steps': { nStep: 3 } },
  { 'ε alone': { noise: 0 }, noisy: { noise: 0.5 } },
  {
    greedy: { double: false },
    double: { double: true },
    munchausen: { double: false, bootstrap: { kind: 'munchausen', alpha: 0.9, tau: 0.03, clip: -1 } },
  },
  {
    expected: { loss: { kind: 'huber', delta: 1 } },
    c51: { loss: { kind: 'categorical', atoms: 5, vMin: 0, vMax: 10 } },
    quantiles: { loss: { kind: 'quantile', quantiles: 4, delta: 1 } },
  },
];
const combinations = switches.reduce<readonly (readonly [name: string, options: DqnOptions])[]>(
  (all, positions) =>
    all.flatMap(([name, options]) =>
      Object.entries(positions).map(([added, more]) => [`${name}${added}, `, { ...options, ...more }] as const),
    ),
  [['', {}]],
);

const createEnv = (): Env => new TimeLimit(new CartPole(new Rng(1).fork('env')), 15); // both endings occur

function start(options: DqnOptions): Training {
  const env = createEnv();
  const network = { conv: [], hidden: [6, 5], activation: 'relu', layerNorm: true } as const;
  const sizes = { batchSize: 4, warmupSteps: 10, replayCapacity: 30, updateEverySteps: 2, targetEveryUpdates: 5 };
  return new Training(env, new DqnAgent(env, { seed: 1, network, epsilon: { kind: 'constant', value: 0.1 }, ...sizes, ...options }));
}

function trainTo(training: Training, step: number): Buffer {
  for (const { update } of training.run(step - training.agent.steps)) {
    if (update !== undefined) expect(Number.isFinite(update.loss) && Number.isFinite(update.gradientNorm)).toBe(true);
  }
  return Buffer.from(encodeCheckpoint('CartPole', steps, training));
}

test('there are 144 of them', () => expect(new Set(combinations.map(([name]) => name)).size).toBe(144));

test.each(combinations)('%strained, saved, resumed', (_, options) => {
  const whole = trainTo(start(options), steps);
  const half = trainTo(start(options), cut);
  const resumed = resumeTraining(decodeCheckpoint(half), createEnv());
  expect(trainTo(resumed, steps).equals(whole)).toBe(true);
  expect(resumed.agent.updates).toBeGreaterThan(25);
});

test('nothing is read after its scope closed: with spoilt scratch memory the bytes are the same', () => {
  for (const [, options] of combinations.filter((_, i) => i % 7 === 0)) {
    const expected = trainTo(start(options), steps);
    expect(withBackend(createPoisonedBackend(), () => trainTo(start(options), steps)).equals(expected)).toBe(true);
  }
});
