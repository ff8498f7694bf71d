// The convolution layer, for images [B, H, W, C]. The weight is stored [kernelH, kernelW, C, O]: for each pixel of the window
// the matrix that a linear layer would have.

import { type Conv2dOptions, conv2d, type Pair, type Parameter, parameter, type Rng, type Tensor } from '../tensor/index.ts';
import { fanInUniform } from './init.ts';
import { describeActivation, type LayerOptions } from './linear.ts';
import { checkSize, type Module } from './module.ts';

/** Stride 1 and padding 0 by default; the rest is as for Linear. */
export type Conv2dLayerOptions = LayerOptions & Conv2dOptions;

/** activation(x ⋆ weight + bias), from [B, H, W, channels] to [B, outH, outW, filters]; outH = ⌊(H + 2·padding − kernel)/stride⌋ + 1. */
export class Conv2d implements Module {
  /** [kernelH, kernelW, channels, filters] */
  readonly weight: Parameter;
  /** [filters] */
  readonly bias: Parameter;
  readonly #options: Required<Conv2dOptions>;

  /** Draws the weight, then the bias. Throws RangeError for sizes and strides that are not positive integers, or a negative padding. */
  constructor(channels: number, filters: number, kernel: Pair, rng: Rng, options: Conv2dLayerOptions = {}) {
    const { stride = 1, padding = 0, activation = 'none', weight = fanInUniform, bias = fanInUniform } = options;
    const [kernelH, kernelW] = bothOf(kernel);
    checkSize('Conv2d', 'channels', channels);
    checkSize('Conv2d', 'filters', filters);
    for (const length of [kernelH, kernelW]) checkSize('Conv2d', 'kernel', length);
    for (const length of bothOf(stride)) checkSize('Conv2d', 'stride', length);
    for (const length of bothOf(padding)) {
      if (!Number.isSafeInteger(length) || length < 0)
        throw new RangeError(`Conv2d: padding must be a non-negative integer; got ${length}`);
    }
    const fanIn = kernelH * kernelW * channels;
    const fanOut = kernelH * kernelW * filters;
    const shape = [kernelH, kernelW, channels, filters];
    this.weight = parameter(weight(shape, fanIn, fanOut, rng), shape);
    this.bias = parameter(bias([filters], fanIn, fanOut, rng), [filters]);
    this.#options = { stride: copyOf(stride), padding: copyOf(padding), activation };
  }

  forward(x: Tensor): Tensor {
    return conv2d(x, this.weight, this.bias, this.#options);
  }

  parameters(): ReadonlyMap<string, Parameter> {
    return new Map([
      ['weight', this.weight],
      ['bias', this.bias],
    ]);
  }

  describe(): string {
    const [kernelH, kernelW, channels, filters] = this.weight.shape;
    const { stride, padding, activation } = this.#options;
    const [padH, padW] = bothOf(padding);
    const padded = padH + padW > 0 ? `, padding ${padH} × ${padW}` : '';
    const size = `${kernelH} × ${kernelW}, stride ${bothOf(stride).join(' × ')}${padded}`;
    return `Conv2d ${channels} → ${filters}, ${size}${describeActivation(activation)}`;
  }
}

/** The layer's own: the caller may change a list and use it again. */
const copyOf = (pair: Pair): Pair => (typeof pair === 'number' ? pair : [...pair]);

const bothOf = (pair: Pair): readonly [number, number] => (typeof pair === 'number' ? [pair, pair] : pair);
