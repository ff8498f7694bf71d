// The dueling head [Wang 2016, §3]: one stream says what a state is worth, another how much better each action is than the
// average one. What is learned about a state then serves all its actions at once.
//
//   Q(s, a) = V(s) + A(s, a) − mean over a′ of A(s, a′)          [Wang 2016, eq. 9]
//
// Without the mean V and A could drift apart by any constant, and neither would mean anything.

import { collect, type Module } from '../nn/index.ts';
import { add, expand, mean, type Parameter, reshape, sub, type Tensor } from '../tensor/index.ts';

export class DuelingHead implements Module {
  readonly #value: Module;
  readonly #advantage: Module;
  readonly #actionCount: number;
  readonly #width: number;

  /** `value` writes [B, Z], `advantage` [B, A·Z]. */
  constructor(value: Module, advantage: Module, actionCount: number, width: number) {
    this.#value = value;
    this.#advantage = advantage;
    this.#actionCount = actionCount;
    this.#width = width;
  }

  forward(x: Tensor): Tensor {
    const [B, A, Z] = [x.shape[0], this.#actionCount, this.#width];
    const value = reshape(this.#value.forward(x), [B, 1, Z]); // [B, 1, Z]
    const advantage = reshape(this.#advantage.forward(x), [B, A, Z]); // [B, A, Z]
    const base = sub(value, mean(advantage, 1, { keepAxes: true })); // [B, 1, Z]
    return add(advantage, expand(base, [B, A, Z])); // [B, A, Z]
  }

  parameters(): ReadonlyMap<string, Parameter> {
    return collect({ value: this.#value, advantage: this.#advantage });
  }

  describe(): string {
    return 'Dueling: value and advantage';
  }
}
