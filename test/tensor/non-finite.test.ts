// NaN and ±∞ go through every op as arithmetic says: nothing hides a number that went wrong.

import { describe, expect, test } from 'vitest';
import { Tape } from '../../src/tensor/autograd.ts';
import { gelu, leakyRelu, relu, sigmoid, tanh } from '../../src/tensor/ops/activations.ts';
import { affine, matmul } from '../../src/tensor/ops/affine.ts';
import { allOps } from '../../src/tensor/ops/all.ts';
import { abs, add, clamp, div, exp, log, mul, scale, square, sub } from '../../src/tensor/ops/arithmetic.ts';
import { conv2d } from '../../src/tensor/ops/conv2d.ts';
import { concat, expand, reshape, slice, transpose } from '../../src/tensor/ops/layout.ts';
import { crossEntropy, huber, quantileHuber, squared, tdHuber } from '../../src/tensor/ops/losses.ts';
import { averagePool, maxPool } from '../../src/tensor/ops/pool.ts';
import { max, mean, sum } from '../../src/tensor/ops/reduce.ts';
import { argmax, embed, layerNorm, logSoftmax, select, softmax } from '../../src/tensor/ops/rows.ts';
import { parameter, type Tensor, tensor, zeros } from '../../src/tensor/tensor.ts';

const infinity = Number.POSITIVE_INFINITY;
const nan = Number.NaN;

describe('of one argument: the results at NaN, +∞ and −∞', () => {
  const table: readonly [string, (x: Tensor) => Tensor, readonly number[]][] = [
    ['relu', relu, [nan, infinity, 0]],
    ['leakyRelu', leakyRelu, [nan, infinity, -infinity]],
    ['tanh', tanh, [nan, 1, -1]],
    ['sigmoid', sigmoid, [nan, 1, 0]],
    ['gelu', gelu, [nan, infinity, nan]], // −∞ · 0
    ['gelu, tanh form', (x) => gelu(x, 'tanh'), [nan, infinity, nan]],
    ['scale', (x) => scale(x, -2), [nan, -infinity, infinity]],
    ['square', square, [nan, infinity, infinity]],
    ['exp', exp, [nan, infinity, 0]],
    ['log', log, [nan, infinity, nan]],
    ['abs', abs, [nan, infinity, infinity]],
    ['clamp', (x) => clamp(x, -3, 4), [nan, 4, -3]],
  ];
  for (const [name, op, expected] of table) {
    test(name, () => void expect([...op(tensor([nan, infinity, -infinity])).data]).toEqual(expected));
  }

  test('log at 0 is −∞', () => void expect(log(tensor([0])).item()).toBe(-infinity));
});

describe('of two arguments', () => {
  const table: readonly [string, (a: Tensor, b: Tensor) => Tensor, readonly number[]][] = [
    // at (NaN, 1), (1, NaN), (∞, ∞), (∞, −∞), (∞, 0), (0, 0)
    ['add', add, [nan, nan, infinity, nan, infinity, 0]],
    ['sub', sub, [nan, nan, nan, infinity, infinity, 0]],
    ['mul', mul, [nan, nan, infinity, -infinity, nan, 0]],
    ['div', div, [nan, nan, nan, nan, infinity, nan]],
    ['squared', squared, [nan, nan, nan, infinity, infinity, 0]],
    ['huber', huber, [nan, nan, nan, infinity, infinity, 0]],
    ['tdHuber', (a, b) => tdHuber(a, b, new Float32Array(6), new Float32Array(6).fill(1)), [nan, nan, nan, infinity, infinity, 0]],
  ];
  for (const [name, op, expected] of table) {
    test(name, () => {
      const [a, b] = [tensor([nan, 1, infinity, infinity, infinity, 0]), tensor([1, nan, infinity, -infinity, 0, 0])];
      expect([...op(a, b).data]).toEqual(expected);
    });
  }
});

/** For each input element that is made NaN: which outputs are NaN then, as a row of marks. */
function spread(shape: readonly number[], op: (x: Tensor) => Tensor): string[] {
  const size = shape.reduce((product, length) => product * length, 1);
  return Array.from({ length: size }, (_, i) => {
    const values = Array.from({ length: size }, (_, k) => (k === i ? nan : k + 1));
    return Array.from(op(tensor(values, shape)).data, (y) => (Number.isNaN(y) ? '×' : '·')).join('');
  });
}

