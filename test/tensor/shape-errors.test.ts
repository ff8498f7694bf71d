// What each op says about shapes it has no meaning for: the op's name, what must hold, and every shape involved.

import { describe, expect, test } from 'vitest';
import { affine, matmul } from '../../src/tensor/ops/affine.ts';
import { allOps } from '../../src/tensor/ops/all.ts';
import { add, div, mul, sub } from '../../src/tensor/ops/arithmetic.ts';
import { conv2d } from '../../src/tensor/ops/conv2d.ts';
import { concat, expand, reshape, slice, transpose } from '../../src/tensor/ops/layout.ts';
import { crossEntropy, huber, quantileHuber, squared, tdHuber } from '../../src/tensor/ops/losses.ts';
import { averagePool, maxPool } from '../../src/tensor/ops/pool.ts';
import { max, mean, sum } from '../../src/tensor/ops/reduce.ts';
import { argmax, embed, layerNorm, logSoftmax, select, softmax } from '../../src/tensor/ops/rows.ts';
import { type Shape, ShapeError } from '../../src/tensor/shape.ts';
import { type Tensor, zeros } from '../../src/tensor/tensor.ts';

const x = (...shape: Shape): Tensor => zeros(shape);
const indices = (...values: number[]): Int32Array => Int32Array.from(values);

const unequal = (op: (a: Tensor, b: Tensor) => Tensor): readonly (readonly [() => unknown, string])[] => [
  [
    () => op(x(32), x(32, 1)),
    'shapes must be equal; got [32] and [32, 1]. There is no implicit broadcasting: reshape or expand one of them',
  ],
  [
    () => op(x(2, 3), x(3, 2)),
    'shapes must be equal; got [2, 3] and [3, 2]. There is no implicit broadcasting: reshape or expand one of them',
  ],
  [() => op(x(), x(1)), 'shapes must be equal; got [] and [1]. There is no implicit broadcasting: reshape or expand one of them'],
];

const badWindows = (apply: (image: Tensor, kernel: number, padding: number) => unknown): (readonly [() => unknown, string])[] => [
  [() => apply(x(4, 4, 1), 2, 0), 'x must be [B, H, W, C]; got [4, 4, 1]'],
  [() => apply(x(1, 4, 4, 1), 5, 0), 'the kernel must fit in the padded image; got [1, 4, 4, 1]; kernel is [5, 5] and padding [0, 0]'],
  [() => apply(x(1, 4, 4, 1), 7, 1), 'the kernel must fit in the padded image; got [1, 4, 4, 1]; kernel is [7, 7] and padding [1, 1]'],
];

const noAxis = (reduce: typeof sum): readonly (readonly [() => unknown, string])[] => [
  [() => reduce(x(2, 3), 2), 'axis must be in -2…1; got [2, 3]; axis is 2'],
  [() => reduce(x(2, 3), [0, -2]), 'axes must differ; got [2, 3]; axes are 0, -2'],
];

const notPool = 'every window must hold a pixel, so padding must be smaller than kernel; got ';

