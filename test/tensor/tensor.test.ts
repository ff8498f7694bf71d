import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ShapeError, sizeOf } from '../../src/tensor/shape.ts';
import { type Nested, Parameter, parameter, scalar, Tensor, tensor, zeros } from '../../src/tensor/tensor.ts';
import { someShape, someValues } from '../support/arbitraries.ts';

/** Flat numbers as the nested lists of a shape. */
function nest(numbers: readonly number[], shape: readonly number[]): Nested {
  if (shape.length === 0) return numbers[0];
  const part = numbers.length / shape[0];
  return Array.from({ length: shape[0] }, (_, i) => nest(numbers.slice(i * part, (i + 1) * part), shape.slice(1)));
}

describe('tensor', () => {
  test('reads shape and numbers off nested lists', () => {
    fc.assert(
      fc.property(someValues(), ({ shape, numbers }) => {
        const x = tensor(nest(numbers, shape));
        expect(x.shape).toEqual(shape);
        expect(Array.from(x.data)).toEqual(numbers.map(Math.fround));
      }),
    );
  });

  test('takes a flat list or typed array with a shape', () => {
    expect(tensor([1, 2, 3, 4, 5, 6], [2, 3])).toEqual(
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    );
    expect(tensor(Float64Array.of(1, 2), [2, 1]).shape).toEqual([2, 1]);
    expect(tensor(Uint8Array.of(1, 2)).shape).toEqual([2]);
    expect(tensor([5], []).shape).toEqual([]);
  });

  test('copies: changing the source changes nothing', () => {
    const source = Float32Array.of(1, 2);
    const x = tensor(source);
    source[0] = 9;
    expect(x.data[0]).toBe(1);
  });

  test('empty lists give axes of length 0', () => {
    expect(tensor([]).shape).toEqual([0]);
    expect(tensor([[], []]).shape).toEqual([2, 0]);
    expect(tensor([], [0, 3]).shape).toEqual([0, 3]);
  });

  test('rows must agree', () => {
    expect(() => tensor([[1, 2], [3]])).toThrow('tensor: every row must have the length of the first; one has 1; got [2, 2]');
    expect(() => tensor([[1], [2, 3]])).toThrow(ShapeError);
    expect(() => tensor([[1, 2], 3])).toThrow('tensor: every row must be nested equally deep; got [2, 2]');
    expect(() => tensor([1, [2]])).toThrow(ShapeError);
    expect(() =>
      tensor([
        [1, 2],
        [3, [4]],
      ]),
    ).toThrow(ShapeError);
    expect(() => tensor([[], [1]])).toThrow(ShapeError);
    expect(() => tensor([[[1]], [[2, 3]]])).toThrow(ShapeError);
  });

  test('the shape must hold the values, and consist of lengths', () => {
    expect(() => tensor([1, 2, 3], [2, 2])).toThrow('tensor: shape must hold the 3 given values; got [2, 2]');
    expect(() => tensor([1, 2], [-1, -2])).toThrow(ShapeError);
    expect(() => tensor([1], [0.5, 2])).toThrow(ShapeError);
  });
});

describe('Tensor', () => {
  test('owns the buffer it is given', () => {
    const data = Float32Array.of(1, 2);
    expect(new Tensor(data, [2]).data).toBe(data);
  });

  test('keeps its shape when the list that said so goes on to another', () => {
    const shape = [1, 2];
    const first = tensor([3, 4], shape);
    shape[0] = 2;
    expect(first.shape).toEqual([1, 2]);
    expect(zeros(shape).shape).toEqual([2, 2]);
  });

  test('must fit its shape', () => {
    expect(() => new Tensor(new Float32Array(3), [2, 2])).toThrow('Tensor: shape must hold 3 numbers; got [2, 2]');
    expect(() => new Tensor(new Float32Array(2), [-1, -2])).toThrow('Tensor: every axis must be a non-negative integer; got [-1, -2]');
  });

  test('item is the number of a tensor that holds one', () => {
    expect(scalar(2.5).item()).toBe(2.5);
    expect(tensor([[3]]).item()).toBe(3);
    expect(() => tensor([1, 2]).item()).toThrow('item: the tensor must hold one number; got [2]');
    expect(() => tensor([]).item()).toThrow(ShapeError);
  });

  test('prints its shape and its first numbers', () => {
    expect(String(tensor([[1, 0.1]]))).toBe('Tensor[1, 2] 1 0.1');
    expect(String(zeros([9]))).toBe('Tensor[9] 0 0 0 0 0 0 0 0 …');
  });
});

test('parameter is a tensor that learns, tensor is not', () => {
  expect(parameter([1])).toBeInstanceOf(Parameter);
  expect(parameter([1, 2], [1, 2]).shape).toEqual([1, 2]);
  expect(tensor([1])).not.toBeInstanceOf(Parameter);
});

test('zeros is all zero, of any shape', () => {
  fc.assert(
    fc.property(someShape(), (shape) => {
      const x = zeros(shape);
      expect(x.shape).toEqual(shape);
      expect(Array.from(x.data)).toEqual(new Array(sizeOf(shape)).fill(0));
    }),
  );
});

test('zeros of a shape that is none leaves the backend as it was', () => {
  expect(() => zeros([Number.NaN])).toThrow(ShapeError);
  expect(() => zeros([-1])).toThrow(ShapeError);
  const [x, y] = [zeros([1]), zeros([1])];
  x.data[0] = 1;
  expect(y.data[0]).toBe(0);
});
