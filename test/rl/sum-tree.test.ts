// The tree against a plain array: the same sums, the same places, and no drift after a million changes.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SumTree } from '../../src/rl/sum-tree.ts';
import { Rng } from '../../src/tensor/index.ts';

/** The first place whose running sum exceeds the point. */
function findByAdding(values: readonly number[], point: number): number {
  let sum = 0;
  return values.findIndex((value) => {
    sum += value;
    return sum > point;
  });
}

test('holds what an array holds, sums it, and finds the place of every point', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.record({ place: fc.nat(1000), value: fc.nat(9) }), { maxLength: 60 }),
      (size, changes) => {
        const tree = new SumTree(size);
        const model: number[] = new Array(size).fill(0);
        for (const { place, value } of changes) {
          tree.set(place % size, value);
          model[place % size] = value;
        }
        const total = model.reduce((sum, value) => sum + value, 0);
        expect(tree.total).toBe(total);
        expect(model.map((_, place) => tree.get(place))).toEqual(model);
        for (let point = 0; point < total; point += 0.5) expect(tree.find(point)).toBe(findByAdding(model, point));
      },
    ),
  );
});

test('after a million changes the root is the exact sum', () => {
  const size = 1000;
  const rng = new Rng(1);
  const tree = new SumTree(size);
  const units = new Int32Array(size); // sixteenths: their sums are exact in any order
  const reals = new SumTree(size);
  for (let i = 0; i < 1_000_000; i++) {
    const place = rng.integer(size);
    units[place] = rng.integer(1 << 20);
    tree.set(place, units[place] / 16);
    reals.set(place, 10 ** rng.uniform(-6, 6));
  }
  expect(tree.total).toBe(units.reduce((sum, unit) => sum + unit, 0) / 16);
  // Real numbers: as good as adding them up once, which rounds ten times on the way to the root of a thousand places.
  const sorted = Array.from({ length: size }, (_, place) => reals.get(place)).sort((a, b) => a - b);
  const exact = sorted.reduce((sum, value) => sum + value, 0);
  expect(Math.abs(reals.total / exact - 1)).toBeLessThan(1e-13);
});

test('never finds a place that holds nothing, whatever rounding leaves of a point', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-12, max: 1e12, noNaN: true })), { minLength: 1, maxLength: 33 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (values, share) => {
        fc.pre(values.some((value) => value > 0));
        const tree = new SumTree(values.length);
        values.forEach((value, place) => {
          tree.set(place, value);
        });
        for (const point of [share * tree.total, tree.total]) expect(values[tree.find(point)]).toBeGreaterThan(0);
      },
    ),
  );
});

test('refuses what has no meaning', () => {
  expect(() => new SumTree(0)).toThrow('SumTree: size must be a positive integer; got 0');
  for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => new SumTree(2).set(0, value)).toThrow(`SumTree: a value must be at least 0 and finite; got ${value}`);
  }
});
