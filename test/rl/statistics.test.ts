// Means, medians and intervals against their definitions, and how often an interval holds the truth.

import { bootstrapInterval, interquartileMean, meanOf, medianOf, Rng } from 'deepq';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const someValues = fc.array(fc.double({ min: -1000, max: 1000, noNaN: true }), { minLength: 1, maxLength: 23 });

test('the mean is the sum divided by the count, for typed arrays too', () => {
  expect(meanOf([1, 2, 6])).toBe(3);
  expect(meanOf(Float32Array.of(0.5, 1.5))).toBe(1);
  expect(meanOf([])).toBeNaN();
});

test('the median has as many values above as below', () => {
  expect(medianOf([3])).toBe(3);
  expect(medianOf([10, 9, 100])).toBe(10); // sorted as numbers, not as words
  expect(medianOf([4, 1, 2, 100])).toBe(3);
  expect(medianOf([])).toBeNaN();
  for (const values of [
    [Number.NaN, 200, 100],
    [200, Number.NaN, 100],
    [200, 100, Number.NaN],
  ])
    expect(medianOf(values)).toBeNaN();
  fc.assert(
    fc.property(someValues, (values) => {
      const median = medianOf(values);
      const half = values.length / 2;
      expect(values.filter((value) => value < median).length).toBeLessThanOrEqual(half);
      expect(values.filter((value) => value > median).length).toBeLessThanOrEqual(half);
    }),
  );
});

describe('the interquartile mean', () => {
  test('of small samples', () => {
    expect(interquartileMean([7])).toBe(7);
    expect(interquartileMean([1, 2])).toBe(1.5);
    expect(interquartileMean([0, 10, 20, 90])).toBe(15); // the middle two
    expect(interquartileMean([1, 2, 3, 4, 5, 6, 7, 1000])).toBe(4.5); // the middle four
    // Of five, ¾ of the second and fourth and all of the third lie inside.
    expect(interquartileMean([0, 1, 5, 7, 100])).toBeCloseTo((0.75 * 1 + 5 + 0.75 * 7) / 2.5, 12);
    expect(interquartileMean([100, 9])).toBe(54.5);
  });

  // The definition without fractions: repeat every value four times, and drop a quarter of the list from each end.
  test('is the mean of the middle half of every value taken four times', () => {
    fc.assert(
      fc.property(someValues, (values) => {
        const four = values.flatMap((value) => [value, value, value, value]).sort((a, b) => a - b);
        const middle = four.slice(values.length, 3 * values.length);
        expect(interquartileMean(values)).toBeCloseTo(meanOf(middle), 8);
      }),
    );
  });

  test('does not depend on order and changes nothing', () => {
    fc.assert(
      fc.property(someValues, (values) => {
        const copy = [...values];
        expect(interquartileMean([...values].reverse())).toBe(interquartileMean(values));
        expect(values).toEqual(copy);
      }),
    );
  });
});

describe('the bootstrap interval', () => {
  test('of equal values is that value, and contains nothing that no sample can give', () => {
    expect(bootstrapInterval([5, 5, 5], meanOf, new Rng(1))).toEqual([5, 5]);
    const [low, high] = bootstrapInterval([1, 2, 3, 9], medianOf, new Rng(1));
    expect(low).toBeGreaterThanOrEqual(1);
    expect(high).toBeLessThanOrEqual(9);
    expect(low).toBeLessThan(high);
  });

  test('depends on the seed alone, and widens with the confidence', () => {
    const values = Array.from({ length: 20 }, (_, i) => i * i);
    const interval = (confidence: number) => bootstrapInterval(values, meanOf, new Rng(3), confidence);
    expect(interval(0.9)).toEqual(interval(0.9));
    expect(interval(0.5)[0]).toBeGreaterThan(interval(0.95)[0]);
    expect(interval(0.5)[1]).toBeLessThan(interval(0.95)[1]);
  });

  test('cuts the resampled statistics so that the stated share lies between', () => {
    // The mean of one value drawn from 0…999 is that value: the quantiles of the bootstrap are those of the uniform numbers.
    const values = Array.from({ length: 1000 }, (_, i) => i);
    const first = (sample: readonly number[]): number => sample[0];
    const [low, high] = bootstrapInterval(values, first, new Rng(5), 0.8, 4000);
    const deviation = 1000 * Math.sqrt((0.1 * 0.9) / 4000);
    expect(Math.abs(low - 100)).toBeLessThan(4 * deviation);
    expect(Math.abs(high - 900)).toBeLessThan(4 * deviation);
  });

  // Percentile intervals are a little narrow for few values: for 30 of them a nominal 95 % hold the truth in about 94 %.
  test('holds the true mean about as often as it says', () => {
    const rng = new Rng(8);
    const trials = 600;
    let held = 0;
    for (let trial = 0; trial < trials; trial++) {
      const values = Array.from({ length: 30 }, () => 3 + 2 * rng.normal());
      const [low, high] = bootstrapInterval(values, meanOf, rng, 0.95, 400);
      if (low <= 3 && 3 <= high) held++;
    }
    const deviation = Math.sqrt((0.94 * 0.06) / trials); // 0.0097
    expect(Math.abs(held / trials - 0.94)).toBeLessThan(3 * deviation);
  });
});
