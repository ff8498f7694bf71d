// Stochastic gradient descent: a step against the gradient, with momentum [Polyak 1964] and Nesterov's look ahead.

import { backend, type Gradients, type Parameter, type SgdStep } from '../tensor/index.ts';
import { type Block, checkConstant, createBlock, type Optimizer, readBlock } from './optimizer.ts';
import { readNumber, type Snapshot } from './snapshot.ts';

export interface SgdOptions {
  readonly learningRate: number;
  /** How much of the last step's direction is kept; 0 by default. */
  readonly momentum?: number;
  /** Steps from where the momentum is about to lead [Sutskever 2013, §2]; false by default. */
  readonly nesterov?: boolean;
  /** Adds l2 · p to the gradient; 0 by default. */
  readonly l2?: number;
}

export class Sgd implements Optimizer {
  learningRate: number;
  /** The constants of a step, with the learning rate filled in. */
  readonly #step: { -readonly [K in keyof SgdStep]: SgdStep[K] };
  readonly #parameters: readonly Parameter[];
  readonly #velocity: Block | null;

  /** Throws RangeError for a constant out of its range, and for Nesterov without momentum. */
  constructor(parameters: ReadonlyMap<string, Parameter>, options: SgdOptions) {
    const full = { momentum: 0, nesterov: false, l2: 0, ...options };
    const { learningRate, momentum, nesterov, l2 } = full;
    checkConstant('Sgd', 'learningRate', learningRate, learningRate >= 0, 'at least 0');
    checkConstant('Sgd', 'momentum', momentum, momentum >= 0 && momentum < 1, 'in [0, 1)');
    checkConstant('Sgd', 'momentum', momentum, !nesterov || momentum > 0, 'positive with nesterov');
    checkConstant('Sgd', 'l2', l2, l2 >= 0, 'at least 0');
    this.learningRate = learningRate;
    this.#step = full;
    this.#parameters = [...parameters.values()];
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
      kernels.sgd(parameter.data, this.#velocity?.parts[i] ?? null, gradient, step);
    }
  }

  state(): Snapshot {
    return { learningRate: this.learningRate, velocity: this.#velocity?.all.slice() ?? null };
  }

  restore(snapshot: Snapshot): void {
    const learningRate = readNumber(snapshot, 'learningRate');
    const velocity = this.#velocity && readBlock(snapshot, 'velocity', this.#velocity);
    this.learningRate = learningRate;
    if (velocity) this.#velocity?.all.set(velocity);
  }
}
