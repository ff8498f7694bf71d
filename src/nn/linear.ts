// The fully connected layer. The weight is stored [inputs, outputs], the order in which x · w reads it.

import { type Activation, affine, type Parameter, parameter, type Rng, type Tensor } from '../tensor/index.ts';
import { fanInUniform, type Initializer } from './init.ts';
import { checkSize, type Module } from './module.ts';

/** What a layer of weights and biases may be given beside its sizes. */
export interface LayerOptions {
  /** Applied to the output in the same pass; 'none' by default. */
  readonly activation?: Activation;
  /** First values of the weight and of the bias; fanInUniform by default. */
  readonly weight?: Initializer;
  readonly bias?: Initializer;
}

/** activation(x · weight + bias), from [B, inputs] to [B, outputs]. */
export class Linear implements Module {
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: Activation;
  /** [inputs, outputs] */
  readonly weight: Parameter;
  /** [outputs] */
  readonly bias: Parameter;

  /** Draws the weight, then the bias. Throws RangeError for sizes that are not positive integers. */
  constructor(inputs: number, outputs: number, rng: Rng, options: LayerOptions = {}) {
    checkSize('Linear', 'inputs', inputs);
    checkSize('Linear', 'outputs', outputs);
    const { activation = 'none', weight = fanInUniform, bias = fanInUniform } = options;
    this.inputs = inputs;
    this.outputs = outputs;
    this.activation = activation;
    this.weight = parameter(weight([inputs, outputs], inputs, outputs, rng), [inputs, outputs]);
    this.bias = parameter(bias([outputs], inputs, outputs, rng), [outputs]);
  }

  forward(x: Tensor): Tensor {
    return affine(x, this.weight, this.bias, this.activation);
  }

  parameters(): ReadonlyMap<string, Parameter> {
    return new Map([
      ['weight', this.weight],
      ['bias', this.bias],
    ]);
  }

  describe(): string {
    return `Linear ${this.inputs} → ${this.outputs}${describeActivation(this.activation)}`;
  }
}

/** ", relu" for summaries, and nothing for 'none'. */
export const describeActivation = (activation: Activation): string => (activation === 'none' ? '' : `, ${activation}`);
