// Cases of losses. Differences that would lie near Huber's joint, or for quantiles near 0, where the derivative jumps, are left out.

import fc from 'fast-check';
import { crossEntropy, huber, quantileHuber, squared, tdHuber } from '../../../src/tensor/ops/losses.ts';
import { someNumber, someShape, type Values, valuesOf } from '../../support/arbitraries.ts';
import { type OpCase, type OpCases, opCase } from './op-case.ts';

const side = fc.integer({ min: 1, max: 5 });
const someDelta = fc.constantFrom(0.3, 0.5, 1);
const somePair = someShape().chain((shape) => fc.tuple(valuesOf(shape), valuesOf(shape)));

/** Whether every difference that enters the loss stays 1e-3 away from the given points. */
const apart = (differences: readonly number[], kinks: readonly number[]): boolean =>
  differences.every((d) => kinks.every((kink) => Math.abs(d - kink) >= 1e-3));

const someHuber: fc.Arbitrary<OpCase> = fc
  .tuple(somePair, someDelta)
  .filter(([[a, b], delta]) => {
    const differences = a.numbers.map((x, i) => x - b.numbers[i]);
    return apart(differences, [-delta, delta]);
  })
  .map(([inputs, delta]) => opCase(inputs, { delta }, ([a, b]) => huber(a, b, delta)));

const someTdHuber: fc.Arbitrary<OpCase> = someShape().chain((shape) =>
  fc
    .tuple(fc.tuple(valuesOf(shape), valuesOf(shape)), valuesOf(shape), valuesOf(shape, fc.constantFrom(0, 0.5, 0.99)), someDelta)
    .map(([inputs, reward, discount, delta]) => ({
      inputs,
      options: { reward: Float32Array.from(reward.numbers), discount: Float32Array.from(discount.numbers), delta },
    }))
    .filter(({ inputs: [predicted, next], options: { reward, discount, delta } }) => {
      const differences = predicted.numbers.map((x, i) => x - (reward[i] + discount[i] * next.numbers[i]));
      return apart(differences, [-delta, delta]);
    })
    .map(({ inputs, options }) =>
      opCase(inputs, options, ([predicted, next], { reward, discount, delta }) => tdHuber(predicted, next, reward, discount, delta)),
    ),
);

const someCrossEntropy: fc.Arbitrary<OpCase> = fc
  .tuple(side, side)
  .chain((shape) => fc.tuple(valuesOf(shape), valuesOf(shape, someNumber({ low: 0.001, high: 1 }))))
  .map((inputs) => opCase(inputs, undefined, ([x, p]) => crossEntropy(x, p)));

const someQuantileHuber: fc.Arbitrary<OpCase> = fc.tuple(side, side, side, someDelta).chain(([B, N, G, delta]) =>
  fc
    .tuple(valuesOf([B, N]), valuesOf([B, G]))
    .filter(([x, goal]) => apart(rowDifferences(x, goal), [-delta, 0, delta]))
    .map((inputs) => opCase(inputs, { delta }, ([x, goal]) => quantileHuber(x, goal, delta))),
);

/** Every goal minus every prediction of the same row. */
function rowDifferences(x: Values, goal: Values): number[] {
  const [N, G] = [x.shape[1], goal.shape[1]];
  return x.numbers.flatMap((predicted, at) => {
    const row = Math.floor(at / N);
    return goal.numbers.slice(row * G, (row + 1) * G).map((wanted) => wanted - predicted);
  });
}

export const lossCases: OpCases = {
  squared: somePair.map((inputs) => opCase(inputs, undefined, ([a, b]) => squared(a, b))),
  huber: someHuber,
  crossEntropy: someCrossEntropy,
  quantileHuber: someQuantileHuber,
  tdHuber: someTdHuber,
};
