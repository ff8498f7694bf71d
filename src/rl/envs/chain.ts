// A chain of states with a small prize near one end and a large one at the other: the shortest question about patience. Its
// Q* is computed exactly, so a learner can be compared with the truth and not only with its own return.

import type { Rng } from '../../tensor/index.ts';
import { checkSize } from '../env.ts';
import type { Mdp, Outcome } from '../tabular/mdp.ts';
import { TableEnv } from '../tabular/table-env.ts';
import { valueIteration } from '../tabular/value-iteration.ts';

export interface ChainOptions {
  /** The number of states, both ends included. */
  readonly length: number;
  /** The reward for reaching state 0. */
  readonly leftReward: number;
  /** The reward for reaching state length − 1. */
  readonly rightReward: number;
  /** The probability that a move goes the opposite way. */
  readonly slip: number;
  /** The state in which every episode begins; null draws one of the inner states, each equally likely. */
  readonly start: number | null;
}

/** With these, state 1 goes right when γ⁴ > 0.2, that is γ > 0.67, and left otherwise. */
const defaults: ChainOptions = { length: 7, leftReward: 0.2, rightReward: 1, slip: 0, start: null };

/**
 * States 0 … length − 1 stand in a row. Action 0 moves left, 1 moves right. Reaching either end pays that end's reward and
 * terminates the episode; all other moves pay 0. From state s the right end is worth γ^(length−2−s) · rightReward and the left
 * end γ^(s−1) · leftReward, so the best policy depends on γ. The observation [length] is 1 at the agent's state.
 */
export class Chain extends TableEnv {
  /** Throws RangeError. */
  constructor(rng: Rng, options: Partial<ChainOptions> = {}) {
    super('Chain', chainMdp(options), rng);
  }

  /** The row of states, A where the agent is. */
  render(): string {
    const symbols = Array.from({ length: this.mdp.stateCount }, (_, state) => (state === this.position ? 'A' : '·'));
    return `[${symbols.join(' ')}]`;
  }
}

/** The chain as a table. The ends are absorbing. Throws RangeError. */
export function chainMdp(options: Partial<ChainOptions> = {}): Mdp {
  const complete = { ...defaults, ...options };
  checkOptions(complete);
  const { length, leftReward, rightReward, slip, start } = complete;
  const last = length - 1;

  const outcome = (state: number, probability: number): Outcome => {
    const reward = state === 0 ? leftReward : state === last ? rightReward : 0;
    return { probability, state, reward, terminated: state === 0 || state === last };
  };
  const outcomesOf = (state: number, direction: number): Outcome[] => {
    if (state === 0 || state === last) return [{ probability: 1, state, reward: 0, terminated: true }];
    if (slip === 0) return [outcome(state + direction, 1)];
    return [outcome(state + direction, 1 - slip), outcome(state - direction, slip)];
  };
  const startsIn = (state: number): number => {
    if (start !== null) return state === start ? 1 : 0;
    return state === 0 || state === last ? 0 : 1 / (length - 2);
  };

  const states = Array.from({ length }, (_, state) => state);
  return {
    stateCount: length,
    actionCount: 2,
    start: states.map(startsIn),
    outcomes: states.map((state) => [outcomesOf(state, -1), outcomesOf(state, 1)]),
  };
}

/** Q*(s, a) of the chain, by state and action; 0 at both ends. Throws RangeError. */
export const chainQ = (options: Partial<ChainOptions>, gamma: number): readonly Float64Array[] =>
  valueIteration(chainMdp(options), gamma).actionValue;

function checkOptions({ length, leftReward, rightReward, slip, start }: ChainOptions): void {
  checkSize('Chain.length', length, 3);
  if (!Number.isFinite(leftReward) || !Number.isFinite(rightReward)) {
    throw new RangeError(`Chain: both rewards must be finite; got ${leftReward} and ${rightReward}`);
  }
  if (!(slip >= 0 && slip <= 1)) throw new RangeError(`Chain.slip: must be in [0, 1]; got ${slip}`);
  if (start !== null && (!Number.isInteger(start) || start < 1 || start > length - 2)) {
    throw new RangeError(`Chain.start: must be null or in 1…${length - 2}; got ${start}`);
  }
}
