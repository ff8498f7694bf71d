import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Backend, createJsBackend } from '../../../src/tensor/backend.ts';
import { useBackend } from '../../../src/tensor/current-backend.ts';
import { matmul } from '../../../src/tensor/ops/affine.ts';
import { abs, add, clamp, div, exp, log, mul, scale, square, sub } from '../../../src/tensor/ops/arithmetic.ts';
import { transpose } from '../../../src/tensor/ops/layout.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';
import { someNumber, someShape, someValues, valuesOf } from '../../support/arbitraries.ts';
import { inDoublePrecision } from '../../support/double-precision-backend.ts';
import { expectClose } from '../../support/tolerance.ts';

const somePair = someShape().chain((shape) => fc.tuple(valuesOf(shape), valuesOf(shape)));

describe('element by element, and on the JavaScript set in float32 rounded once', () => {
  let before: Backend | undefined;
  beforeAll(() => {
    before = useBackend(createJsBackend());
  });
  afterAll(() => void useBackend(before));

  const binary: readonly [string, (a: Tensor, b: Tensor) => Tensor, (a: number, b: number) => number][] = [
    ['add', add, (a, b) => a + b],
    ['sub', sub, (a, b) => a - b],
    ['mul', mul, (a, b) => a * b],
    ['div', div, (a, b) => a / b],
  ];
  for (const [name, op, meaning] of binary) {
    test(name, () => {
      fc.assert(
        fc.property(somePair, (pair) => {
          const [a, b] = pair.map(({ numbers, shape }) => tensor(numbers, shape));
          expect([...op(a, b).data]).toEqual(Array.from(a.data, (x, i) => Math.fround(meaning(x, b.data[i]))));
        }),
      );
    });
  }

  const unary: readonly [string, (x: Tensor) => Tensor, (x: number) => number][] = [
    ['scale', (x) => scale(x, -1.7), (x) => x * -1.7],
    ['square', square, (x) => x * x],
    ['exp', exp, Math.exp],
    ['log', log, Math.log],
    ['abs', abs, Math.abs],
    ['clamp', (x) => clamp(x, -0.5, 1), (x) => Math.min(1, Math.max(-0.5, x))],
  ];
  for (const [name, op, meaning] of unary) {
    test(name, () => {
      fc.assert(
        fc.property(someValues(), ({ numbers, shape }) => {
          const x = tensor(numbers, shape);
          const y = op(x);
          expect(y.shape).toEqual(shape);
          expect([...y.data]).toEqual(Array.from(x.data, (value) => Math.fround(meaning(value))));
        }),
      );
    });
  }
});

test('exp and log undo each other', () => {
  fc.assert(
    fc.property(someValues(someNumber({ low: -5, high: 5 })), ({ numbers, shape }) => {
      inDoublePrecision(() => expectClose('log(exp(x))', log(exp(tensor(numbers, shape))).data, numbers, 1e-13));
    }),
  );
});

test('clamp with crossed limits is refused', () => {
  expect(() => clamp(tensor([1]), 1, 0)).toThrow('clamp: low must not exceed high; got low 1 and high 0');
  expect(() => clamp(tensor([1]), Number.NaN, 0)).toThrow(RangeError);
});

test('matrix products: (ab)c = a(bc), and (ab)ᵀ = bᵀaᵀ', () => {
  const side = fc.integer({ min: 1, max: 6 });
  const problem = fc.tuple(side, side, side, side).chain(([M, K, N, P]) => fc.tuple(valuesOf([M, K]), valuesOf([K, N]), valuesOf([N, P])));
  fc.assert(
    fc.property(problem, (factors) => {
      inDoublePrecision(() => {
        const [a, b, c] = factors.map(({ numbers, shape }) => tensor(numbers, shape));
        expectClose('associative', matmul(matmul(a, b), c).data, matmul(a, matmul(b, c)).data, 1e-11);
        expectClose('transposed', transpose(matmul(a, b)).data, matmul(transpose(b), transpose(a)).data, 1e-13);
      });
    }),
  );
});
