// Value iteration: the exact values of a finite Markov decision process, against which every learner can be measured. The
// Bellman equation is applied as an assignment until nothing changes [Sutton & Barto 2018, §4.4].

import type { Mdp, Outcome } from './mdp.ts';

export interface ExactValues {
  /** V*(s), the discounted return of optimal play from each state. */
  readonly value: Float64Array;
  /** Q*(s, a), by state and action. */
  readonly actionValue: readonly Float64Array[];
}

const mostSweeps = 1_000_000;

/**
 * V* and Q*, with γ = gamma in [0, 1]. It stops when no value changes by more than 10⁻¹⁴ of the largest, which leaves an error
 * of about 10⁻¹⁴ / (1 − γ) of it. Throws RangeError for another γ, Error when the values do not settle, as they may with γ = 1.
 */
export function valueIteration(mdp: Mdp, gamma: number): ExactValues {
  if (!(gamma >= 0 && gamma <= 1)) throw new RangeError(`valueIteration: gamma must be in [0, 1]; got ${gamma}`);
  const value = new Float64Array(mdp.stateCount);
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let largestChange = 0;
    let largest = 1;
    for (let state = 0; state < mdp.stateCount; state++) {
      const better = Math.max(...mdp.outcomes[state].map((list) => expected(list, value, gamma)));
      largestChange = Math.max(largestChange, Math.abs(better - value[state]));
      largest = Math.max(largest, Math.abs(better));
      value[state] = better;
    }
    if (largestChange <= 1e-14 * largest) return { value, actionValue: actionValues(mdp, value, gamma) };
  }
  throw new Error(`valueIteration: the values must settle; got changes after ${mostSweeps} sweeps with gamma ${gamma}. Lower gamma`);
}

const actionValues = (mdp: Mdp, value: Float64Array, gamma: number): Float64Array[] =>
  mdp.outcomes.map((row) => Float64Array.from(row, (list) => expected(list, value, gamma)));

/** Σ p · (reward + γ · V(next)), where nothing follows a terminated outcome. */
function expected(list: readonly Outcome[], value: Float64Array, gamma: number): number {
  let sum = 0;
  for (const { probability, state, reward, terminated } of list) {
    sum += probability * (reward + (terminated ? 0 : gamma * value[state]));
  }
  return sum;
}
