import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Tape } from '../../../src/tensor/autograd.ts';
import { mul } from '../../../src/tensor/ops/arithmetic.ts';
import { averagePool, maxPool, type PoolOptions } from '../../../src/tensor/ops/pool.ts';
import { sum } from '../../../src/tensor/ops/reduce.ts';
import { parameter, tensor } from '../../../src/tensor/tensor.ts';
import { valuesOf } from '../../support/arbitraries.ts';
import { inDoublePrecision } from '../../support/double-precision-backend.ts';
import { flatPlace, placesOf } from '../../support/textbook.ts';
import { expectClose } from '../../support/tolerance.ts';
import { somePooling } from '../op-cases/images.ts';

const asPair = (pair: PoolOptions['stride'] & {}): readonly [number, number] => (typeof pair === 'number' ? [pair, pair] : pair);

/** The pixels of one window of an image [B, H, W, C] that lie inside it, and how many places the window has in all. */
function windowAt(
  x: ArrayLike<number>,
  shape: readonly number[],
  { kernel, stride = kernel, padding = 0 }: PoolOptions,
  out: number[],
): number[] {
  const [kernelH, kernelW] = asPair(kernel);
  const [strideH, strideW] = asPair(stride);
  const [padH, padW] = asPair(padding);
  const [b, row, column, c] = out;
  const pixels: number[] = [];
  for (const [u, v] of placesOf([kernelH, kernelW])) {
    const [y, z] = [row * strideH - padH + u, column * strideW - padW + v];
    if (y >= 0 && y < shape[1] && z >= 0 && z < shape[2]) pixels.push(x[flatPlace([b, y, z, c], shape)]);
  }
  return pixels;
}

const someImage = somePooling.chain(({ shape, options }) => fc.record({ x: valuesOf(shape), options: fc.constant(options) }));

test('each output is the largest, or the sum over the window’s size, of what its window holds', () => {
  fc.assert(
    fc.property(someImage, ({ x, options }) => {
      inDoublePrecision(() => {
        const image = tensor(x.numbers, x.shape);
        const [largest, average] = [maxPool(image, options), averagePool(image, options)];
        const [kernelH, kernelW] = asPair(options.kernel);
        const windows = placesOf(largest.shape).map((out) => windowAt(x.numbers, x.shape, options, out));
        expect([...largest.data]).toEqual(windows.map((pixels) => Math.max(...pixels)));
        const means = windows.map((pixels) => pixels.reduce((total, pixel) => total + pixel, 0) / (kernelH * kernelW));
        expectClose('averagePool', average.data, means, 1e-12);
        expect(average.shape).toEqual(largest.shape);
      });
    }),
    { numRuns: 200 },
  );
});

test('without a stride the windows tile the image; a rest that fills no window is left out', () => {
  const x = tensor([1, 2, 3, 4, 5], [1, 1, 5, 1]);
  expect([...maxPool(x, { kernel: [1, 2] }).data]).toEqual([2, 4]);
  expect([...averagePool(x, { kernel: [1, 2] }).data]).toEqual([1.5, 3.5]);
});

test('padding never wins, even against negative pixels, and counts as zeros in a mean', () => {
  const x = tensor([-1, -2, -3, -4], [1, 2, 2, 1]);
  const options = { kernel: 2, stride: 1, padding: 1 };
  expect([...maxPool(x, options).data]).toEqual([-1, -1, -2, -1, -1, -2, -3, -3, -4]);
  expect([...averagePool(x, options).data]).toEqual([-0.25, -0.75, -0.5, -1, -2.5, -1.5, -0.75, -1.75, -1]);
});

test('the gradients keep mass: max hands each dOut to one pixel, and means spread theirs over the pixels inside', () => {
  fc.assert(
    fc.property(someImage, ({ x, options }) => {
      inDoublePrecision(() => {
        const image = parameter(x.numbers, x.shape);
        const total = (pool: typeof maxPool): number => {
          const tape = new Tape();
          const loss = tape.record(() => {
            const out = pool(image, options);
            return sum(
              mul(
                out,
                tensor(
                  Array.from(out.data, (_, i) => 1 + (i % 3)),
                  out.shape,
                ),
              ),
            );
          });
          return (tape.gradients(loss).get(image) ?? new Float32Array(0)).reduce((sum, d) => sum + d, 0);
        };
        const outputs = placesOf(maxPool(image, options).shape);
        const [kernelH, kernelW] = asPair(options.kernel);
        const inside = outputs.map((out) => windowAt(x.numbers, x.shape, options, out).length / (kernelH * kernelW));
        const spread = inside.reduce((sum, share, i) => sum + share * (1 + (i % 3)), 0);
        const handed = outputs.reduce((sum, _, i) => sum + 1 + (i % 3), 0);
        expectClose('maxPool', [total(maxPool)], [handed], 1e-9);
        expectClose('averagePool', [total(averagePool)], [spread], 1e-9);
      });
    }),
  );
});

test.each([
  ['maxPool', maxPool, [0, 1, 0, 1]],
  ['averagePool', averagePool, [0.5, 0.5, 0.5, 0.5]],
])('%s takes gradients with the pairs of its call, whatever they are by then', (_, pool, expected) => {
  const x = parameter([1, 2, 3, 4], [1, 1, 4, 1]);
  const kernel: [number, number] = [1, 2];
  const tape = new Tape();
  const loss = tape.record(() => sum(pool(x, { kernel })));
  kernel[1] = 4;
  expect([...(tape.gradients(loss).get(x) ?? [])]).toEqual(expected);
});
