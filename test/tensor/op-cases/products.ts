// Cases of matrix products and convolution. Where a fused relu is drawn, inputs that put an output near its kink are left out.

import fc from 'fast-check';
import type { Activation } from '../../../src/tensor/kernels/kernels.ts';
import { affine, matmul } from '../../../src/tensor/ops/affine.ts';
import { conv2d } from '../../../src/tensor/ops/conv2d.ts';
import { valuesOf } from '../../support/arbitraries.ts';
import { type Convolution, textbookConvolution, textbookProduct } from '../../support/textbook.ts';
import { type OpCase, type OpCases, opCase } from './op-case.ts';

const side = fc.integer({ min: 1, max: 5 });
const someActivation = fc.constantFrom<Activation>('none', 'relu', 'tanh', 'sigmoid');
const clearOfKink = (outputs: readonly number[]): boolean => outputs.every((x) => Math.abs(x) >= 2e-3);

const someMatmul: fc.Arbitrary<OpCase> = fc
  .record({ M: side, N: side, K: side, batch: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }) })
  .chain(({ M, N, K, batch }) => {
    const outer = batch === undefined ? [] : [batch];
    return fc
      .tuple(valuesOf([...outer, M, K]), valuesOf([...outer, K, N]))
      .map((inputs) => opCase(inputs, undefined, ([a, b]) => matmul(a, b)));
  });

const someAffine: fc.Arbitrary<OpCase> = fc
  .record({ M: side, N: side, K: side, activation: someActivation })
  .chain(({ M, N, K, activation }) =>
    fc
      .tuple(valuesOf([M, K]), valuesOf([K, N]), valuesOf([N]))
      .filter(([x, w, bias]) => {
        if (activation !== 'relu') return true;
        return clearOfKink(textbookProduct(x.numbers, w.numbers, M, N, K).map((sum, i) => sum + bias.numbers[i % N]));
      })
      .map((inputs) => opCase(inputs, { activation }, ([x, w, bias]) => affine(x, w, bias, activation))),
  );

const pair = (min: number, max: number): fc.Arbitrary<[number, number]> => fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }));

/** A small convolution whose kernel fits at least once into the padded image. */
export const someConvolution: fc.Arbitrary<Convolution> = fc
  .record({
    B: fc.integer({ min: 1, max: 2 }),
    size: pair(1, 6),
    C: fc.integer({ min: 1, max: 3 }),
    kernel: pair(1, 4),
    O: fc.integer({ min: 1, max: 5 }),
    stride: pair(1, 3),
    padding: pair(0, 2),
  })
  .filter(({ size, kernel, padding }) => size.every((length, axis) => length + 2 * padding[axis] >= kernel[axis]))
  .chain(({ B, size: [H, W], C, kernel, O, stride, padding }) =>
    fc.tuple(valuesOf([B, H, W, C]), valuesOf([kernel[0], kernel[1], C, O]), valuesOf([O])).map(([x, w, bias]) => ({
      ...{ x: x.numbers, w: w.numbers, bias: bias.numbers },
      ...{ image: [B, H, W, C] as const, kernel, O, stride, padding },
    })),
  );

const someConv2d: fc.Arbitrary<OpCase> = fc
  .tuple(someConvolution, someActivation)
  .filter(([problem, activation]) => activation !== 'relu' || clearOfKink(textbookConvolution(problem)))
  .map(([{ x, w, bias, image, kernel, O, stride, padding }, activation]) => {
    const inputs = [
      { shape: image, numbers: x },
      { shape: [...kernel, image[3], O], numbers: w },
      { shape: [O], numbers: bias },
    ];
    return opCase(inputs, { stride, padding, activation }, ([x, w, bias], options) => conv2d(x, w, bias, options));
  });

export const productCases: OpCases = { matmul: someMatmul, affine: someAffine, conv2d: someConv2d };
