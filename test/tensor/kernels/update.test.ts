// The kernels that change parameters, by pencil and by their limits. Whole histories against reference data: nn/optimizers-golden.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adam, blend, rmsProp, scaleInPlace, sgd, sumOfSquares } from '../../../src/tensor/kernels/js/update.ts';
import type { AdamStep, RmsPropStep, SgdStep } from '../../../src/tensor/kernels/kernels.ts';
import { someNumber } from '../../support/arbitraries.ts';
import { expectClose } from '../../support/tolerance.ts';

/** 64-bit buffers, as kernels take them. */
const wide = (...values: number[]): Float32Array => Float64Array.from(values) as unknown as Float32Array; // same interface, wider elements

const adamStep: AdamStep = {
  learningRate: 0.1,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 0,
  correction1: 0.1,
  correction2: 0.01,
  l2: 0,
  shrink: 1,
};
const rmsStep: RmsPropStep = { learningRate: 0.1, decay: 0.75, epsilon: 1, epsilonInside: false, momentum: 0 };
const sgdStep: SgdStep = { learningRate: 0.1, momentum: 0, nesterov: false, l2: 0 };

describe('adam', () => {
  test('with a pencil: the first step has length α against the gradient’s sign, however large it is', () => {
    const [p, m, v] = [wide(1, 1, 1), wide(0, 0, 0), wide(0, 0, 0)];
    adam(p, m, v, null, wide(4, -0.01, 0.5), adamStep);
    expectClose('p', p, [0.9, 1.1, 0.9], 1e-12);
    expectClose('m', m, [0.4, -0.001, 0.05], 1e-15);
    expectClose('v', v, [0.16, 1e-6, 0.0025], 1e-15);
  });

  test('with a pencil: the second step', () => {
    const [p, m, v] = [wide(0), wide(0.4), wide(0.16)];
    adam(p, m, v, null, wide(-2), { ...adamStep, correction1: 0.19, correction2: 0.0199 });
    const [mean, meanSquare] = [0.9 * 0.4 - 0.1 * 2, 0.99 * 0.16 + 0.01 * 4];
    expectClose('p', p, [(-0.1 * (mean / 0.19)) / Math.sqrt(meanSquare / 0.0199)], 1e-15);
  });

  test('ε stands outside the root of the corrected mean square', () => {
    const p = wide(0);
    adam(p, wide(0), wide(0), null, wide(3), { ...adamStep, epsilon: 1 });
    expectClose('p', p, [-0.1 * (3 / (3 + 1))], 1e-15);
  });

  test('L2 joins the gradient; decoupled decay shrinks the parameter instead', () => {
    const [joined, decoupled] = [wide(2), wide(2)];
    const moment = wide(0);
    adam(joined, moment, wide(0), null, wide(1), { ...adamStep, l2: 0.5 });
    expectClose('m', moment, [0.2], 1e-15); // 0.1 · (1 + 0.5 · 2)
    adam(decoupled, wide(0), wide(0), null, wide(1), { ...adamStep, shrink: 0.75 });
    expectClose('p', decoupled, [2 * 0.75 - 0.1], 1e-12);
  });

  test('AMSGrad divides by the largest mean square so far', () => {
    const [p, v, largest] = [wide(0, 0), wide(1, 1), wide(5, 0.5)];
    adam(p, wide(1, 1), v, largest, wide(1, 1), { ...adamStep, correction1: 1, correction2: 1 });
    expectClose('largest', largest, [5, 1], 1e-15);
    expectClose('p', p, [-0.1 / Math.sqrt(5), -0.1], 1e-15);
  });
});

describe('rmsProp', () => {
  test('with a pencil: ε outside the root, or inside', () => {
    const [outside, inside] = [wide(0), wide(0)];
    rmsProp(outside, wide(0), null, null, wide(4), rmsStep); // v = ¼ · 16, √v = 2
    expectClose('outside', outside, [-0.1 * (4 / 3)], 1e-15);
    rmsProp(inside, wide(0), null, null, wide(4), { ...rmsStep, epsilonInside: true });
    expectClose('inside', inside, [-0.1 * (4 / Math.sqrt(5))], 1e-15);
  });

  test('centred, it divides by the spread around the mean, which rounding cannot push below 0', () => {
    const [p, v, mean] = [wide(0), wide(0), wide(0)];
    rmsProp(p, v, mean, null, wide(4), rmsStep); // v = 4, mean = 1
    expectClose('p', p, [-0.1 * (4 / (Math.sqrt(3) + 1))], 1e-15);
    const constant = wide(0);
    rmsProp(constant, wide(0.99), wide(1), null, wide(1), rmsStep); // less than mean²
    expectClose('p', constant, [-0.1], 1e-15);
  });

  test('with momentum, it keeps part of its velocity', () => {
    const [p, velocity] = [wide(0), wide(2)];
    rmsProp(p, wide(0), null, velocity, wide(4), { ...rmsStep, momentum: 0.5 });
    expectClose('velocity', velocity, [1 + 4 / 3], 1e-15);
    expectClose('p', p, [-0.1 * (1 + 4 / 3)], 1e-15);
  });
});

describe('sgd', () => {
  test('with a pencil: plain, with momentum, with a look ahead, with L2', () => {
    const step = (velocity: Float32Array | null, options: Partial<SgdStep>): number => {
      const p = wide(1);
      sgd(p, velocity, wide(2), { ...sgdStep, ...options });
      return p[0];
    };
    expect(step(null, {})).toBeCloseTo(0.8, 14);
    expect(step(wide(4), { momentum: 0.5 })).toBeCloseTo(1 - 0.1 * (2 + 2), 14);
    expect(step(wide(4), { momentum: 0.5, nesterov: true })).toBeCloseTo(1 - 0.1 * (2 + 0.5 * 4), 14);
    expect(step(null, { l2: 3 })).toBeCloseTo(1 - 0.1 * (2 + 3), 14);
  });
});

test('blend goes the fraction τ of the way', () => {
  const numbers = fc.array(fc.tuple(someNumber(), someNumber()), { maxLength: 9 });
  fc.assert(
    fc.property(numbers, someNumber({ low: 0, high: 1 }), (pairs, tau) => {
      const [from, to] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
      const target = wide(...from);
      blend(target, wide(...to), tau);
      const between = from.map((a, i) => (1 - tau) * a + tau * to[i]);
      expectClose('blend', target, between, 1e-15);
      blend(target, wide(...to), 1);
      expectClose('all the way', target, to, 1e-15);
    }),
  );
});

test('sumOfSquares does not overflow or lose small terms where float32 would', () => {
  expect(sumOfSquares(Float32Array.of(3, 4))).toBe(25);
  expect(sumOfSquares(new Float32Array(0))).toBe(0);
  expect(sumOfSquares(Float32Array.of(2 ** 100))).toBe(2 ** 200);
  expect(sumOfSquares(Float32Array.of(2 ** 13, 2 ** -12))).toBe(2 ** 26 + 2 ** -24);
  expect(sumOfSquares(Float32Array.of(1, Number.NaN))).toBeNaN();
});

test('scaleInPlace multiplies every element', () => {
  const x = Float32Array.of(1, -2, 0.5);
  scaleInPlace(x, -4);
  expect([...x]).toEqual([-4, 8, -2]);
});
