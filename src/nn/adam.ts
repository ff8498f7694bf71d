// Adam [Kingma & Ba 2015]: each parameter's step is its mean gradient over its root mean square gradient, so the learning rate
// is about how far a parameter moves, whatever the scale of the loss. Also AdamW and AMSGrad, which are two of its options.

import { type AdamStep, backend, type Gradients, type Parameter } from '../tensor/index.ts';
import { type Block, checkConstant, createBlock, type Optimizer, readBlock, readMeanSquares } from './optimizer.ts';
import { FormatError, readArray, readNumber, type Snapshot } from './snapshot.ts';

export interface AdamOptions {
  readonly learningRate: number;
  /** How much of the old mean of gradients a step keeps; 0.9 by default. */
  readonly beta1?: number;
  /** How much of the old mean of squared gradients a step keeps; 0.999 by default. */
  readonly beta2?: number;
  /** Keeps the division safe and steps small where gradients are tiny; 10⁻⁸ by default. */
  readonly epsilon?: number;
  /** Adds l2 · p to the gradient, so that the decay is divided by the root mean square as well; 0 by default. */
  readonly l2?: number;
  /** AdamW: shrinks p by learningRate · weightDecay beside the step [Loshchilov & Hutter 2019]; 0 by default. */
  readonly weightDecay?: number;
  /** AMSGrad: divides by the largest mean square so far [Reddi 2018]; false by default. */
  readonly amsgrad?: boolean;
}

export class Adam implements Optimizer {
  learningRate: number;
  readonly #weightDecay: number;
  /** The constants of a step. One object for all of them, with what changes filled in. */
  readonly #step: { -readonly [K in keyof AdamStep]: AdamStep[K] };
  readonly #parameters: readonly Parameter[];
  readonly #m: Block;
  readonly #v: Block;
  readonly #largest: Block | null;
  /** β₁ᵗ and β₂ᵗ of each parameter, whose t counts its own steps: products, because engines differ in the last bits of powers. */
  readonly #power1: Float64Array;
  readonly #power2: Float64Array;

  /** Throws RangeError for a constant out of its range. */
  constructor(parameters: ReadonlyMap<string, Parameter>, options: AdamOptions) {
    const full = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, l2: 0, weightDecay: 0, amsgrad: false, ...options };
    const { learningRate, beta1, beta2, epsilon, l2, weightDecay } = full;
    checkConstant('Adam', 'learningRate', learningRate, learningRate >= 0, 'at least 0');
    checkConstant('Adam', 'beta1', beta1, beta1 >= 0 && beta1 < 1, 'in [0, 1)');
    checkConstant('Adam', 'beta2', beta2, beta2 >= 0 && beta2 < 1, 'in [0, 1)');
    checkConstant('Adam', 'epsilon', epsilon, epsilon > 0, 'positive');
    checkConstant('Adam', 'l2', l2, l2 >= 0, 'at least 0');
    checkConstant('Adam', 'weightDecay', weightDecay, weightDecay >= 0, 'at least 0');
    this.learningRate = learningRate;
    this.#weightDecay = weightDecay;
    this.#step = { learningRate, beta1, beta2, epsilon, correction1: 1, correction2: 1, l2, shrink: 1 };
    this.#parameters = [...parameters.values()];
    this.#m = createBlock(this.#parameters);
    this.#v = createBlock(this.#parameters);
    this.#largest = full.amsgrad ? createBlock(this.#parameters) : null;
    this.#power1 = new Float64Array(parameters.size).fill(1);
    this.#power2 = new Float64Array(parameters.size).fill(1);
  }

  step(gradients: Gradients): void {
    const { kernels } = backend();
    const step = this.#step;
    step.learningRate = this.learningRate;
    step.shrink = 1 - this.learningRate * this.#weightDecay;
    for (let i = 0; i < this.#parameters.length; i++) {
      const parameter = this.#parameters[i];
      const gradient = gradients.get(parameter);
      if (gradient === undefined) continue;
      this.#power1[i] *= step.beta1;
      this.#power2[i] *= step.beta2;
      step.correction1 = 1 - this.#power1[i];
      step.correction2 = 1 - this.#power2[i];
      kernels.adam(parameter.data, this.#m.parts[i], this.#v.parts[i], this.#largest?.parts[i] ?? null, gradient, step);
    }
  }

  state(): Snapshot {
    return {
      learningRate: this.learningRate,
      m: this.#m.all.slice(),
      v: this.#v.all.slice(),
      largest: this.#largest?.all.slice() ?? null,
      power1: this.#power1.slice(),
      power2: this.#power2.slice(),
    };
  }

  restore(snapshot: Snapshot): void {
    const learningRate = readNumber(snapshot, 'learningRate');
    const m = readBlock(snapshot, 'm', this.#m);
    const v = readMeanSquares(snapshot, 'v', this.#v);
    const largest = this.#largest && readMeanSquares(snapshot, 'largest', this.#largest);
    const power1 = readPowers(snapshot, 'power1', this.#power1.length);
    const power2 = readPowers(snapshot, 'power2', this.#power2.length);
    this.learningRate = learningRate;
    this.#m.all.set(m);
    this.#v.all.set(v);
    if (largest) this.#largest?.all.set(largest);
    this.#power1.set(power1);
    this.#power2.set(power2);
  }
}

function readPowers(snapshot: Snapshot, name: string, length: number): Float64Array {
  const powers = readArray(snapshot, name, Float64Array, length);
  const wrong = powers.find((power) => !(power >= 0 && power <= 1));
  if (wrong !== undefined) throw new FormatError(`snapshot: "${name}" must hold powers in [0, 1]; got ${wrong}`);
  return powers;
}
