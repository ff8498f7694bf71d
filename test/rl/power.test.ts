// Powers against the platform's.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { power } from '../../src/rl/power.ts';

function check(base: number, exponent: number, tolerance: number): void {
  const wanted = base ** exponent;
  expect(Math.abs(power(base, exponent) - wanted)).toBeLessThanOrEqual(tolerance * wanted);
}

test('is the power, to a relative error of 3 · 10⁻¹³ anywhere and 2 · 10⁻¹⁵ near 1', () => {
  const anywhere = fc.double({ min: Number.MIN_VALUE, noDefaultInfinity: true, noNaN: true });
  const nearOne = fc.double({ min: 0.1, max: 10, noNaN: true });
  const exponent = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(anywhere, exponent, (x, y) => void check(x, y, 3e-13)),
    { numRuns: 2000 },
  );
  fc.assert(
    fc.property(nearOne, exponent, (x, y) => void check(x, y, 2e-15)),
    { numRuns: 2000 },
  );
});

test('has the values that it must at the ends', () => {
  for (const base of [0, 1, 3, 1e-300, 1e300, Number.POSITIVE_INFINITY]) expect(power(base, 0)).toBe(1);
  for (const exponent of [0, 0.3, 1]) expect(power(1, exponent)).toBe(1);
  expect([power(0, 0.5), power(Number.POSITIVE_INFINITY, 0.5), power(Number.NaN, 0.5)]).toEqual([0, Number.POSITIVE_INFINITY, Number.NaN]);
});