/** Ops on several elements, and how a NaN in each place of x spreads. */
const spreading: Readonly<Record<string, readonly [readonly number[], (x: Tensor) => Tensor, readonly string[]]>> = {
  matmul: [
    [2, 2],
    (x) =>
      matmul(
        x,
        tensor([
          [1, 0],
          [0, 1],
        ]),
      ),
    ['××··', '××··', '··××', '··××'],
  ],
  affine: [[2, 1], (x) => affine(x, tensor([[1, 2]]), tensor([0, 0]), 'relu'), ['××··', '··××']],
  conv2d: [[1, 1, 3, 1], (x) => conv2d(x, tensor([1, 1], [1, 2, 1, 1]), tensor([0]), { activation: 'relu' }), ['×·', '××', '·×']],
  maxPool: [[1, 1, 4, 1], (x) => maxPool(x, { kernel: [1, 2], stride: [1, 1] }), ['×··', '××·', '·××', '··×']],
  averagePool: [[1, 1, 4, 1], (x) => averagePool(x, { kernel: [1, 2] }), ['×·', '×·', '·×', '·×']],
  reshape: [[2, 1], (x) => reshape(x, [1, 2]), ['×·', '·×']],
  transpose: [[2, 2], (x) => transpose(x), ['×···', '··×·', '·×··', '···×']],
  expand: [[2, 1], (x) => expand(x, [2, 2]), ['××··', '··××']],
  concat: [[2], (x) => concat([tensor([0]), x], 0), ['·×·', '··×']],
  slice: [[3], (x) => slice(x, 0, 1), ['··', '×·', '·×']],
  sum: [[2, 2], (x) => sum(x, 1), ['×·', '×·', '·×', '·×']],
  mean: [[2, 2], (x) => mean(x, 0), ['×·', '·×', '×·', '·×']],
  max: [[2, 2], (x) => max(x, 1), ['×·', '×·', '·×', '·×']],
  softmax: [[2, 2], softmax, ['××··', '××··', '··××', '··××']],
  logSoftmax: [[2, 2], logSoftmax, ['××··', '××··', '··××', '··××']],
  layerNorm: [[2, 2], (x) => layerNorm(x, tensor([1, 1]), tensor([0, 0])), ['××··', '××··', '··××', '··××']],
  select: [[2, 2], (x) => select(x, Int32Array.of(1, 0)), ['··', '×·', '·×', '··']],
  embed: [[2, 1], (x) => embed(x, Int32Array.of(1, 0, 1)), ['·×·', '×·×']],
  crossEntropy: [
    [2, 2],
    (x) =>
      crossEntropy(
        x,
        tensor([
          [0.5, 0.5],
          [1, 0],
        ]),
      ),
    ['×·', '×·', '·×', '·×'],
  ],
  quantileHuber: [[2, 2], (x) => quantileHuber(x, zeros([2, 3])), ['×·', '×·', '·×', '·×']],
};

describe('of many: a NaN spreads to what depends on it, and no further', () => {
  for (const [name, [shape, op, expected]] of Object.entries(spreading)) test(name, () => void expect(spread(shape, op)).toEqual(expected));

  test('no op is missing here', () => {
    const elementwise = ['relu', 'leakyRelu', 'tanh', 'sigmoid', 'gelu', 'scale', 'square', 'exp', 'log', 'abs', 'clamp'];
    const paired = ['add', 'sub', 'mul', 'div', 'squared', 'huber', 'tdHuber'];
    const covered = [...Object.keys(spreading), ...elementwise, ...paired];
    expect(covered.sort()).toEqual(allOps.map(({ name }) => name).sort());
  });
});

describe('the largest of a list', () => {
  test('is NaN where one stands, the first of several', () => {
    expect(max(tensor([infinity, nan, 5])).item()).toBeNaN();
    expect([
      ...argmax(
        tensor([
          [infinity, nan, nan],
          [1, 2, infinity],
        ]),
      ),
    ]).toEqual([1, 2]);
  });

  test('may be −∞, and then has a place that takes the gradient', () => {
    const x = parameter([[-infinity, -infinity]]);
    const tape = new Tape();
    const loss = tape.record(() => max(x));
    expect(loss.item()).toBe(-infinity);
    expect([...(tape.gradients(loss).get(x) ?? [])]).toEqual([1, 0]);
    const image = parameter([-infinity, -infinity], [1, 1, 2, 1]);
    const pooled = tape.record(() => sum(maxPool(image, { kernel: [1, 2] })));
    expect(pooled.item()).toBe(-infinity);
    expect([...(tape.gradients(pooled).get(image) ?? [])]).toEqual([1, 0]);
  });
});

test('a NaN on the way back reaches every parameter behind it', () => {
  const [w, v] = [
    parameter([
      [1, 2],
      [3, 4],
    ]),
    parameter([[1], [1]]),
  ];
  const tape = new Tape();
  const loss = tape.record(() => sum(scale(matmul(relu(matmul(tensor([[1, 1]]), w)), v), nan)));
  const gradients = tape.gradients(loss);
  for (const p of [w, v]) expect([...(gradients.get(p) ?? [])].every(Number.isNaN)).toBe(true);
});
