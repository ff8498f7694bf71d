import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equalShapes, formatShape, resolveAxis, ShapeError, sizeOf, splitAt } from '../../src/tensor/shape.ts';
import { someShape } from '../support/arbitraries.ts';

describe('sizeOf', () => {
  test('a scalar holds one number, an axis of length 0 leaves none', () => {
    expect(sizeOf([])).toBe(1);
    expect(sizeOf([7])).toBe(7);
    expect(sizeOf([2, 3, 4])).toBe(24);
    expect(sizeOf([2, 0, 4])).toBe(0);
  });
});

test('equalShapes compares axis by axis, and their number', () => {
  expect(equalShapes([], [])).toBe(true);
  expect(equalShapes([2, 3], [2, 3])).toBe(true);
  expect(equalShapes([2, 3], [3, 2])).toBe(false);
  expect(equalShapes([2], [2, 1])).toBe(false);
  expect(equalShapes([2, 1], [2])).toBe(false);
});

describe('splitAt', () => {
  test('outer · length · inner is the size, and element (o, i, n) is where counting through the shape finds it', () => {
    fc.assert(
      fc.property(someShape(1, 4), fc.nat(), (shape, pick) => {
        const axis = pick % shape.length;
        const { outer, length, inner } = splitAt('test', shape, axis);
        expect(outer * length * inner).toBe(sizeOf(shape));
        expect(length).toBe(shape[axis]);

        // Count through every element, odometer fashion, and compare its place with the formula.
        for (let place = 0; place < sizeOf(shape); place++) {
          const digits = shape.map((side, k) => Math.floor(place / sizeOf(shape.slice(k + 1))) % side);
          const before = digits.slice(0, axis).reduce((sum, digit, k) => sum * shape[k] + digit, 0);
          const after = digits.slice(axis + 1).reduce((sum, digit, k) => sum * shape[axis + 1 + k] + digit, 0);
          expect((before * length + digits[axis]) * inner + after).toBe(place);
        }
      }),
    );
  });

  test('negative axes count from the end', () => {
    expect(splitAt('test', [2, 3, 4], -1)).toEqual(splitAt('test', [2, 3, 4], 2));
    expect(splitAt('test', [2, 3, 4], -3)).toEqual({ outer: 1, length: 2, inner: 12 });
    expect(resolveAxis('test', [2, 3, 4], -2)).toBe(1);
  });

  test('an axis that is not there is an error that names it', () => {
    expect(() => splitAt('sum', [2, 3], 2)).toThrow('sum: axis must be in -2…1; got [2, 3]; axis is 2');
    for (const axis of [-3, 0.5, Number.NaN]) expect(() => splitAt('sum', [2, 3], axis)).toThrow(ShapeError);
    expect(() => splitAt('sum', [], 0)).toThrow(ShapeError);
  });
});

test('ShapeError carries its facts as fields and prints them', () => {
  const error = new ShapeError('matmul', 'inner sizes must agree', [[32, 64], [], [128, 10]], '. Hint');
  expect(error.message).toBe('matmul: inner sizes must agree; got [32, 64] and [] and [128, 10]. Hint');
  expect(error).toMatchObject({ name: 'ShapeError', operation: 'matmul', shapes: [[32, 64], [], [128, 10]] });
  expect(error).toBeInstanceOf(Error);
  expect(formatShape([])).toBe('[]');
});
