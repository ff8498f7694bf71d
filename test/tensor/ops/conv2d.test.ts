import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Tape } from '../../../src/tensor/autograd.ts';
import type { Activation } from '../../../src/tensor/kernels/kernels.ts';
import { affine, matmul } from '../../../src/tensor/ops/affine.ts';
import { add, mul } from '../../../src/tensor/ops/arithmetic.ts';
import { conv2d } from '../../../src/tensor/ops/conv2d.ts';
import { sum } from '../../../src/tensor/ops/reduce.ts';
import { type Parameter, parameter, type Tensor, tensor, zeros } from '../../../src/tensor/tensor.ts';
import { valuesOf } from '../../support/arbitraries.ts';
import { inDoublePrecision } from '../../support/double-precision-backend.ts';
import { type Convolution, convolvedShape, textbookConvolution } from '../../support/textbook.ts';
import { expectClose, largestMagnitude } from '../../support/tolerance.ts';
import { someConvolution } from '../op-cases/products.ts';

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => Array.from(a).reduce((total, x, i) => total + x * b[i], 0);

/** Image, weights and bias of a problem as parameters. */
function parametersOf({ x, w, bias, image, kernel, O }: Convolution): [Parameter, Parameter, Parameter] {
  return [parameter(x, image), parameter(w, [...kernel, image[3], O]), parameter(bias, [O])];
}

describe('conv2d is the seven nested loops of its definition', () => {
  test('in float64 to 1e-12', () => {
    fc.assert(
      fc.property(someConvolution, (problem) => {
        inDoublePrecision(() => {
          const out = conv2d(...parametersOf(problem), problem);
          expect(out.shape).toEqual(convolvedShape(problem));
          expectClose('conv2d', out.data, textbookConvolution(problem), 1e-12);
        });
      }),
      { numRuns: 300 },
    );
  });

  test('in float32 to the rounding of its sums', () => {
    fc.assert(
      fc.property(someConvolution, (problem) => {
        const expected = textbookConvolution(problem);
        const terms = problem.kernel[0] * problem.kernel[1] * problem.image[3] + 1;
        // Each of `terms` products of at most 4 may round a sum of at most 4 · terms by 2⁻²⁴ of it; inputs round as well.
        const out = conv2d(...parametersOf(problem), problem);
        expectClose('conv2d', out.data, expected, terms * 2 ** -23 * (4 + largestMagnitude(expected)));
      }),
    );
  });
});

test('its gradients are its adjoints: ⟨conv(x, w), y⟩ = ⟨x, dx⟩ = ⟨w, dw⟩, and dbias sums y over pixels', () => {
  const problemAndWeights = someConvolution.chain((problem) => fc.tuple(fc.constant(problem), valuesOf(convolvedShape(problem))));
  fc.assert(
    fc.property(problemAndWeights, ([problem, upstream]) => {
      inDoublePrecision(() => {
        const [x, w] = parametersOf(problem);
        const bias = parameter(new Array<number>(problem.O).fill(0));
        const y = tensor(upstream.numbers, upstream.shape);
        const tape = new Tape();
        const { out, loss } = tape.record(() => {
          const out = conv2d(x, w, bias, problem);
          return { out, loss: sum(mul(out, y)) };
        });
        const gradients = tape.gradients(loss);
        const gradient = (of: Tensor): ArrayLike<number> => gradients.get(of) ?? [];
        const product = [dot(out.data, y.data)];
        expectClose('⟨x, dx⟩', [dot(x.data, gradient(x))], product, 1e-10);
        expectClose('⟨w, dw⟩', [dot(w.data, gradient(w))], product, 1e-10);
        expectClose('dbias', gradient(bias), sum(y, [0, 1, 2]).data, 1e-10);
      });
    }),
  );
});

