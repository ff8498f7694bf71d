import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { max, mean, sum } from '../../../src/tensor/ops/reduce.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';
import { someValues } from '../../support/arbitraries.ts';
import { inDoublePrecision } from '../../support/double-precision-backend.ts';
import { flatPlace, placesOf } from '../../support/textbook.ts';
import { expectClose } from '../../support/tolerance.ts';

/** The element of x at an index. */
const element = (x: Tensor, place: readonly number[]): number => x.data[flatPlace(place, x.shape)];

describe('sum, mean and max', () => {
  const problem = someValues().chain((x) => {
    const axes = x.shape.map((_, axis) => axis);
    return fc.record({ x: fc.constant(x), axes: fc.shuffledSubarray(axes), keepAxes: fc.boolean() });
  });

  test('reduce exactly the elements that share the other indices', () => {
    fc.assert(
      fc.property(problem, ({ x: { numbers, shape }, axes, keepAxes }) => {
        inDoublePrecision(() => {
          const x = tensor(numbers, shape);
          const groups = new Map<string, number[]>();
          for (const place of placesOf(shape)) {
            const key = place.filter((_, axis) => !axes.includes(axis)).join();
            groups.set(key, [...(groups.get(key) ?? []), element(x, place)]);
          }
          const lists = [...groups.values()]; // in row-major order of the remaining axes
          const sums = lists.map((list) => list.reduce((total, value) => total + value, 0));
          expectClose('sum', sum(x, axes, { keepAxes }).data, sums, 1e-12);
          expectClose(
            'mean',
            mean(x, axes, { keepAxes }).data,
            lists.map((list, i) => sums[i] / list.length),
            1e-12,
          );
          expectClose(
            'max',
            max(x, axes, { keepAxes }).data,
            lists.map((list) => Math.max(...list)),
            0,
          );
          const rest = shape.flatMap((length, axis) => (axes.includes(axis) ? (keepAxes ? [1] : []) : [length]));
          for (const reduce of [sum, mean, max]) expect(reduce(x, axes, { keepAxes }).shape).toEqual(rest);
        });
      }),
      { numRuns: 300 },
    );
  });

  test('without axes reduce everything, to a scalar or to axes of length 1', () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 9],
    ]);
    expect([sum(x), mean(x), max(x)].map((y) => y.item())).toEqual([24, 4, 9]);
    expect(sum(x).shape).toEqual([]);
    expect(mean(x, undefined, { keepAxes: true }).shape).toEqual([1, 1]);
    expect(sum(tensor(5)).item()).toBe(5);
  });

  test('the sum of nothing is 0', () => {
    expect([...sum(tensor([], [2, 0]), 1).data]).toEqual([0, 0]);
    expect(sum(tensor([])).item()).toBe(0);
    expect(sum(tensor([], [0, 3]), 1).shape).toEqual([0]);
  });

  test('round only once: a million tenths, in float32', () => {
    const x = tensor(new Float32Array(1_000_000).fill(0.1));
    expect(sum(x).item()).toBe(Math.fround(1_000_000 * Math.fround(0.1)));
  });
});
