// Cases of rearranging and reducing.

import fc from 'fast-check';
import { concat, expand, reshape, slice, transpose } from '../../../src/tensor/ops/layout.ts';
import { max, mean, type ReduceOptions, sum } from '../../../src/tensor/ops/reduce.ts';
import type { Tensor } from '../../../src/tensor/tensor.ts';
import { distinctValuesOf, someShape, type Values, valuesOf } from '../../support/arbitraries.ts';
import { type OpCase, type OpCases, opCase } from './op-case.ts';

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1);
const shuffled = <T>(items: readonly T[]): fc.Arbitrary<T[]> =>
  fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });

/** A shape for the same numbers, sometimes with one length left open: the same axes in another order, with an axis of 1 or merged. */
const someReshape: fc.Arbitrary<OpCase> = someShape(1, 3).chain((shape) =>
  fc
    .tuple(valuesOf(shape), shuffled([...shape, 1]), fc.boolean(), fc.option(fc.nat({ max: shape.length - 1 }), { nil: undefined }))
    .map(([x, axes, flatten, open]) => {
      const full = flatten ? [axes[0], sizeOf(axes.slice(1))] : axes;
      const target = full.map((length, axis) => (axis === open ? -1 : length));
      return opCase([x], { target }, ([x]) => reshape(x, target));
    }),
);

const someTranspose: fc.Arbitrary<OpCase> = someShape(0, 4, 3).chain((shape) =>
  fc
    .tuple(valuesOf(shape), fc.option(shuffled(shape.map((_, axis) => axis)), { nil: undefined }))
    .map(([x, permutation]) => opCase([x], { permutation }, ([x]) => transpose(x, permutation))),
);

/** A larger shape, and what is left of it when some axes are cut to 1 and some in front are dropped. */
export const someExpansion: fc.Arbitrary<{ from: number[]; to: number[] }> = someShape(0, 3).chain((to) =>
  fc.tuple(fc.array(fc.boolean(), { minLength: to.length, maxLength: to.length }), fc.nat({ max: to.length })).map(([cut, drop]) => ({
    to,
    from: to.map((length, axis) => (cut[axis] ? 1 : length)).slice(drop),
  })),
);

const someExpand: fc.Arbitrary<OpCase> = someExpansion.chain(({ from, to }) =>
  valuesOf(from).map((x) => opCase([x], { to }, ([x]) => expand(x, to))),
);

const someConcat: fc.Arbitrary<OpCase> = fc
  .tuple(someShape(1, 3, 3), fc.nat(), fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 3 }), fc.boolean())
  .chain(([shape, pick, lengths, fromEnd]) => {
    const at = pick % shape.length;
    const axis = fromEnd ? at - shape.length : at;
    const parts = lengths.map((length) => valuesOf(shape.map((old, k) => (k === at ? length : old))));
    return fc.tuple(...parts).map((inputs) => opCase(inputs, { axis }, (tensors) => concat(tensors, axis)));
  });

const someSlice: fc.Arbitrary<OpCase> = fc
  .tuple(someShape(1, 3), fc.nat(), fc.nat(), fc.nat(), fc.boolean())
  .chain(([shape, pick, a, b, fromEnd]) => {
    const axis = pick % shape.length;
    const length = shape[axis];
    const [start, end] = [a % length, (b % length) + 1].sort((p, q) => p - q);
    // Counted from the end, a range that stops at the last place has no negative number for its end.
    const range = fromEnd && end < length ? [start - length, end - length] : [start, end];
    return valuesOf(shape).map((x) => opCase([x], { axis, range }, ([x]) => slice(x, axis, range[0], range[1])));
  });

/** Which axes to reduce: all, one from either end, or some. */
const someAxes = (rank: number): fc.Arbitrary<number | number[] | undefined> => {
  const all = Array.from({ length: rank }, (_, axis) => axis);
  const some: fc.Arbitrary<number | number[] | undefined>[] = [
    fc.constant(undefined),
    fc.shuffledSubarray(all, { minLength: Math.min(1, rank) }),
  ];
  return rank === 0 ? some[0] : fc.oneof(...some, fc.integer({ min: -rank, max: rank - 1 }));
};

const reduction = (
  reduce: (x: Tensor, axes: number | readonly number[] | undefined, options: ReduceOptions) => Tensor,
  numbers: (shape: readonly number[]) => fc.Arbitrary<Values>,
): fc.Arbitrary<OpCase> =>
  someShape().chain((shape) =>
    fc
      .tuple(numbers(shape), someAxes(shape.length), fc.boolean())
      .map(([x, axes, keepAxes]) => opCase([x], { axes, keepAxes }, ([x]) => reduce(x, axes, { keepAxes }))),
  );

export const layoutCases: OpCases = {
  reshape: someReshape,
  transpose: someTranspose,
  expand: someExpand,
  concat: someConcat,
  slice: someSlice,
  sum: reduction(sum, (shape) => valuesOf(shape)),
  mean: reduction(mean, (shape) => valuesOf(shape)),
  max: reduction(max, distinctValuesOf),
};
