import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { argmax, embed, layerNorm, logSoftmax, select, softmax } from '../../../src/tensor/ops/rows.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';
import { distinctValuesOf, someIndices, someNumber, someShape, valuesOf } from '../../support/arbitraries.ts';
import { inDoublePrecision } from '../../support/double-precision-backend.ts';
import { expectClose } from '../../support/tolerance.ts';

const someMatrix = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 6 })).chain((shape) => valuesOf(shape));

/** The rows of a tensor as lists. */
function rowsOf(x: Tensor): number[][] {
  const n = x.shape[x.shape.length - 1];
  return Array.from({ length: n === 0 ? 0 : x.data.length / n }, (_, row) => [...x.data.subarray(row * n, (row + 1) * n)]);
}

const total = (numbers: readonly number[]): number => numbers.reduce((sum, x) => sum + x, 0);

describe('softmax', () => {
  test('gives rows of positive numbers that sum to 1, in the order of the input', () => {
    fc.assert(
      fc.property(someMatrix, ({ numbers, shape }) => {
        inDoublePrecision(() => {
          const x = tensor(numbers, shape);
          const rows = rowsOf(softmax(x));
          for (const [r, row] of rowsOf(x).entries()) {
            expectClose('row sum', [total(rows[r])], [1], 1e-14);
            for (const p of rows[r]) expect(p).toBeGreaterThan(0);
            row.forEach((a, i) => void row.forEach((b, j) => void (a > b && expect(rows[r][i]).toBeGreaterThan(rows[r][j]))));
          }
        });
      }),
    );
  });

  test('ignores a shift of its row, and so does the gap in logSoftmax', () => {
    fc.assert(
      fc.property(someMatrix, someNumber({ low: -1000, high: 1000 }), ({ numbers, shape }, shift) => {
        inDoublePrecision(() => {
          const [x, shifted] = [numbers, numbers.map((value) => value + shift)].map((values) => tensor(values, shape));
          expectClose('softmax', softmax(shifted).data, softmax(x).data, 1e-11);
          expectClose('logSoftmax', logSoftmax(shifted).data, logSoftmax(x).data, 1e-11);
        });
      }),
    );
  });

  test('is stable at 10,000 and at −10,000, in float32', () => {
    for (const base of [1e4, -1e4]) {
      const x = tensor([
        [base, base + 1, base + 3],
        [0, base, -base],
      ]);
      const [first, second] = rowsOf(softmax(x));
      const weights = [1, Math.E, Math.E ** 3];
      expectClose(
        'softmax',
        first,
        weights.map((weight) => weight / total(weights)),
        1e-7,
      );
      expectClose('softmax', second, base > 0 ? [0, 1, 0] : [0, 0, 1], 0);
      expectClose('logSoftmax', rowsOf(logSoftmax(x))[1], base > 0 ? [-1e4, 0, -2e4] : [-1e4, -2e4, 0], 0);
    }
  });

  test('a logit of −∞ means no probability', () => {
    const x = tensor([[0, Number.NEGATIVE_INFINITY, 0]]);
    expect([...softmax(x).data]).toEqual([0.5, 0, 0.5]);
    expect(logSoftmax(x).data[1]).toBe(Number.NEGATIVE_INFINITY);
  });

  test('logSoftmax is its logarithm', () => {
    fc.assert(
      fc.property(someMatrix, ({ numbers, shape }) => {
        inDoublePrecision(() => {
          const x = tensor(numbers, shape);
          expectClose('log', logSoftmax(x).data, Array.from(softmax(x).data, Math.log), 1e-13);
        });
      }),
    );
  });

  test('works along the last axis of any shape', () => {
    const values = [1, 2, 3, 4, 5, 6, 7, 8];
    for (const shape of [
      [4, 2],
      [2, 2, 2],
      [1, 4, 1, 2],
    ]) {
      expect([...softmax(tensor(values, shape)).data]).toEqual([...softmax(tensor(values, [4, 2])).data]);
    }
    expect([...softmax(tensor([5, 9])).data]).toEqual([...softmax(tensor([[5, 9]])).data]);
  });
});

