import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, expand, reshape, slice, transpose } from '../../../src/tensor/ops/layout.ts';
import { sum } from '../../../src/tensor/ops/reduce.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';
import { someShape, valuesOf } from '../../support/arbitraries.ts';
import { inDoublePrecision } from '../../support/double-precision-backend.ts';
import { flatPlace, placesOf } from '../../support/textbook.ts';
import { expectClose } from '../../support/tolerance.ts';
import { someExpansion } from '../op-cases/layout.ts';

/** The element of x at an index. */
const element = (x: Tensor, place: readonly number[]): number => x.data[flatPlace(place, x.shape)];
const dot = (a: Tensor, b: Tensor): number => a.data.reduce((total, x, i) => total + x * b.data[i], 0);

describe('reshape', () => {
  test('keeps every number where it is in the list, in a buffer of its own', () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const y = reshape(x, [3, -1]);
    expect(y.shape).toEqual([3, 2]);
    expect(y.data).toEqual(x.data);
    expect(y.data).not.toBe(x.data);
    expect(reshape(tensor([7]), []).shape).toEqual([]);
    expect(reshape(tensor([], [0, 3]), [-1, 3]).shape).toEqual([0, 3]);
  });
});

describe('transpose', () => {
  const problem = someShape(0, 4, 3).chain((shape) => {
    const axes = shape.map((_, axis) => axis);
    return fc.tuple(valuesOf(shape), fc.shuffledSubarray(axes, { minLength: axes.length, maxLength: axes.length }));
  });

  test('moves element [i, j, …] to the place its axes say', () => {
    fc.assert(
      fc.property(problem, ([{ numbers, shape }, permutation]) => {
        const x = tensor(numbers, shape);
        const y = transpose(x, permutation);
        for (const place of placesOf(shape)) {
          expect(
            element(
              y,
              permutation.map((axis) => place[axis]),
            ),
          ).toBe(element(x, place));
        }
      }),
    );
  });

  test('is undone by the inverse permutation; twice without one is nothing', () => {
    fc.assert(
      fc.property(problem, ([{ numbers, shape }, permutation]) => {
        const x = tensor(numbers, shape);
        const inverse = permutation.map((_, axis) => permutation.indexOf(axis));
        expect(transpose(transpose(x, permutation), inverse)).toEqual(x);
        expect(transpose(transpose(x))).toEqual(x);
      }),
    );
  });
});

describe('expand', () => {
  const problem = someExpansion.chain(({ from, to }) => fc.record({ x: valuesOf(from), y: valuesOf(to) }));

  test('reads the one element there is along a repeated axis', () => {
    fc.assert(
      fc.property(problem, ({ x: { numbers, shape }, y }) => {
        const x = tensor(numbers, shape);
        const large = expand(x, y.shape);
        expect(large.shape).toEqual(y.shape);
        for (const place of placesOf(y.shape)) {
          const own = place.slice(y.shape.length - shape.length).map((i, axis) => (shape[axis] === 1 ? 0 : i));
          expect(element(large, place)).toBe(element(x, own));
        }
      }),
    );
  });

  test('and sum are adjoint: ⟨expand(x), y⟩ = ⟨x, sum(y)⟩', () => {
    fc.assert(
      fc.property(problem, ({ x: from, y: to }) => {
        inDoublePrecision(() => {
          const [x, y] = [from, to].map(({ numbers, shape }) => tensor(numbers, shape));
          const lacking = to.shape.length - from.shape.length;
          const repeated = to.shape.map((_, axis) => axis).filter((axis) => axis < lacking || from.shape[axis - lacking] === 1);
          const summed = reshape(sum(y, repeated), from.shape);
          expectClose('adjoint', [dot(expand(x, y.shape), y)], [dot(x, summed)], 1e-10);
        });
      }),
    );
  });
});

describe('concat and slice', () => {
  test('slicing a concatenation gives the parts back', () => {
    const problem = fc
      .tuple(someShape(1, 3, 3), fc.nat(), fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 3 }))
      .chain(([shape, pick, lengths]) => {
        const axis = pick % shape.length;
        const parts = lengths.map((length) => valuesOf(shape.map((old, k) => (k === axis ? length : old))));
        return fc.record({ parts: fc.tuple(...parts), axis: fc.constant(axis) });
      });
    fc.assert(
      fc.property(problem, ({ parts, axis }) => {
        const tensors = parts.map(({ numbers, shape }) => tensor(numbers, shape));
        const whole = concat(tensors, axis);
        let start = 0;
        for (const part of tensors) {
          expect(slice(whole, axis, start, start + part.shape[axis])).toEqual(part);
          start += part.shape[axis];
        }
        expect(whole.shape[axis]).toBe(start);
        expect(concat(tensors, axis - whole.shape.length)).toEqual(whole);
      }),
    );
  });

  test('negative places count from the end, and without an end everything from start on is taken', () => {
    const x = tensor([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
    ]);
    expect([...slice(x, 1, -2).data]).toEqual([2, 3, 6, 7]);
    expect([...slice(x, -1, 1, -1).data]).toEqual([1, 2, 5, 6]);
    expect([...slice(x, 0, 1).data]).toEqual([4, 5, 6, 7]);
    expect(slice(x, 1, 2, 2).shape).toEqual([2, 0]);
  });
});
