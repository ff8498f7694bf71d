// The logarithm against the platform's, which is right to about one unit in the last place.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { logarithm } from '../../src/tensor/logarithm.ts';

function check(x: number): void {
  expect(Math.abs(logarithm(x) - Math.log(x))).toBeLessThanOrEqual(1e-15 * Math.abs(Math.log(x)));
}

test('is the natural logarithm, to a relative error of 10⁻¹⁵', () => {
  const anywhere = fc.double({ min: Number.MIN_VALUE, noDefaultInfinity: true, noNaN: true });
  const nearOne = fc.double({ min: 0.5, max: 2, noNaN: true });
  fc.assert(
    fc.property(fc.oneof(anywhere, nearOne), (x) => void check(x)),
    { numRuns: 2000 },
  );
  for (const x of [1, 2, 0.5, Math.SQRT2, Math.SQRT1_2, Number.MIN_VALUE, Number.MAX_VALUE]) check(x);
});

test('has the values that it must at the ends', () => {
  const ends = [0, Number.POSITIVE_INFINITY, -1, Number.NaN];
  expect(ends.map(logarithm)).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN, Number.NaN]);
  expect(logarithm(1)).toBe(0);
});
