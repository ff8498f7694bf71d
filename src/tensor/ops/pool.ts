// Pooling of NHWC images: each output is the largest, or the mean, of one window of one channel.

import { apply } from '../autograd.ts';
import { backend } from '../current-backend.ts';
import type { Window } from '../kernels/kernels.ts';
import type { Op } from '../op.ts';
import { type Shape, ShapeError } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { copyOfPair, type Pair, type Stepping, windowOf } from './window.ts';

export interface PoolParams extends Stepping {
  readonly kernel: Pair;
}

/** As windowOf; also requires that no window lies wholly in the padding, where it would have nothing to choose from. */
function poolWindow(who: string, x: Shape, params: PoolParams): Window {
  const window = windowOf(who, x, params.kernel, params);
  const { H, W, kernelH, kernelW, padH, padW } = window;
  if (padH >= kernelH || padW >= kernelW || H === 0 || W === 0) {
    const hint = `; kernel is [${kernelH}, ${kernelW}] and padding [${padH}, ${padW}]`;
    throw new ShapeError(who, 'every window must hold a pixel, so padding must be smaller than kernel', [x], hint);
  }
  return window;
}

/** The largest of each window of x[B,H,W,C] → [B,outH,outW,C]; padding never wins.   dx = dOut at the first place of the largest. */
export const maxPoolOp: Op<PoolParams> = {
  name: 'maxPool',
  outputShape([x], params) {
    const { B, C, outH, outW } = poolWindow('maxPool', x, params);
    return [B, outH, outW, C];
  },
  forward(k, out, [x], params) {
    const index = backend().scratch(out.data.length);
    k.maxPool(out.data, index, x.data, poolWindow('maxPool', x.shape, params));
    return index;
  },
  backward(k, [dx], dOut, { inputs: [x], params, saved }) {
    if (dx) k.maxPoolBackward(dx, saved!, dOut, poolWindow('maxPool', x.shape, params)); // forward keeps the places
  },
};

/** The mean of each window of x[B,H,W,C] → [B,outH,outW,C]; padding counts as zeros.   dx = Σ dOut/(kernelH · kernelW). */
export const averagePoolOp: Op<PoolParams> = {
  name: 'averagePool',
  outputShape([x], params) {
    const { B, C, outH, outW } = poolWindow('averagePool', x, params);
    return [B, outH, outW, C];
  },
  forward: (k, out, [x], params) => k.averagePool(out.data, x.data, poolWindow('averagePool', x.shape, params)),
  backward(k, [dx], dOut, { inputs: [x], params }) {
    if (dx) k.averagePoolBackward(dx, dOut, poolWindow('averagePool', x.shape, params));
  },
};

export interface PoolOptions {
  readonly kernel: Pair;
  /** How far the window moves between output pixels. Default: the kernel, so that windows tile the image. */
  readonly stride?: Pair;
  /** The width of the border on each side. Default 0. */
  readonly padding?: Pair;
}

export const maxPool = (x: Tensor, options: PoolOptions): Tensor => apply(maxPoolOp, withDefaults(options), x);

export const averagePool = (x: Tensor, options: PoolOptions): Tensor => apply(averagePoolOp, withDefaults(options), x);

/** The options with what they leave out, their own until gradients are taken. */
const withDefaults = ({ kernel, stride = kernel, padding = 0 }: PoolOptions): PoolParams => ({
  kernel: copyOfPair(kernel),
  stride: copyOfPair(stride),
  padding: copyOfPair(padding),
});
