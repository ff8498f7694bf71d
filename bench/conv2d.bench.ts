// Convolution at the layers of the Atari network of [Mnih 2015] and of the MinAtar network of [Young & Tian 2019], batches of
// 32: forward, and the two halves of the backward pass.

import { backend, type Window } from '../src/index.ts';
import { boundByArithmetic } from './bounds.ts';
import { type Case, checkClose, type Group } from './case.ts';
import { fillWithIntegers, overConvolutionProducts } from './reference.ts';

export const conv2d: Group = {
  name: 'conv2d',
  description: 'convolution layers, batch 32; % is of the best loop of multiplications and additions',
  createCases: () =>
    boundByArithmetic([
      ...layer('MinAtar', 10, 4, 16, 3, 1),
      ...layer('Atari 1', 84, 4, 32, 8, 4),
      ...layer('Atari 2', 20, 32, 64, 4, 2),
      ...layer('Atari 3', 9, 64, 64, 3, 1),
    ]),
};

/** A square image and a square kernel: [32, side, side, C] → O filters. */
function layer(network: string, side: number, C: number, O: number, kernel: number, stride: number): Case[] {
  const outSide = Math.floor((side - kernel) / stride) + 1;
  const sizes = { B: 32, H: side, W: side, C, outH: outSide, outW: outSide };
  const window: Window = { ...sizes, kernelH: kernel, kernelW: kernel, strideH: stride, strideW: stride, padH: 0, padW: 0 };
  const { alloc, kernels } = backend();
  const x = fillWithIntegers(alloc(32 * side * side * C), 1);
  const w = fillWithIntegers(alloc(kernel * kernel * C * O), 2);
  const dOut = fillWithIntegers(alloc(32 * outSide * outSide * O), 3);
  const out = alloc(dOut.length);
  const dx = alloc(x.length);
  const dw = alloc(w.length);
  const bias = alloc(O);

  const name = (what: string): string => `${network} ${side}×${side}×${C} ⋆ ${kernel}×${kernel}×${O} ${what}`;
  const work = { amount: 2 * dOut.length * kernel * kernel * C, unit: 'FLOP', other: 4 * (x.length + w.length + dOut.length) };
  const createCase = (what: string, result: Float32Array, compute: () => void, reference: (wanted: Float64Array) => void): Case => ({
    name: name(what),
    work,
    check() {
      const wanted = new Float64Array(result.length);
      reference(wanted);
      compute();
      checkClose(name(what), result, wanted, 0);
    },
    run() {
      compute();
      return result[result.length - 1];
    },
  });
  return [
    createCase(
      'forward',
      out,
      () => kernels.conv2d(out, x, w, bias, window, O, 'none'),
      (wanted) =>
        overConvolutionProducts(window, O, (xAt, wAt, outAt) => {
          wanted[outAt] += x[xAt] * w[wAt];
        }),
    ),
    createCase(
      'dx',
      dx,
      () => kernels.conv2dBackwardInput(dx, w, dOut, window, O),
      (wanted) =>
        overConvolutionProducts(window, O, (xAt, wAt, outAt) => {
          wanted[xAt] += w[wAt] * dOut[outAt];
        }),
    ),
    createCase(
      'dw',
      dw,
      () => kernels.conv2dBackwardWeight(dw, x, dOut, window, O),
      (wanted) =>
        overConvolutionProducts(window, O, (xAt, wAt, outAt) => {
          wanted[wAt] += x[xAt] * dOut[outAt];
        }),
    ),
  ];
}