/** For each op: calls that must fail, and the message after the op's name. */
const failures: Readonly<Record<string, readonly (readonly [() => unknown, string])[]>> = {
  add: unequal(add),
  sub: unequal(sub),
  mul: unequal(mul),
  div: unequal(div),
  squared: unequal(squared),
  huber: unequal(huber),
  tdHuber: [
    ...unequal((a, b) => tdHuber(a, b, new Float32Array(2), new Float32Array(2))),
    [
      () => tdHuber(x(2), x(2), new Float32Array(2), new Float32Array(1)),
      'there must be a reward and a discount for each sample; got [2] and [2] with 2 and 1',
    ],
  ],
  matmul: [
    [() => matmul(x(32, 64), x(128, 10)), 'inner sizes must agree; got [32, 64] and [128, 10]'],
    [() => matmul(x(2, 3, 4), x(2, 5, 6)), 'inner sizes must agree; got [2, 3, 4] and [2, 5, 6]'],
    [() => matmul(x(2, 3, 4), x(3, 4, 5)), 'batches must have the same size; got [2, 3, 4] and [3, 4, 5]'],
    [() => matmul(x(2, 3, 4), x(4, 5)), 'both must be matrices, or both batches of matrices; got [2, 3, 4] and [4, 5]'],
    [() => matmul(x(3), x(3)), 'both must be matrices, or both batches of matrices; got [3] and [3]'],
  ],
  affine: [
    [() => affine(x(5, 4), x(3, 2), x(2)), 'x must be [M, K] and w [K, N]; got [5, 4] and [3, 2]'],
    [() => affine(x(4), x(4, 2), x(2)), 'x must be [M, K] and w [K, N]; got [4] and [4, 2]'],
    [() => affine(x(5, 4), x(4, 2), x(3)), 'w must be [K, N] and bias [N]; got [4, 2] and [3]'],
    [() => affine(x(5, 4), x(4, 2), x(1, 2)), 'w must be [K, N] and bias [N]; got [4, 2] and [1, 2]'],
  ],
  conv2d: [
    ...badWindows((image, kernel, padding) => conv2d(image, x(kernel, kernel, 1, 3), x(3), { padding })),
    [
      () => conv2d(x(1, 4, 4, 2), x(3, 3, 1, 3), x(3)),
      'x [B, H, W, C] and w [kernelH, kernelW, C, O] must have the same C; got [1, 4, 4, 2] and [3, 3, 1, 3]',
    ],
    [
      () => conv2d(x(1, 4, 4, 1), x(3, 3, 3), x(3)),
      'x must be [B, H, W, C] and w [kernelH, kernelW, C, O]; got [1, 4, 4, 1] and [3, 3, 3]',
    ],
    [() => conv2d(x(1, 4, 4, 1), x(3, 3, 1, 3), x(2)), 'w must be [kernelH, kernelW, C, O] and bias [O]; got [3, 3, 1, 3] and [2]'],
  ],
  maxPool: [
    ...badWindows((image, kernel, padding) => maxPool(image, { kernel, padding })),
    [() => maxPool(x(1, 4, 4, 1), { kernel: 1, padding: 1 }), `${notPool}[1, 4, 4, 1]; kernel is [1, 1] and padding [1, 1]`],
  ],
  averagePool: [
    ...badWindows((image, kernel, padding) => averagePool(image, { kernel, padding })),
    [() => averagePool(x(1, 4, 4, 1), { kernel: 2, padding: [0, 2] }), `${notPool}[1, 4, 4, 1]; kernel is [2, 2] and padding [0, 2]`],
    [() => averagePool(x(1, 4, 4, 1), { kernel: 2, padding: [2, 0] }), `${notPool}[1, 4, 4, 1]; kernel is [2, 2] and padding [2, 0]`],
  ],
  reshape: [
    [() => reshape(x(2, 3), [4, 2]), 'both shapes must hold equally many numbers; got [2, 3] and [4, 2]'],
    [() => reshape(x(2, 3), [4, -1]), 'some length must fit in place of −1; got [2, 3] and [4, -1]'],
    [() => reshape(x(0), [0, -1]), 'some length must fit in place of −1; got [0] and [0, -1]'],
    [() => reshape(x(2, 3), [-1, -1]), 'at most one length may be −1; got [2, 3] and [-1, -1]'],
    [() => reshape(x(2, 3), [-2, -3]), 'lengths must be whole numbers, or −1 for one of them; got [2, 3] and [-2, -3]'],
    [() => reshape(x(2, 3), [1.5, 4]), 'lengths must be whole numbers, or −1 for one of them; got [2, 3] and [1.5, 4]'],
  ],
  transpose: [
    [() => transpose(x(2, 3), [0]), 'permutation must name each axis once; got [2, 3]; permutation is [0]'],
    [() => transpose(x(2, 3), [0, 0]), 'permutation must name each axis once; got [2, 3]; permutation is [0, 0]'],
    [() => transpose(x(2, 3), [1, 2]), 'permutation must name each axis once; got [2, 3]; permutation is [1, 2]'],
  ],
  expand: [
    [
      () => expand(x(3), [3, 2]),
      'each axis of x must have length 1 or the new length; got [3] and [3, 2]. ' +
        'Shapes are compared from their last axes; reshape to put an axis of length 1 where x should repeat',
    ],
    [() => expand(x(2, 1), [2]), 'each axis of x must have length 1 or the new length; got [2, 1] and [2]'],
    [() => expand(x(1), [-1]), 'lengths must be whole numbers; got [1] and [-1]'],
  ],
  concat: [
    [() => concat([x(2, 3), x(3, 3)], 1), 'all axes but axis 1 must agree; got [2, 3] and [3, 3]'],
    [() => concat([x(2, 3), x(2)], 0), 'all axes but axis 0 must agree; got [2, 3] and [2]'],
    [() => concat([x(2, 3)], 2), 'axis must be in -2…1; got [2, 3]; axis is 2'],
    [() => concat([], 0), 'there must be at least one tensor; got none'],
  ],
  slice: [
    [() => slice(x(2, 3), 1, 1, 4), 'start … end must lie within axis 1; got [2, 3]; start is 1 and end 4'],
    [() => slice(x(2, 3), 1, -4, 2), 'start … end must lie within axis 1; got [2, 3]; start is -4 and end 2'],
    [() => slice(x(2, 3), 1, 2, 1), 'start … end must lie within axis 1; got [2, 3]; start is 2 and end 1'],
    [() => slice(x(2, 3), 1, 0.5, 2), 'start … end must lie within axis 1; got [2, 3]; start is 0.5 and end 2'],
    [() => slice(x(2, 3), 3, 0), 'axis must be in -2…1; got [2, 3]; axis is 3'],
  ],
  sum: noAxis(sum),
  mean: [...noAxis(mean), [() => mean(x(2, 0)), 'there must be something to reduce; got [2, 0]']],
  max: [...noAxis(max), [() => max(x(2, 0), 1), 'there must be something to reduce; got [2, 0]']],
  softmax: [[() => softmax(x()), 'x must have at least one axis; got []']],
  logSoftmax: [[() => logSoftmax(x()), 'x must have at least one axis; got []']],
  layerNorm: [
    [() => layerNorm(x(2, 3), x(2), x(3)), 'gain must have one number for each column; got [2, 3] and [2]'],
    [() => layerNorm(x(2, 3), x(3), x(1, 3)), 'bias must have one number for each column; got [2, 3] and [1, 3]'],
    [() => layerNorm(x(), x(1), x(1)), 'x must have at least one axis; got []'],
  ],
  select: [
    [() => select(x(3), indices(0)), 'x must be [B, A] or [B, A, Z]; got [3]'],
    [() => select(x(3, 2), indices(0, 1)), 'index must have 3 entries, one for each row; got [2] and [3, 2]'],
  ],
  embed: [
    [() => embed(x(3), indices(0)), 'table must be [V, D]; got [3]'],
    [() => embed(x(3, 2), indices(0, 1), [3]), 'shape must hold 2 indices; got [3]'],
  ],
  crossEntropy: [
    [
      () => crossEntropy(x(2, 3), x(2)),
      'shapes must be equal; got [2, 3] and [2]. There is no implicit broadcasting: reshape or expand one of them',
    ],
    [
      () => crossEntropy(x(3), x(3)),
      'inputs must be matrices; got [3] and [3]. Both are [B, Z]: logits, and the probabilities they should give',
    ],
    [() => crossEntropy(x(2, 0), x(2, 0)), 'rows must not be empty; got [2, 0] and [2, 0]'],
  ],
  quantileHuber: [
    [() => quantileHuber(x(2, 3), x(3, 3)), 'inputs must be [B, N] and [B, G]; got [2, 3] and [3, 3]'],
    [() => quantileHuber(x(2), x(2)), 'inputs must be [B, N] and [B, G]; got [2] and [2]'],
    [() => quantileHuber(x(2, 0), x(2, 3)), 'rows must not be empty; got [2, 0] and [2, 3]'],
  ],
};

