import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gelu, leakyRelu, relu, sigmoid, tanh } from '../../../src/tensor/ops/activations.ts';
import { add, scale, sub } from '../../../src/tensor/ops/arithmetic.ts';
import { tensor } from '../../../src/tensor/tensor.ts';
import { someNumber, someValues } from '../../support/arbitraries.ts';
import { inDoublePrecision } from '../../support/double-precision-backend.ts';
import { expectClose } from '../../support/tolerance.ts';

const wide = someValues(someNumber({ low: -12, high: 12 }));

test('sigmoid(x) + sigmoid(−x) = 1, and tanh(x) = 2 sigmoid(2x) − 1', () => {
  fc.assert(
    fc.property(wide, ({ numbers, shape }) => {
      inDoublePrecision(() => {
        const x = tensor(numbers, shape);
        const ones = new Array(numbers.length).fill(1);
        expectClose('sigmoid', add(sigmoid(x), sigmoid(scale(x, -1))).data, ones, 1e-15);
        expectClose(
          'tanh',
          tanh(x).data,
          Array.from(sigmoid(scale(x, 2)).data, (s) => 2 * s - 1),
          1e-14,
        );
      });
    }),
  );
});

test('x = relu(x) − relu(−x), and leakyRelu(x) = relu(x) − slope · relu(−x)', () => {
  fc.assert(
    fc.property(wide, someNumber({ low: 0, high: 1 }), ({ numbers, shape }, slope) => {
      inDoublePrecision(() => {
        const x = tensor(numbers, shape);
        const [positive, negative] = [relu(x), relu(scale(x, -1))];
        expectClose('relu', sub(positive, negative).data, x.data, 0);
        expectClose('leakyRelu', leakyRelu(x, slope).data, sub(positive, scale(negative, slope)).data, 1e-15);
      });
    }),
  );
});

test('gelu(x) is x times the normal distribution function', () => {
  inDoublePrecision(() => {
    // Φ at 0, ±1, ±2, 3, −5, to 16 digits from tables of the error function.
    const x = tensor([0, 1, -1, 2, -2, 3, -5]);
    const phi = [
      0.5, 0.8413447460685429, 0.15865525393145705, 0.9772498680518208, 0.022750131948179195, 0.9986501019683699, 2.866515718791933e-7,
    ];
    expectClose(
      'gelu',
      gelu(x).data,
      phi.map((p, i) => p * x.data[i]),
      2e-15,
    );
  });
});

test('gelu(x) − gelu(−x) = x, in both forms, which differ by less than 0.0005 and agree far out', () => {
  fc.assert(
    fc.property(wide, ({ numbers, shape }) => {
      inDoublePrecision(() => {
        const x = tensor(numbers, shape);
        for (const form of ['exact', 'tanh'] as const) {
          expectClose(form, sub(gelu(x, form), gelu(scale(x, -1), form)).data, x.data, 1e-14);
        }
        expectClose('forms', gelu(x, 'tanh').data, gelu(x).data, 5e-4);
      });
    }),
  );
  expect([...gelu(tensor([40, -40, 1e30, -1e30])).data]).toEqual([40, -0, Math.fround(1e30), -0]);
});

test('nothing overflows at large arguments', () => {
  expect([...sigmoid(tensor([1000, -1000])).data]).toEqual([1, 0]);
  expect([...tanh(tensor([1000, -1000])).data]).toEqual([1, -1]);
});
