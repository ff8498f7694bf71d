// A finite Markov decision process as a table: what may follow each action in each state, and how likely. Whoever has the
// table can compute exact values; whoever draws from it has an environment.

import type { Rng } from '../../tensor/index.ts';

/** One thing that may happen after an action. */
export interface Outcome {
  readonly probability: number;
  readonly state: number;
  readonly reward: number;
  /** The episode ends with this outcome: no value follows. */
  readonly terminated: boolean;
}

export interface Mdp {
  readonly stateCount: number;
  readonly actionCount: number;
  /** start[s] is the probability that an episode begins in state s. */
  readonly start: readonly number[];
  /** outcomes[s][a] lists what may happen; the probabilities of each list add up to 1. */
  readonly outcomes: readonly (readonly (readonly Outcome[])[])[];
}

/**
 * The index drawn from a list of probabilities: the first whose cumulative sum exceeds one uniform number. It draws even when
 * there is one choice only, so the stream of random numbers does not depend on the table.
 */
export function drawIndex(probabilities: readonly number[], rng: Rng): number {
  const u = rng.uniform();
  let cumulative = 0;
  let possible = 0;
  for (let i = 0; i < probabilities.length; i++) {
    cumulative += probabilities[i];
    if (u < cumulative) return i;
    if (probabilities[i] > 0) possible = i;
  }
  return possible; // rounding can leave the sum a little below 1, and u above it
}

/** Throws RangeError unless the table has the stated sizes, its states exist and its probabilities add up to 1 within 1e-9. */
export function checkMdp(mdp: Mdp): void {
  const { stateCount, actionCount, start, outcomes } = mdp;
  if (start.length !== stateCount || outcomes.length !== stateCount || outcomes.some((row) => row.length !== actionCount)) {
    throw new RangeError(`mdp: start and outcomes must cover ${stateCount} states and ${actionCount} actions; got other sizes`);
  }
  checkDistribution('start', start);
  outcomes.forEach((row, state) => {
    row.forEach((list, action) => {
      const place = `outcomes[${state}][${action}]`;
      checkDistribution(
        place,
        list.map((outcome) => outcome.probability),
      );
      for (const outcome of list) {
        if (!Number.isInteger(outcome.state) || outcome.state < 0 || outcome.state >= stateCount || !Number.isFinite(outcome.reward)) {
          throw new RangeError(
            `mdp: ${place} must lead to states 0…${stateCount - 1} with finite rewards; got state ${outcome.state} and reward ${outcome.reward}`,
          );
        }
      }
    });
  });
}

function checkDistribution(place: string, probabilities: readonly number[]): void {
  const sum = probabilities.reduce((total, probability) => total + probability, 0);
  if (probabilities.some((probability) => !(probability >= 0)) || Math.abs(sum - 1) > 1e-9) {
    throw new RangeError(`mdp: the probabilities of ${place} must not be negative and add up to 1; got [${probabilities.join(', ')}]`);
  }
}