/** Ops of one tensor that give every shape a meaning. */
const anyShape = ['scale', 'square', 'exp', 'log', 'abs', 'clamp', 'relu', 'leakyRelu', 'tanh', 'sigmoid', 'gelu'];

test('every op is here, or takes any shape', () => {
  expect([...Object.keys(failures), ...anyShape].sort()).toEqual(allOps.map(({ name }) => name).sort());
});

describe('a ShapeError names the op, what must hold, and the shapes', () => {
  for (const [name, calls] of Object.entries(failures)) {
    test(name, () => {
      for (const [call, message] of calls) {
        let error: unknown;
        try {
          call();
        } catch (thrown) {
          error = thrown;
        }
        expect(error).toBeInstanceOf(ShapeError);
        const { message: said, operation } = error as ShapeError; // checked on the line above
        expect(said.slice(0, name.length + 2 + message.length)).toBe(`${name}: ${message}`);
        expect(operation).toBe(name);
      }
    });
  }
});

describe('numbers without a meaning are RangeErrors', () => {
  test('an index that is not there', () => {
    expect(() => select(x(4, 6, 1), indices(0, 5, 0, 6))).toThrow('select: every index must be in 0…5; got 6 in row 3 of [4, 6, 1]');
    expect(() => select(x(1, 2), indices(-1))).toThrow(RangeError);
    expect(() => embed(x(3, 2), indices(0, 3))).toThrow('embed: every index must be in 0…2; got 3 at place 1 for a table of [3, 2]');
    expect(() => embed(x(3, 2), indices(-1))).toThrow(RangeError);
  });

  test('strides, kernels and paddings', () => {
    const image = x(1, 4, 4, 1);
    const message = 'must be whole numbers of at least';
    for (const stride of [0, -1, 0.5, [1, 0]] as const) {
      expect(() => conv2d(image, x(2, 2, 1, 1), x(1), { stride })).toThrow(`conv2d: stride ${message} 1`);
    }
    expect(() => conv2d(image, x(2, 2, 1, 1), x(1), { padding: -1 })).toThrow(`conv2d: padding ${message} 0; got -1 and -1`);
    expect(() => maxPool(image, { kernel: 0 })).toThrow(`maxPool: kernel ${message} 1; got 0 and 0`);
    expect(() => averagePool(image, { kernel: 2, stride: Number.NaN })).toThrow(RangeError);
  });
});

test('argmax, which is no op, checks its rows too', () => {
  expect(() => argmax(x())).toThrow('argmax: x must have at least one axis; got []');
  expect(() => argmax(x(3, 0))).toThrow('argmax: rows must not be empty; got [3, 0]');
});
