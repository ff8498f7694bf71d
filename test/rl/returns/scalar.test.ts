// The scalar return model on tables small enough for a pencil.

import { Parameter, scalarReturn, sum, Tape, Tensor, tensor } from 'deepq';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectClose } from '../../support/tolerance.ts';

const huber = scalarReturn({ kind: 'huber', delta: 1 });
const mse = scalarReturn({ kind: 'mse' });
const column = (...values: number[]): Tensor => new Tensor(Float32Array.from(values), [values.length, 1]);

test('one number per action is the expectation itself', () => {
  expect(huber.width).toBe(1);
  const output = tensor([
    [[1], [-2], [30]],
    [[4], [5], [-6]],
  ]); // [B, A, Z]
  const values = huber.expectation(output);
  expect(values.shape).toEqual([2, 3]);
  expect([...values.data]).toEqual([1, -2, 30, 4, 5, -6]);
});

describe('target = reward + discount · next', () => {
  const rows = [
    { next: 2, reward: 1, discount: 0.5, target: 2 },
    { next: -4, reward: 0.5, discount: 0.25, target: -0.5 },
    { next: 100, reward: 1, discount: 0, target: 1 }, // nothing follows the end of the world
    { next: 0, reward: -3, discount: 1, target: -3 },
  ];
  test('row by row', () => {
    const of = (name: keyof (typeof rows)[number]): Float32Array => Float32Array.from(rows, (row) => row[name]);
    const target = huber.target(column(...of('next')), of('reward'), of('discount'));
    expect(target.shape).toEqual([rows.length, 1]);
    expect([...target.data]).toEqual([...of('target')]);
  });

  test('a reward is paid in full, whatever the discount', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, min: -100, max: 100 }), fc.float({ noNaN: true, min: 0, max: 1 }), (reward, discount) => {
        expect(huber.target(column(0), Float32Array.of(reward), Float32Array.of(discount)).data[0]).toBe(reward + 0);
      }),
    );
  });
});

describe('the loss', () => {
  // Errors of 0, ½, 1 (the joint), 2 and −3.
  const predicted = [1, 1.5, 2, 3, -2];
  const goal = column(1, 1, 1, 1, 1);

  test.each([
    ['huber with delta 1', huber, [0, 0.125, 0.5, 1.5, 2.5], [0, 0.5, 1, 1, -1]],
    ['huber with delta 2', scalarReturn({ kind: 'huber', delta: 2 }), [0, 0.125, 0.5, 2, 4], [0, 0.5, 1, 2, -2]],
    ['mse', mse, [0, 0.25, 1, 4, 9], [0, 1, 2, 4, -6]],
  ] as const)('%s, one number per sample, and its slope', (name, model, losses, slopes) => {
    const x = new Parameter(Float32Array.from(predicted), [5, 1]);
    const tape = new Tape();
    const { loss, total } = tape.record(() => {
      const loss = model.loss(x, goal);
      return { loss, total: sum(loss) };
    });
    expect(loss.shape).toEqual([5]);
    expectClose(name, loss.data, losses, 1e-6);
    expectClose(`${name}, slope`, tape.gradients(total).get(x) ?? [], slopes, 1e-6);
  });

  test('the priority is the size of the error, whichever the loss', () => {
    for (const model of [huber, mse]) {
      const x = column(...predicted);
      expectClose('priority', model.priority(x, goal, model.loss(x, goal)), [0, 0.5, 1, 2, 3], 1e-6);
    }
  });
});
