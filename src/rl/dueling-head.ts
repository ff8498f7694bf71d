// The dueling head [Wang 2016, §3]: one stream says what a state is worth, another how much better each action is than the
// average one. What is learned about a state then serves all its actions at once.
//
//   Q(s, a) = V(s) + A(s, a) − mean over a′ of A(s, a′)          [Wang 2016, eq. 9]
//
// Without the mean V and A could drift apart by any constant, and neither would mean anything.

import { collect, type Module } from '../nn/index.ts';
import { add, expand, mean, type Parameter, reshape, type Shape, sub, type Tensor } from '../tensor/index.ts';

const keepAxes = { keepAxes: true };

export class DuelingHead implements Module {
  readonly #value: Module;
  readonly #advantage: Module;
  /** The shapes of their outputs, with −1 for the batch. */
  readonly #valueShape: Shape;
  readonly #advantageShape: Shape;

  /** `value` writes [B, Z], `advantage` [B, A·Z]. */
  constructor(value: Module, advantage: Module, actionCount: number, width: number) {
    this.#value = value;
    this.#advantage = advantage;
    this.#valueShape = [-1, 1, width];
    this.#advantageShape = [-1, actionCount, width];
  }

  forward(x: Tensor): Tensor {
    const value = reshape(this.#value.forward(x), this.#valueShape); // [B, 1, Z]
    const advantage = reshape(this.#advantage.forward(x), this.#advantageShape); // [B, A, Z]
    const base = sub(value, mean(advantage, 1, keepAxes)); // [B, 1, Z]
    return add(advantage, expand(base, advantage.shape)); // [B, A, Z]
  }

  parameters(): ReadonlyMap<string, Parameter> {
    return collect({ value: this.#value, advantage: this.#advantage });
  }

  describe(): string {
    return 'Dueling: value and advantage';
  }
}
