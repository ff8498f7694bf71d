// Layer normalisation [Ba 2016]: every row is shifted and scaled to mean 0 and variance 1, then by what is learned. It keeps
// activations in range while the targets of Q-learning drift.

import { layerNorm, type Parameter, parameter, type Tensor } from '../tensor/index.ts';
import { checkSize, type Module } from './module.ts';

/** weight · (x − mean)/√(variance + ε) + bias over the last axis, whose length is `size`. Begins as weight 1 and bias 0. */
export class LayerNorm implements Module {
  readonly size: number;
  readonly epsilon: number;
  /** [size] */
  readonly weight: Parameter;
  /** [size] */
  readonly bias: Parameter;

  /** Throws RangeError for a size that is not a positive integer or an epsilon that is not positive. */
  constructor(size: number, epsilon = 1e-5) {
    checkSize('LayerNorm', 'size', size);
    if (!(epsilon > 0)) throw new RangeError(`LayerNorm: epsilon must be positive; got ${epsilon}`);
    this.size = size;
    this.epsilon = epsilon;
    this.weight = parameter(new Float64Array(size).fill(1), [size]);
    this.bias = parameter(new Float64Array(size), [size]);
  }

  forward(x: Tensor): Tensor {
    return layerNorm(x, this.weight, this.bias, this.epsilon);
  }

  parameters(): ReadonlyMap<string, Parameter> {
    return new Map([
      ['weight', this.weight],
      ['bias', this.bias],
    ]);
  }

  describe(): string {
    return `LayerNorm ${this.size}`;
  }
}
