// The noisy layer [Fortunato 2018, §3]: each weight is a mean μ and a learned σ times noise, so the network itself learns how much
// to explore, and where. The noise is factorised: one number for each input and one for each output, not one for each weight.
//
//   y = activation(x · (μ + σ ⊙ ε) + μᵇ + σᵇ ⊙ εᵇ)        ε = f(p) f(q)ᵀ,   εᵇ = f(q),   f(x) = sgn(x) √|x|
//
// with p and q from N(0, 1). Noise is drawn by resample() alone and then stays, so that a whole batch sees the same.

import { type Activation, add, affine, backend, mul, type Parameter, parameter, type Rng, Tensor } from '../tensor/index.ts';
import { constant, fanInUniform } from './init.ts';
import { describeActivation } from './linear.ts';
import { checkSize, type Module } from './module.ts';

export interface NoisyLinearOptions {
  /** Applied to the output; 'none' by default. */
  readonly activation?: Activation;
  /** σ₀: every σ begins at σ₀/√inputs. 0.5 by default [Fortunato 2018, §3.2]. */
  readonly sigma?: number;
}

/** activation(x · weight + bias) with noise on both, from [B, inputs] to [B, outputs]. */
export class NoisyLinear implements Module {
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: Activation;
  /** [inputs, outputs], the means. */
  readonly weight: Parameter;
  /** [outputs], the means. */
  readonly bias: Parameter;
  /** [inputs, outputs] */
  readonly weightSigma: Parameter;
  /** [outputs] */
  readonly biasSigma: Parameter;
  /** False leaves the means alone, as for a greedy policy. */
  noisy = true;
  readonly #inputNoise: Float32Array;
  readonly #weightNoise: Tensor;
  readonly #biasNoise: Tensor;

  /** Draws the weight, then the bias; there is no noise before the first resample(). Throws RangeError for sizes that are none. */
  constructor(inputs: number, outputs: number, rng: Rng, { activation = 'none', sigma = 0.5 }: NoisyLinearOptions = {}) {
    checkSize('NoisyLinear', 'inputs', inputs);
    checkSize('NoisyLinear', 'outputs', outputs);
    if (!(sigma >= 0)) throw new RangeError(`NoisyLinear: sigma must be at least 0; got ${sigma}`);
    const create = (shape: number[], initial: typeof fanInUniform): Parameter => parameter(initial(shape, inputs, outputs, rng), shape);
    this.inputs = inputs;
    this.outputs = outputs;
    this.activation = activation;
    this.weight = create([inputs, outputs], fanInUniform);
    this.bias = create([outputs], fanInUniform);
    this.weightSigma = create([inputs, outputs], constant(sigma / Math.sqrt(inputs)));
    this.biasSigma = create([outputs], constant(sigma / Math.sqrt(inputs)));
    this.#inputNoise = backend().alloc(inputs);
    this.#weightNoise = new Tensor(backend().alloc(inputs * outputs), [inputs, outputs]);
    this.#biasNoise = new Tensor(backend().alloc(outputs), [outputs]);
  }

  /** New noise: outputs + inputs normal deviates, and their outer product. */
  resample(rng: Rng): void {
    const { inputs, outputs } = this;
    const ofInput = this.#inputNoise;
    const ofOutput = this.#biasNoise.data;
    drawNoise(ofOutput, rng);
    drawNoise(ofInput, rng);
    backend().kernels.gemm(this.#weightNoise.data, ofInput, ofOutput, inputs, outputs, 1, outerProduct); // [inputs, 1] · [1, outputs]
  }

  forward(x: Tensor): Tensor {
    if (!this.noisy) return affine(x, this.weight, this.bias, this.activation);
    const weight = add(this.weight, mul(this.weightSigma, this.#weightNoise)); // [inputs, outputs]
    const bias = add(this.bias, mul(this.biasSigma, this.#biasNoise)); // [outputs]
    return affine(x, weight, bias, this.activation); // [B, outputs]
  }

  parameters(): ReadonlyMap<string, Parameter> {
    return new Map([
      ['weight', this.weight],
      ['bias', this.bias],
      ['weightSigma', this.weightSigma],
      ['biasSigma', this.biasSigma],
    ]);
  }

  describe(): string {
    return `NoisyLinear ${this.inputs} → ${this.outputs}${describeActivation(this.activation)}`;
  }
}

const outerProduct = { transposeA: false, transposeB: false, accumulate: false };

/** f(x) = sgn(x) √|x|, so that a product of two has variance 2/π and not a heavier tail. */
const shrunk = (x: number): number => Math.sign(x) * Math.sqrt(Math.abs(x));

function drawNoise(noise: Float32Array, rng: Rng): void {
  rng.fillNormal(noise);
  for (let i = 0; i < noise.length; i++) noise[i] = shrunk(noise[i]);
}
