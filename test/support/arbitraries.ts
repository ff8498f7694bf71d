// fast-check generators of shapes and numbers. Numbers lie on a grid of thousandths: they shrink to round values, and a kink
// (where a derivative jumps) can be kept at a stated distance.

import fc from 'fast-check';

/** A shape and its numbers, not yet a tensor: the backend that is current when the case runs decides the precision. */
export interface Values {
  readonly shape: readonly number[];
  readonly numbers: readonly number[];
}

export interface Range {
  readonly low?: number;
  readonly high?: number;
  /** Points that must be missed by 0.01. */
  readonly kinks?: readonly number[];
}

/** A shape of `min` to `max` axes, each 1 to `longest` long. */
export const someShape = (min = 0, max = 3, longest = 4): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: 1, max: longest }), { minLength: min, maxLength: max });

/** A number in low … high, −2 … 2 by default. */
export function someNumber({ low = -2, high = 2, kinks = [] }: Range = {}): fc.Arbitrary<number> {
  return fc
    .integer({ min: Math.ceil(low * 1000), max: Math.floor(high * 1000) })
    .map((thousandths) => thousandths / 1000)
    .filter((x) => kinks.every((kink) => Math.abs(x - kink) >= 0.01));
}

/** Numbers for a given shape, each drawn from `number`. */
export function valuesOf(shape: readonly number[], number: fc.Arbitrary<number> = someNumber()): fc.Arbitrary<Values> {
  const count = shape.reduce((size, length) => size * length, 1);
  return fc.array(number, { minLength: count, maxLength: count }).map((numbers) => ({ shape, numbers }));
}

/** Numbers of any small shape. */
export const someValues = (number?: fc.Arbitrary<number>): fc.Arbitrary<Values> => someShape().chain((shape) => valuesOf(shape, number));

/** Numbers for a given shape that all differ by at least 0.02: no ties for max, no row without variance. */
export function distinctValuesOf(shape: readonly number[]): fc.Arbitrary<Values> {
  const count = shape.reduce((size, length) => size * length, 1);
  const ranks = Array.from({ length: count }, (_, rank) => rank);
  const spacing = Math.max(0.02, 1 / Math.max(1, count));
  return fc.shuffledSubarray(ranks, { minLength: count, maxLength: count }).map((order) => ({
    shape,
    numbers: order.map((rank) => (rank - (count - 1) / 2) * spacing),
  }));
}

/** `count` integers in 0 … below − 1. */
export const someIndices = (count: number, below: number): fc.Arbitrary<Int32Array> =>
  fc.array(fc.integer({ min: 0, max: below - 1 }), { minLength: count, maxLength: count }).map((indices) => Int32Array.from(indices));
