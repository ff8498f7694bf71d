// The points where a derivative jumps, which the random cases avoid: here each op's choice is written down.

import { describe, expect, test } from 'vitest';
import { Tape } from '../../src/tensor/autograd.ts';
import { leakyRelu, relu } from '../../src/tensor/ops/activations.ts';
import { affine } from '../../src/tensor/ops/affine.ts';
import { abs, clamp } from '../../src/tensor/ops/arithmetic.ts';
import { conv2d } from '../../src/tensor/ops/conv2d.ts';
import { huber, quantileHuber } from '../../src/tensor/ops/losses.ts';
import { maxPool } from '../../src/tensor/ops/pool.ts';
import { max, sum } from '../../src/tensor/ops/reduce.ts';
import { argmax } from '../../src/tensor/ops/rows.ts';
import { type Nested, type Parameter, parameter, type Tensor, tensor } from '../../src/tensor/tensor.ts';

/** The values of f(x) and the derivative of their sum in each element of x. */
function at(values: Nested, f: (x: Parameter) => Tensor): { y: number[]; slope: number[] } {
  const x = parameter(values);
  const tape = new Tape();
  const { y, loss } = tape.record(() => {
    const y = f(x);
    return { y, loss: sum(y) };
  });
  return { y: [...y.data], slope: [...(tape.gradients(loss).get(x) ?? [])] };
}

test('relu at 0, plain or fused, lets no gradient through', () => {
  expect(at([0, -0, 1e-30, -1e-30], relu).slope).toEqual([0, 0, 1, 0]);
  expect(at([[0, 1]], (x) => affine(x, tensor([[2], [0]]), tensor([0]), 'relu'))).toEqual({ y: [0], slope: [0, 0] });
  const image = (x: Tensor): Tensor => conv2d(x, tensor([[[[2]]]]), tensor([0]), { activation: 'relu' });
  expect(at([[[[0], [1], [-1]]]], image)).toEqual({ y: [0, 2, 0], slope: [0, 2, 0] });
});

test('leakyRelu at 0 has the slope of the left side', () => {
  expect(at([0, 1, -1], (x) => leakyRelu(x, 0.25))).toEqual({ y: [0, 1, -0.25], slope: [0.25, 1, 0.25] });
});

test('abs at 0 has slope 0', () => {
  expect(at([0, -0, 2, -2], abs)).toEqual({ y: [0, 0, 2, 2], slope: [0, 0, 1, -1] });
});

test('clamp on its limits still moves, beyond them it does not', () => {
  expect(at([-1, 1, -1.5, 1.5, 0], (x) => clamp(x, -1, 1))).toEqual({ y: [-1, 1, -1, 1, 0], slope: [1, 1, 0, 0, 1] });
  expect(at([0.5, 0.25], (x) => clamp(x, 0.5, 0.5))).toEqual({ y: [0.5, 0.5], slope: [1, 0] });
});

describe('among equals the first wins and takes the whole gradient', () => {
  test('max', () => {
    expect(at([1, 3, 3, 2, 3], (x) => max(x)).slope).toEqual([0, 1, 0, 0, 0]);
    const columns = at(
      [
        [5, 1],
        [5, 2],
        [4, 2],
      ],
      (x) => max(x, 0),
    );
    expect(columns).toEqual({ y: [5, 2], slope: [1, 0, 0, 1, 0, 0] });
  });

  test('max over axes that are not neighbours keeps one winner', () => {
    const { y, slope } = at([[[1, 1]], [[1, 1]]], (x) => max(x, [0, 2]));
    expect(y).toEqual([1]);
    expect(slope.filter((d) => d !== 0)).toEqual([1]);
  });

  test('maxPool, where one pixel may win in several windows', () => {
    // Rows 2 2 1 / 2 2 1: both 2 × 2 windows start with a tie.
    const { y, slope } = at(
      [
        [
          [[2], [2], [1]],
          [[2], [2], [1]],
        ],
      ],
      (x) => maxPool(x, { kernel: 2, stride: 1 }),
    );
    expect(y).toEqual([2, 2]);
    expect(slope).toEqual([1, 1, 0, 0, 0, 0]);
    const centre = at(
      [
        [
          [[0], [0], [0]],
          [[0], [9], [0]],
          [[0], [0], [0]],
        ],
      ],
      (x) => maxPool(x, { kernel: 2, stride: 1 }),
    );
    expect(centre.slope).toEqual([0, 0, 0, 0, 4, 0, 0, 0, 0]);
  });

  test('argmax', () => {
    expect([
      ...argmax(
        tensor([
          [1, 3, 3],
          [2, 2, 2],
          [0, -1, 0],
        ]),
      ),
    ]).toEqual([1, 0, 0]);
  });
});

describe('huber at its joint', () => {
  test('|d| = δ: both pieces give ½δ² and ±δ', () => {
    for (const delta of [0.5, 1, 2]) {
      const joint = at([delta, -delta], (x) => huber(x, tensor([0, 0]), delta));
      expect(joint).toEqual({ y: [delta ** 2 / 2, delta ** 2 / 2], slope: [delta, -delta] });
    }
  });

  test('the value and the slope do not jump across it', () => {
    const step = 2 ** -12; // exact in float32, as is every number here
    const [below, above] = at([1 - step, 1 + step], (x) => huber(x, tensor([0, 0]), 1)).y;
    expect(below).toBeCloseTo(0.5 - step, 6);
    expect(above).toBe(0.5 + step);
    expect(at([1 - step, 1 + step, 5], (x) => huber(x, tensor([0, 0, 0]), 1)).slope).toEqual([1 - step, 1, 1]);
  });
});

test('quantileHuber where prediction meets goal is flat; at |u| = δ both pieces agree', () => {
  const loss = (x: Tensor): Tensor => quantileHuber(x, tensor([[0]]), 1);
  expect(at([[0]], loss)).toEqual({ y: [0], slope: [0] });
  expect(at([[1]], loss)).toEqual({ y: [0.25], slope: [0.5] }); // u = −1, one quantile: τ = ½
  expect(at([[-1]], loss)).toEqual({ y: [0.25], slope: [-0.5] });
});