test('is linear in the image', () => {
  const problemAndImage = someConvolution.chain((problem) => fc.tuple(fc.constant(problem), valuesOf(problem.image)));
  fc.assert(
    fc.property(problemAndImage, ([problem, other]) => {
      inDoublePrecision(() => {
        const [x, w] = parametersOf(problem);
        const convolve = (image: Tensor): Tensor => conv2d(image, w, zeros([problem.O]), problem);
        const y = tensor(other.numbers, other.shape);
        expectClose('conv(x + y)', convolve(add(x, y)).data, add(convolve(x), convolve(y)).data, 1e-12);
      });
    }),
  );
});

test('a 1 × 1 kernel is a matrix product over the pixels', () => {
  inDoublePrecision(() => {
    const pixels = [
      [1, 2],
      [3, 4],
      [5, 6],
      [-1, 0],
      [0.5, 0.25],
      [7, -8],
    ];
    const weights = [
      [1, -2, 3],
      [0.5, 4, -1],
    ];
    const out = conv2d(tensor(pixels.flat(), [1, 2, 3, 2]), tensor(weights.flat(), [1, 1, 2, 3]), zeros([3]));
    expect([...out.data]).toEqual([...matmul(tensor(pixels), tensor(weights)).data]);
  });
});

test('by hand: the kernel is not flipped, and padding is zero', () => {
  // One row 1 2 3 against the kernel 10 1: 10·1 + 1·2, 10·2 + 1·3.
  const row = tensor([1, 2, 3], [1, 1, 3, 1]);
  const kernel = tensor([10, 1], [1, 2, 1, 1]);
  expect([...conv2d(row, kernel, tensor([0])).data]).toEqual([12, 23]);
  expect([...conv2d(row, kernel, tensor([0.5]), { padding: [0, 1] }).data]).toEqual([1.5, 12.5, 23.5, 30.5]);
  expect([...conv2d(row, kernel, tensor([0]), { padding: [0, 1], stride: [1, 2] }).data]).toEqual([1, 23]);
});

test('an image of no samples gives one of no samples', () => {
  const w = parameter(new Array<number>(9).fill(1), [3, 3, 1, 1]);
  const tape = new Tape();
  const { out, loss } = tape.record(() => {
    const out = conv2d(zeros([0, 5, 5, 1]), w, tensor([1]));
    return { out, loss: sum(out) };
  });
  expect(out.shape).toEqual([0, 3, 3, 1]);
  expect([...(tape.gradients(loss).get(w) ?? [])]).toEqual(new Array(9).fill(0));
});

test('options may be changed between calls', () => {
  const [x, w, bias] = [tensor([1, 2, 3, 4], [1, 1, 4, 1]), tensor([1], [1, 1, 1, 1]), tensor([0])];
  const options = { stride: 1, padding: 0, activation: 'none' as const };
  expect([...conv2d(x, w, bias, options).data]).toEqual([1, 2, 3, 4]);
  options.stride = 2;
  expect([...conv2d(x, w, bias, options).data]).toEqual([1, 3]);
});

test('so may the pairs in them', () => {
  const [x, w, bias] = [tensor([1, 2, 3, 4], [1, 1, 4, 1]), tensor([1], [1, 1, 1, 1]), tensor([0])];
  const options = { stride: [1, 1] as [number, number], padding: [0, 0] as [number, number] };
  const row = (): number[] => [...conv2d(x, w, bias, options).data];
  expect(row()).toEqual([1, 2, 3, 4]);
  options.stride[1] = 3;
  expect(row()).toEqual([1, 4]);
  options.padding[1] = 1;
  expect(row()).toEqual([0, 3]);
});

test('an activation that cannot be fused is refused, by affine too', () => {
  const unknown = 'gelu' as Activation; // as a program without types may say
  const message = 'activation must be one of none, relu, tanh, sigmoid; got gelu';
  expect(() => conv2d(zeros([1, 2, 2, 1]), zeros([1, 1, 1, 1]), zeros([1]), { activation: unknown })).toThrow(`conv2d: ${message}`);
  expect(() => affine(zeros([1, 1]), zeros([1, 1]), zeros([1]), unknown)).toThrow(`affine: ${message}`);
});
