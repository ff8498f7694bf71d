// RMSprop [Tieleman & Hinton 2012]: the gradient over its running root mean square. The Atari agents were trained with the
// centred form, which subtracts the squared mean first [Graves 2013, §4.2], and ε inside the root [Mnih 2015].

import { backend, type Gradients, type Parameter, type RmsPropStep } from '../tensor/index.ts';
import { type Block, checkConstant, createBlock, type Optimizer, readBlock, readMeanSquares } from './optimizer.ts';
import { readNumber, type Snapshot } from './snapshot.ts';

export interface RmsPropOptions {
  readonly learningRate: number;
  /** How much of the old mean square a step keeps; 0.99 by default, 0.95 in [Mnih 2015]. */
  readonly decay?: number;
  /** 10⁻⁸ by default; 0.01 in [Mnih 2015]. */
  readonly epsilon?: number;
  /** g / √(s + ε) instead of g / (√s + ε); false by default, true in [Mnih 2015]. */
  readonly epsilonInside?: boolean;
  /** Divide by the deviation instead of the root mean square; false by default, true in [Mnih 2015]. */
  readonly centered?: boolean;
  /** How much of the last step is repeated; 0 by default. */
  readonly momentum?: number;
}

export class RmsProp implements Optimizer {
  learningRate: number;
  /** The constants of a step, with the learning rate filled in. */
  readonly #step: { -readonly [K in keyof RmsPropStep]: RmsPropStep[K] };
  readonly #parameters: readonly Parameter[];
  readonly #v: Block;
  readonly #mean: Block | null;
  readonly #velocity: Block | null;

  /** Throws RangeError for a constant out of its range. */
  constructor(parameters: ReadonlyMap<string, Parameter>, options: RmsPropOptions) {
    const full = { decay: 0.99, epsilon: 1e-8, epsilonInside: false, centered: false, momentum: 0, ...options };
    const { learningRate, decay, epsilon, momentum } = full;
    checkConstant('RmsProp', 'learningRate', learningRate, learningRate >= 0, 'at least 0');
    checkConstant('RmsProp', 'decay', decay, decay >= 0 && decay < 1, 'in [0, 1)');
    checkConstant('RmsProp', 'epsilon', epsilon, epsilon > 0, 'positive');
    checkConstant('RmsProp', 'momentum', momentum, momentum >= 0 && momentum < 1, 'in [0, 1)');
    this.learningRate = learningRate;
    this.#step = full;
    this.#parameters = [...parameters.values()];
    this.#v = createBlock(this.#parameters);
    this.#mean = full.centered ? createBlock(this.#parameters) : null;
    this.#velocity = momentum > 0 ? createBlock(this.#parameters) : null;
  }

  step(gradients: Gradients): void {
    const { kernels } = backend();
    const step = this.#step;
    step.learningRate = this.learningRate;
    for (let i = 0; i < this.#parameters.length; i++) {
      const parameter = this.#parameters[i];
      const gradient = gradients.get(parameter);
      if (gradient === undefined) continue;
      const mean = this.#mean?.parts[i] ?? null;
      const velocity = this.#velocity?.parts[i] ?? null;
      kernels.rmsProp(parameter.data, this.#v.parts[i], mean, velocity, gradient, step);
    }
  }

  state(): Snapshot {
    return {
      learningRate: this.learningRate,
      v: this.#v.all.slice(),
      mean: this.#mean?.all.slice() ?? null,
      velocity: this.#velocity?.all.slice() ?? null,
    };
  }

  restore(snapshot: Snapshot): void {
    const learningRate = readNumber(snapshot, 'learningRate');
    const v = readMeanSquares(snapshot, 'v', this.#v);
    const mean = this.#mean && readBlock(snapshot, 'mean', this.#mean);
    const velocity = this.#velocity && readBlock(snapshot, 'velocity', this.#velocity);
    this.learningRate = learningRate;
    this.#v.all.set(v);
    if (mean) this.#mean?.all.set(mean);
    if (velocity) this.#velocity?.all.set(velocity);
  }
}
