// Two-dimensional convolution of NHWC images, with the activation fused into the store.

import { apply } from '../autograd.ts';
import type { Activation, Window } from '../kernels/kernels.ts';
import type { Op } from '../op.ts';
import { equalShapes, type Shape, ShapeError } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { beforeActivation, requireActivation } from './fused-activation.ts';
import { copyOfPair, equalPairs, type Pair, type Stepping, windowOf } from './window.ts';

export interface Conv2dParams extends Stepping {
  readonly activation: Activation;
}

/**
 * activation(x[B,H,W,C] ⋆ w[kernelH,kernelW,C,O] + bias[O]) → [B,outH,outW,O]. Cross-correlation: the kernel is not flipped.
 * With d = dOut · activation′, where output pixel (v, u) has its window at (v·stride − padding, u·stride − padding):
 * dx = Σ w · d over the windows that hold the pixel,   dw = Σ x · d over all windows,   dbias = Σ d over all pixels.
 */
export const conv2dOp: Op<Conv2dParams> = {
  name: 'conv2d',
  outputShape([x, w, bias], params) {
    requireActivation('conv2d', params.activation);
    if (w.length !== 4) throw new ShapeError('conv2d', 'x must be [B, H, W, C] and w [kernelH, kernelW, C, O]', [x, w]);
    const { B, C, outH, outW } = windowIn(x, w, params);
    if (w[2] !== C) throw new ShapeError('conv2d', 'x [B, H, W, C] and w [kernelH, kernelW, C, O] must have the same C', [x, w]);
    if (bias.length !== 1 || bias[0] !== w[3]) {
      throw new ShapeError('conv2d', 'w must be [kernelH, kernelW, C, O] and bias [O]', [w, bias]);
    }
    return [B, outH, outW, w[3]];
  },
  forward(k, out, [x, w, bias], params) {
    k.conv2d(out.data, x.data, w.data, bias.data, windowIn(x.shape, w.shape, params), w.shape[3], params.activation);
  },
  backward(k, [dx, dw, dBias], dOut, { inputs: [x, w], output, params }) {
    const O = w.shape[3];
    const window = windowIn(x.shape, w.shape, params);
    const d = beforeActivation(k, output, dOut, params.activation);
    if (dx) k.conv2dBackwardInput(dx, w.data, d, window, O);
    if (dw) k.conv2dBackwardWeight(dw, x.data, d, window, O);
    if (dBias) k.addColumnSums(dBias, d, window.B * window.outH * window.outW, O);
  },
};

const lastWindows = new WeakMap<Conv2dParams, { readonly x: Shape; readonly w: Shape; readonly window: Window }>();

/** The window that steps over x, or the one made last for these params if both shapes are the same. Throws as windowOf does. */
function windowIn(x: Shape, w: Shape, params: Conv2dParams): Window {
  const last = lastWindows.get(params);
  if (last !== undefined && equalShapes(last.x, x) && equalShapes(last.w, w)) return last.window;
  const window = windowOf('conv2d', x, [w[0], w[1]], params);
  lastWindows.set(params, { x, w, window });
  return window;
}

export interface Conv2dOptions {
  /** How far the window moves between output pixels. Default 1. */
  readonly stride?: Pair;
  /** How many zeros surround the image on each side. Default 0. */
  readonly padding?: Pair;
  /** Applied to each output. Default 'none'. */
  readonly activation?: Activation;
}

export const conv2d = (x: Tensor, w: Tensor, bias: Tensor, options: Conv2dOptions = {}): Tensor =>
  apply(conv2dOp, paramsOf(options), x, w, bias);

const lastParams = new WeakMap<Conv2dOptions, Conv2dParams>();

/** The options with what they leave out; for the same options the same object, which marks a call as the same, unless they have changed. */
function paramsOf(options: Conv2dOptions): Conv2dParams {
  const { stride = 1, padding = 0, activation = 'none' } = options;
  const last = lastParams.get(options);
  if (last?.activation === activation && equalPairs(last.stride, stride) && equalPairs(last.padding, padding)) return last;
  const params = { stride: copyOfPair(stride), padding: copyOfPair(padding), activation };
  lastParams.set(options, params);
  return params;
}
