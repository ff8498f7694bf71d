// Every op of the table, on random shapes and values, against finite differences in float64. Kinks: kinks.test.ts.

import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { apply } from '../../src/tensor/autograd.ts';
import type { Op } from '../../src/tensor/op.ts';
import { affine, matmul } from '../../src/tensor/ops/affine.ts';
import { allOps } from '../../src/tensor/ops/all.ts';
import { exp, mul, scale } from '../../src/tensor/ops/arithmetic.ts';
import { parameter } from '../../src/tensor/tensor.ts';
import { inDoublePrecision } from '../support/double-precision-backend.ts';
import { checkGradients } from '../support/gradient-check.ts';
import { opCases } from './op-cases.ts';

test('every op of the table has a case, and every case an op', () => {
  expect(Object.keys(opCases).sort()).toEqual(allOps.map(({ name }) => name).sort());
});

describe('the gradient of every op agrees with finite differences to a relative 1e-6, in all its inputs', () => {
  for (const op of allOps) {
    test(op.name, () => {
      const backward = vi.spyOn(op, 'backward');
      onTestFinished(() => backward.mockRestore());
      fc.assert(
        fc.property(opCases[op.name], fc.nat(), ({ inputs, run }, seed) => {
          inDoublePrecision(() => {
            const parameters = inputs.map(({ numbers, shape }) => parameter(numbers, shape));
            checkGradients(parameters, () => run(parameters), seed);
          });
        }),
        { numRuns: 100 },
      );
      expect(backward.mock.calls.length).toBeGreaterThanOrEqual(50); // the case really uses the op it is named for
    });
  }
});

describe('the check itself', () => {
  /** scale by 2 whose derivative claims to be `factor`. */
  const claimed = (factor: number): Op<void> => ({
    name: 'claimed',
    outputShape: ([x]) => x,
    forward: (k, out, [x]) => k.scale(out.data, x.data, 2),
    backward(k, [dx], dOut) {
      if (dx) k.addScaled(dx, dOut, factor);
    },
  });

  test('passes a right derivative and notices one that is wrong by 1 in 100,000', () => {
    inDoublePrecision(() => {
      const x = parameter([0.5, -1, 2]);
      checkGradients([x], () => apply(claimed(2), undefined, x));
      expect(() => checkGradients([x], () => apply(claimed(2.00002), undefined, x))).toThrow('parameter 0 of shape [3], element 0 must be');
    });
  });

  test('notices a parameter that the tape forgot, and a NaN', () => {
    inDoublePrecision(() => {
      const [x, y] = [parameter([0.5]), parameter([2])];
      expect(() => checkGradients([x, y], () => mul(x, scale(parameter([y.data[0]]), 1)))).toThrow('parameter 1');
      expect(() => checkGradients([x], () => apply(claimed(Number.NaN), undefined, x))).toThrow('got NaN');
    });
  });

  test('refuses 32-bit parameters', () => {
    const x = parameter([1]);
    expect(() => checkGradients([x], () => exp(x))).toThrow('checkGradients: parameters must be made in double precision');
  });
});

describe('inputs that coincide', () => {
  test('one parameter as both inputs of an op receives both derivatives', () => {
    inDoublePrecision(() => {
      const square = parameter([
        [0.3, -0.7],
        [1.1, 0.4],
      ]);
      checkGradients([square], () => matmul(square, square));
      checkGradients([square], () => mul(square, square));
      const bias = parameter([0.2, -0.1]);
      checkGradients([square, bias], () => affine(affine(square, square, bias, 'tanh'), square, bias, 'sigmoid'));
    });
  });
});
