// What a goal takes from the networks: how much the next state is worth, given what the target network says about each action
// there, and what is counted as the reward. Deep Q-learning takes the best action (greedy.ts); a soft policy averages over all
// (munchausen.ts).

import type { Tensor } from '../../tensor/index.ts';
import type { Batch } from '../replay.ts';

/**
 * `next` [B, A, Z] is the target network's output for the next states, `choice` [B, A] the values to choose an action by, and
 * `values()` gives the target network's values of the states where the batch's actions were taken, [B, A].
 */
export type Bootstrap = (next: Tensor, choice: Tensor, batch: Batch, values: () => Tensor) => Bootstrapped;

interface Bootstrapped {
  /** What each next state is worth, [B, Z]. */
  readonly value: Tensor;
  /** What is added before it, [B]. */
  readonly reward: Float32Array;
}
