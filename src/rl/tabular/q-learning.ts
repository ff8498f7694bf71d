// Tabular Q-learning [Watkins 1989]: the ancestor of DQN, with one number per state and action in place of a network. What it
// changes after each step is all of temporal-difference learning.

import { checkSize } from '../env.ts';

export interface QLearningOptions {
  /** α: the part of the error that is corrected at once, in (0, 1]. */
  readonly learningRate: number;
  /** γ: what a reward is worth one step later, in [0, 1]. */
  readonly gamma: number;
}

export class QTable {
  readonly #values: readonly Float64Array[];
  readonly #options: QLearningOptions;

  /** Starts with all values 0. Throws RangeError. */
  constructor(stateCount: number, actionCount: number, options: QLearningOptions) {
    checkSize('QTable.stateCount', stateCount, 1);
    checkSize('QTable.actionCount', actionCount, 1);
    const { learningRate, gamma } = options;
    if (!(learningRate > 0 && learningRate <= 1)) throw new RangeError(`QTable.learningRate: must be in (0, 1]; got ${learningRate}`);
    if (!(gamma >= 0 && gamma <= 1)) throw new RangeError(`QTable.gamma: must be in [0, 1]; got ${gamma}`);
    this.#values = Array.from({ length: stateCount }, () => new Float64Array(actionCount));
    this.#options = options;
  }

  /** Q(s, ·), one number per action. It is the table's own row: what is written to it is learned. */
  row(state: number): Float64Array {
    const values = this.#values[state];
    if (values === undefined) throw new RangeError(`QTable.row: state must be in 0…${this.#values.length - 1}; got ${state}`);
    return values;
  }

  /** The action of the largest value; the first of several. */
  best(state: number): number {
    const values = this.row(state);
    return values.indexOf(Math.max(...values));
  }

  /**
   * Q(s, a) ← Q(s, a) + α·δ, where δ = reward + γ·max Q(s′, ·) − Q(s, a) and nothing follows a terminated step. Returns δ.
   */
  learn(state: number, action: number, reward: number, nextState: number, terminated: boolean): number {
    const { learningRate, gamma } = this.#options;
    const values = this.row(state);
    const future = terminated ? 0 : Math.max(...this.row(nextState));
    const error = reward + gamma * future - values[action];
    values[action] += learningRate * error;
    return error;
  }
}
