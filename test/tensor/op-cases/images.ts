// Cases of pooling. Pixels are distinct where the largest counts: a tie is a kink.

import fc from 'fast-check';
import { averagePool, maxPool, type PoolOptions } from '../../../src/tensor/ops/pool.ts';
import type { Tensor } from '../../../src/tensor/tensor.ts';
import { distinctValuesOf, type Values, valuesOf } from '../../support/arbitraries.ts';
import { type OpCase, type OpCases, opCase } from './op-case.ts';

interface Pooling {
  readonly shape: readonly number[];
  readonly options: PoolOptions;
}

/** An image and a window that fits in it, padded by less than the window. */
export const somePooling: fc.Arbitrary<Pooling> = fc
  .record({
    ...{
      B: fc.integer({ min: 1, max: 2 }),
      H: fc.integer({ min: 1, max: 6 }),
      W: fc.integer({ min: 1, max: 6 }),
      C: fc.integer({ min: 1, max: 3 }),
    },
    ...{ kernelH: fc.integer({ min: 1, max: 3 }), kernelW: fc.integer({ min: 1, max: 3 }), padding: fc.integer({ min: 0, max: 1 }) },
    stride: fc.option(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })), { nil: undefined }),
  })
  .filter(({ H, W, kernelH, kernelW, padding }) => {
    const fits = H + 2 * padding >= kernelH && W + 2 * padding >= kernelW;
    return fits && padding < kernelH && padding < kernelW;
  })
  .map(({ B, H, W, C, kernelH, kernelW, padding, stride }) => ({
    shape: [B, H, W, C],
    options: { kernel: [kernelH, kernelW], padding, ...(stride === undefined ? {} : { stride }) },
  }));

const pooling = (
  pool: (x: Tensor, options: PoolOptions) => Tensor,
  pixels: (shape: readonly number[]) => fc.Arbitrary<Values>,
): fc.Arbitrary<OpCase> =>
  somePooling.chain(({ shape, options }) => pixels(shape).map((x) => opCase([x], options, ([x]) => pool(x, options))));

export const imageCases: OpCases = {
  maxPool: pooling(maxPool, distinctValuesOf),
  averagePool: pooling(averagePool, (shape) => valuesOf(shape)),
};
