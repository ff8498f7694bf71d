// Sine and cosine against exact arithmetic on long integers, and against the engine's own, which is as accurate.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cos, sin } from '../../../src/rl/envs/trigonometry.ts';

/** The distance between a double and its neighbours. */
const ulp = (x: number): number => 2 ** Math.max(Math.floor(Math.log2(Math.abs(x))) - 52, -1074);

const fractionBits = 400n;

/** A double as a multiple of 2⁻⁴⁰⁰; exact from 2⁻³⁰⁰ up. */
function fixed(x: number): bigint {
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(x))), -1000) - 52;
  const integer = BigInt(x / 2 ** exponent);
  const shift = fractionBits + BigInt(exponent);
  return shift >= 0n ? integer << shift : integer >> -shift;
}

/** The Taylor series from the term x^first / first!, in multiples of 2⁻⁴⁰⁰. */
function exactSeries(x: number, first: 0n | 1n): bigint {
  const z = fixed(x);
  let term = first === 0n ? 1n << fractionBits : z;
  let sum = 0n;
  for (let k = first; term !== 0n; k += 2n) {
    sum += term;
    term = -((((term * z) >> fractionBits) * z) >> fractionBits) / ((k + 1n) * (k + 2n));
    if (term === -1n) break; // shifting rounds towards −∞, so negative terms end at −1
  }
  return sum;
}

/** |got − exact| in units of the exact value's last place. */
function error(got: number, exact: bigint): number {
  const difference = fixed(got) - exact;
  return Math.abs(Number(difference) / 2 ** Number(fractionBits)) / ulp(Number(exact) / 2 ** Number(fractionBits));
}

test('lie within 1 unit in the last place of the exact value', () => {
  const angle = fc.oneof(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: -40, max: 40, noNaN: true }));
  fc.assert(
    fc.property(
      angle.filter((x) => Math.abs(x) > 1e-60),
      (x) => {
        expect(error(sin(x), exactSeries(x, 1n))).toBeLessThan(1);
        expect(error(cos(x), exactSeries(x, 0n))).toBeLessThan(1);
      },
    ),
    { numRuns: 3000 },
  );
});

test('agree with the engine to 1 unit in the last place up to 2^20', () => {
  const angle = fc.oneof(...[4, 1e4, 2 ** 20].map((most) => fc.double({ min: -most, max: most, noNaN: true })));
  fc.assert(
    fc.property(angle, (x) => {
      expect(Math.abs(sin(x) - Math.sin(x))).toBeLessThanOrEqual(ulp(Math.sin(x)));
      expect(Math.abs(cos(x) - Math.cos(x))).toBeLessThanOrEqual(ulp(Math.cos(x)));
    }),
    { numRuns: 20_000 },
  );
});

test('keep that accuracy beside every multiple of π/2, where almost all digits cancel', () => {
  for (let n = 1; n <= 2 ** 19; n += n < 8192 ? 1 : 61) {
    const nearest = (n * Math.PI) / 2;
    for (const x of [nearest - ulp(nearest), nearest, nearest + ulp(nearest)]) {
      if (Math.abs(sin(x) - Math.sin(x)) > ulp(Math.sin(x))) throw new Error(`sin(${x}) must be ${Math.sin(x)}; got ${sin(x)}`);
      if (Math.abs(cos(x) - Math.cos(x)) > ulp(Math.cos(x))) throw new Error(`cos(${x}) must be ${Math.cos(x)}; got ${cos(x)}`);
    }
  }
});

test('known values', () => {
  expect([sin(0), cos(0), cos(Math.PI), sin(Math.PI / 2)]).toEqual([0, 1, -1, 1]);
  expect([sin(1), cos(1)]).toEqual([0.8414709848078965, 0.5403023058681398]);
  expect([sin(10_000), cos(10_000)]).toEqual([-0.30561438888825215, -0.9521553682590148]);
});

test('refuse what is not a reasonable angle', () => {
  for (const x of [Number.NaN, Number.POSITIVE_INFINITY, 2 ** 20 + 1, -(2 ** 21)]) {
    expect(() => sin(x)).toThrow(RangeError);
    expect(() => cos(x)).toThrow('trigonometry: an angle must be within ±2^20 radians; got');
  }
});
