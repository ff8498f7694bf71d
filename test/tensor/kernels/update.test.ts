import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adam, blend, rmsProp, scaleInPlace, sgd, sumOfSquares } from '../../../src/tensor/kernels/js/update.ts';
import type { AdamStep, RmsPropStep, SgdStep } from '../../../src/tensor/kernels/kernels.ts';
import { someNumber } from '../../support/arbitraries.ts';
import { expectClose } from '../../support/tolerance.ts';

/** 64-bit numbers in the kernels' hands: they promise not to assume 32 bits. */
const wide = (...numbers: number[]): Float32Array => Float64Array.from(numbers) as unknown as Float32Array; // same interface

const adamStep: AdamStep = {
  learningRate: 0.1,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  correction1: 0.1,
  correction2: 0.001,
  l2: 0,
  shrink: 1,
};
const rmsPropStep: RmsPropStep = { learningRate: 0.1, decay: 0.5, epsilon: 2, epsilonInside: false, momentum: 0 };
const sgdStep: SgdStep = { learningRate: 0.1, momentum: 0, nesterov: false, l2: 0 };

describe('adam', () => {
  test('the first step is learningRate · sign(g), whatever the size of the gradient: the bias of both means is corrected', () => {
    for (const g of [1e-3, 1, 1e3, -1e-3, -1, -1e3]) {
      const p = wide(5);
      adam(p, wide(0), wide(0), null, wide(g), adamStep);
      expect(p[0]).toBeCloseTo(5 - 0.1 * Math.sign(g), 4);
    }
  });

  test('agrees with the algorithm as the paper states it, step by step, with every option', () => {
    const run = fc.record({
      gradients: fc.array(someNumber({ low: -3, high: 3 }), { minLength: 1, maxLength: 12 }),
      amsgrad: fc.boolean(),
      l2: fc.constantFrom(0, 0.1),
      weightDecay: fc.constantFrom(0, 0.1),
    });
    fc.assert(
      fc.property(run, ({ gradients, amsgrad, l2, weightDecay }) => {
        const [alpha, beta1, beta2, epsilon] = [0.01, 0.8, 0.95, 1e-3];
        const [p, m, v, largest] = [wide(2), wide(0), wide(0), amsgrad ? wide(0) : null];
        let [paperP, paperM, paperV, paperLargest] = [2, 0, 0, 0];
        gradients.forEach((g, i) => {
          const t = i + 1;
          const correction1 = 1 - beta1 ** t;
          const correction2 = 1 - beta2 ** t;
          const shrink = 1 - alpha * weightDecay;
          adam(p, m, v, largest, wide(g), { learningRate: alpha, beta1, beta2, epsilon, correction1, correction2, l2, shrink });

          const gradient = g + l2 * paperP;
          paperM = beta1 * paperM + (1 - beta1) * gradient;
          paperV = beta2 * paperV + (1 - beta2) * gradient ** 2;
          paperLargest = Math.max(paperLargest, paperV);
          const mHat = paperM / (1 - beta1 ** t);
          const vHat = (amsgrad ? paperLargest : paperV) / (1 - beta2 ** t);
          paperP = paperP - alpha * weightDecay * paperP - (alpha * mHat) / (Math.sqrt(vHat) + epsilon);
        });
        expectClose('p, m, v', [p[0], m[0], v[0]], [paperP, paperM, paperV], 1e-12);
      }),
    );
  });
});

describe('rmsProp', () => {
  // With ρ = ½ and g = 2 from zeros: v = 2 and mean = 1, so s is 2, or 1 when centred; ε = 2.
  const rows: [string, Partial<RmsPropStep> & { centred?: boolean }, number][] = [
    ['ε outside', {}, 2 / (Math.SQRT2 + 2)],
    ['ε inside', { epsilonInside: true }, 2 / 2],
    ['centred, ε outside', { centred: true }, 2 / (1 + 2)],
    ['centred, ε inside', { centred: true, epsilonInside: true }, 2 / Math.sqrt(3)],
    ['with momentum ½, from velocity 4', { momentum: 0.5, epsilonInside: true }, 0.5 * 4 + 1],
  ];
  test.each(rows)('%s', (_, { centred = false, ...options }, change) => {
    const p = wide(1);
    rmsProp(p, wide(0), centred ? wide(0) : null, options.momentum ? wide(4) : null, wide(2), { ...rmsPropStep, ...options });
    expect(p[0]).toBeCloseTo(1 - 0.1 * change, 12);
  });

  test('a gradient that never changes has no variance, and rounding does not make it negative', () => {
    for (let i = 1; i <= 20; i++) {
      const g = Float32Array.of(i / 10);
      const [p, v, mean] = [Float32Array.of(0), Float32Array.of(0), Float32Array.of(0)];
      for (let step = 0; step < 100; step++) rmsProp(p, v, mean, null, g, { ...rmsPropStep, epsilon: 1e-8 });
      expect(Number.isFinite(p[0])).toBe(true);
      expect(p[0]).toBeLessThan(0);
    }
  });
});

describe('sgd', () => {
  // From p = 1 and velocity 4, with g = 2: μ = ½ makes the velocity 4.
  const rows: [string, Partial<SgdStep>, number][] = [
    ['plain', {}, 2],
    ['with l2', { l2: 3 }, 2 + 3 * 1],
    ['with momentum', { momentum: 0.5 }, 0.5 * 4 + 2],
    ['with Nesterov momentum', { momentum: 0.5, nesterov: true }, 2 + 0.5 * (0.5 * 4 + 2)],
  ];
  test.each(rows)('%s', (_, options, change) => {
    const p = wide(1);
    sgd(p, options.momentum ? wide(4) : null, wide(2), { ...sgdStep, ...options });
    expect(p[0]).toBeCloseTo(1 - 0.1 * change, 12);
  });
});

test('a gradient that is not a number is not hidden by any step', () => {
  const bad = Float32Array.of(Number.NaN);
  const zero = (): Float32Array => Float32Array.of(0);
  const [a, b, c] = [zero(), zero(), zero()];
  adam(a, zero(), zero(), zero(), bad, adamStep);
  rmsProp(b, zero(), zero(), zero(), bad, rmsPropStep);
  sgd(c, zero(), bad, sgdStep);
  expect([a[0], b[0], c[0]]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
});

test('sumOfSquares, scaleInPlace and blend', () => {
  expect(sumOfSquares(Float32Array.of(3, -4, 12))).toBe(169);
  expect(sumOfSquares(new Float32Array(0))).toBe(0);
  expect(sumOfSquares(Float32Array.of(3e38, 3e38))).toBeCloseTo(1.8e77, -73); // the sum may leave float32's range

  const x = Float32Array.of(1, -2, 0);
  scaleInPlace(x, 0.5);
  expect([...x]).toEqual([0.5, -1, 0]);

  const target = Float32Array.of(0, 8, -1);
  blend(target, Float32Array.of(4, 0, -1), 0.25);
  expect([...target]).toEqual([1, 6, -1]);
});
