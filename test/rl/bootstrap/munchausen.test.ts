// Munchausen against its formula, and as what it becomes when its parts are taken away.

import { createReturnModel, Tensor } from 'deepq';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { greedyBootstrap } from '../../../src/rl/bootstrap/greedy.ts';
import { type MunchausenOptions, munchausenBootstrap } from '../../../src/rl/bootstrap/munchausen.ts';
import type { Batch } from '../../../src/rl/replay.ts';

const returns = createReturnModel({ kind: 'mse' });
const paper = { alpha: 0.9, tau: 0.03, clip: -1 };

const batchOf = (action: number, reward: number, discount: number): Batch => ({
  observation: new Tensor(new Float32Array(1), [1, 1]),
  action: Int32Array.of(action),
  reward: Float32Array.of(reward),
  discount: Float32Array.of(discount),
  nextObservation: new Tensor(new Float32Array(1), [1, 1]),
  weight: new Tensor(Float32Array.of(1), [1]),
  slot: Int32Array.of(0),
});

/** The goal of one sample, from the target network's values here and in the next state. */
function goal(options: MunchausenOptions, here: number[], next: number[], action: number, reward = 0, discount = 1): number {
  const [choice, values] = [next, here].map((q) => new Tensor(Float32Array.from(q), [1, q.length]));
  const output = new Tensor(choice.data, [1, next.length, 1]);
  const batch = batchOf(action, reward, discount);
  const bootstrap = munchausenBootstrap(returns, options);
  const pulled = bootstrap.reward(batch, choice, () => values);
  return returns.target(bootstrap.value(output, choice), pulled, batch.discount).data[0];
}

const values = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 2, maxLength: 5 });

test('is the formula', () => {
  fc.assert(
    fc.property(values, values, fc.double({ min: 0.02, max: 2, noNaN: true }), fc.nat(4), (here, next, tau, at) => {
      const logPolicy = (q: number[]): number[] => {
        const best = Math.max(...q);
        const logSum = best / tau + Math.log(q.reduce((sum, x) => sum + Math.exp((x - best) / tau), 0));
        return q.map((x) => x / tau - logSum);
      };
      const action = at % here.length;
      const log = logPolicy(next);
      const soft = next.reduce((sum, q, a) => sum + Math.exp(log[a]) * (q - tau * log[a]), 0);
      const expected = 0.5 + 0.9 * Math.max(-1, Math.min(0, tau * logPolicy(here)[action])) + 0.8 * soft;
      expect(goal({ ...paper, tau }, here, next, action, 0.5, 0.8)).toBeCloseTo(expected, 4);
    }),
  );
});

test('nearly without temperature the best action counts, and the others cost at most α', () => {
  expect(goal({ ...paper, tau: 1e-4 }, [1, 0.5], [2, 3], 0)).toBeCloseTo(3, 5);
  expect(goal({ ...paper, tau: 1e-4 }, [1, 0.5], [2, 3], 1)).toBeCloseTo(3 - 0.9 * 0.5, 4);
  expect(goal({ ...paper, tau: 1e-4 }, [1, -5], [2, 3], 1)).toBeCloseTo(3 - 0.9, 4); // clipped at −1
});

test('with α = 0 it is soft Q-learning: τ log Σ exp(q/τ)', () => {
  const soft = 0.5 * Math.log(Math.exp(1 / 0.5) + Math.exp(2 / 0.5));
  expect(goal({ alpha: 0, tau: 0.5, clip: -1 }, [0, 7], [1, 2], 0)).toBeCloseTo(soft, 5);
});

test('nothing follows the end of the world, entropy neither', () => {
  expect(goal(paper, [0, 0], [5, 5], 0, 2, 0)).toBeCloseTo(2 + 0.9 * 0.03 * Math.log(0.5), 5);
});

test('greedy takes the value of the action with the largest choice, and does not ask for more', () => {
  const batch = batchOf(0, 4, 1);
  const output = new Tensor(Float32Array.of(1, 2, 3), [1, 3, 1]);
  const refuse = (): Tensor => {
    throw new Error('greedy must not need the values here');
  };
  const choice = new Tensor(Float32Array.of(9, 1, 1), [1, 3]);
  expect([...greedyBootstrap.value(output, choice).data]).toEqual([1]);
  expect(greedyBootstrap.reward(batch, choice, refuse)).toBe(batch.reward);
});
