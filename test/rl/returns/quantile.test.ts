// Returns as quantiles: goals and losses by hand, and what the loss converges to.

import { createReturnModel, parameter, Sgd, sum, Tape, Tensor } from 'deepq';
import { expect, test } from 'vitest';

const row = (...values: number[]): Tensor => new Tensor(Float32Array.from(values), [1, values.length]);

test('Q is the mean of the quantiles; goals are shifted and shrunk one by one', () => {
  const model = createReturnModel({ kind: 'quantile', quantiles: 3, delta: 1 });
  expect(model.width).toBe(3);
  expect([...model.expectation(new Tensor(Float32Array.of(1, 2, 6, 0, 0, 3), [1, 2, 3])).data]).toEqual([3, 1]);
  expect([...model.target(row(1, 2, 6), Float32Array.of(10), Float32Array.of(0.5)).data]).toEqual([10.5, 11, 13]);
  expect([...model.target(row(1, 2, 6), Float32Array.of(10), Float32Array.of(0)).data]).toEqual([10, 10, 10]);
});

test('the loss by hand: one quantile at 0 against goals 2 and −0.5', () => {
  const model = createReturnModel({ kind: 'quantile', quantiles: 1, delta: 1 });
  const loss = model.loss(row(0), row(2, -0.5));
  // τ = ½ on both sides: huber(2) = 1.5, huber(−0.5) = 0.125, the mean of both, halved.
  expect(loss.data[0]).toBeCloseTo((0.5 * (1.5 + 0.125)) / 2, 6);
  expect([...model.priority(row(0), row(2, -0.5), loss)]).toEqual([...loss.data]);
});

test('the average of a policy averages quantile by quantile', () => {
  const model = createReturnModel({ kind: 'quantile', quantiles: 2, delta: 1 });
  const output = new Tensor(Float32Array.of(0, 4, 10, 20), [1, 2, 2]);
  expect([...model.average(output, row(0.75, 0.25)).data]).toEqual([2.5, 8]);
});

test('fitted to samples, the quantiles go where a fraction (i + ½)/N of them lies below', () => {
  const model = createReturnModel({ kind: 'quantile', quantiles: 4, delta: 0.01 });
  const samples = row(...Array.from({ length: 101 }, (_, i) => i / 100)); // uniform on [0, 1]
  const quantiles = parameter([0, 0, 0, 0], [1, 4]);
  const sgd = new Sgd(new Map([['quantiles', quantiles]]), { learningRate: 1, momentum: 0 });
  for (let i = 0; i < 500; i++) {
    sgd.learningRate = 50 / (1 + i / 50);
    const tape = new Tape();
    sgd.step(tape.gradients(tape.record(() => sum(model.loss(quantiles, samples)))));
  }
  quantiles.data.forEach((value, i) => {
    expect(Math.abs(value - (i + 0.5) / 4)).toBeLessThan(0.02);
  });
});