describe('layerNorm', () => {
  const someRows = fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 2, max: 8 }))
    .chain((shape) => fc.record({ x: distinctValuesOf(shape), gain: valuesOf([shape[1]]), bias: valuesOf([shape[1]]) }));

  test('gives rows of mean 0 and variance σ²/(σ² + ε), then gain and bias', () => {
    fc.assert(
      fc.property(someRows, fc.constantFrom(0, 1e-5, 0.1), ({ x, gain, bias }, epsilon) => {
        inDoublePrecision(() => {
          const n = x.shape[1];
          const [ones, zeros] = [tensor(new Array(n).fill(1)), tensor(new Array(n).fill(0))];
          const input = tensor(x.numbers, x.shape);
          const normal = layerNorm(input, ones, zeros, epsilon);
          for (const [r, row] of rowsOf(normal).entries()) {
            const source = rowsOf(input)[r];
            const variance = total(source.map((value) => (value - total(source) / n) ** 2)) / n;
            expectClose('mean', [total(row) / n], [0], 1e-12);
            expectClose('variance', [total(row.map((value) => value * value)) / n], [variance / (variance + epsilon)], 1e-12);
          }
          const scaled = layerNorm(input, tensor(gain.numbers), tensor(bias.numbers), epsilon);
          const expected = Array.from(normal.data, (value, i) => value * gain.numbers[i % n] + bias.numbers[i % n]);
          expectClose('gain and bias', scaled.data, expected, 1e-12);
        });
      }),
    );
  });

  test('keeps its digits on rows far from 0, in float32', () => {
    const x = tensor([[10_000, 10_001, 10_002]]);
    const normal = layerNorm(x, tensor([1, 1, 1]), tensor([0, 0, 0]), 0);
    expectClose('layerNorm', normal.data, [-Math.sqrt(1.5), 0, Math.sqrt(1.5)], 1e-6);
  });

  test('a constant row becomes the bias, and never divides by zero', () => {
    expect([...layerNorm(tensor([[3, 3]]), tensor([2, 2]), tensor([0.5, -1])).data]).toEqual([0.5, -1]);
  });
});

test('select picks one slice of each row', () => {
  const sizes = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }));
  const problem = sizes.chain(([B, A, Z]) => fc.tuple(valuesOf([B, A, Z]), someIndices(B, A)));
  fc.assert(
    fc.property(problem, ([{ numbers, shape }, index]) => {
      const [B, A, Z] = shape;
      const picked = select(tensor(numbers, shape), index);
      expect(picked.shape).toEqual([B, Z]);
      const expected = Array.from(index).flatMap((action, row) => numbers.slice((row * A + action) * Z, (row * A + action + 1) * Z));
      expect([...picked.data]).toEqual(expected.map(Math.fround));
      if (Z === 1) expect(select(tensor(numbers, [B, A]), index).shape).toEqual([B]);
    }),
  );
});

test('embed lays rows of the table out in the shape of the index', () => {
  const table = tensor([
    [1, 10],
    [2, 20],
    [3, 30],
  ]);
  const rows = embed(table, Int32Array.of(2, 0, 2, 1), [2, 2]);
  expect(rows.shape).toEqual([2, 2, 2]);
  expect([...rows.data]).toEqual([3, 30, 1, 10, 3, 30, 2, 20]);
  expect(embed(table, Int32Array.of(1)).shape).toEqual([1, 2]);
  expect([...embed(table, Int32Array.of(1), []).data]).toEqual([2, 20]);
  expect(embed(table, new Int32Array(0)).shape).toEqual([0, 2]);
});

test('argmax is the first place of the largest in each row', () => {
  const coarse = fc.integer({ min: -2, max: 2 }); // many ties
  const problem = someShape(1, 3).chain((shape) => valuesOf(shape, coarse));
  fc.assert(
    fc.property(problem, ({ numbers, shape }) => {
      const x = tensor(numbers, shape);
      expect([...argmax(x)]).toEqual(rowsOf(x).map((row) => row.indexOf(Math.max(...row))));
    }),
  );
});
