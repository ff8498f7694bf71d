// What a goal takes from the networks: how much the next state is worth, given what the target network says about each action
// there, and what is counted as the reward. Deep Q-learning takes the best action (greedy.ts); a soft policy averages over all
// (munchausen.ts).

import type { Tensor } from '../../tensor/index.ts';
import type { Batch } from '../replay.ts';

/** `choice` [B, A] are the values of the next states to choose an action by. */
export interface Bootstrap {
  /** What each next state is worth, [B, Z], by the target network's output for it, [B, A, Z]. */
  value(next: Tensor, choice: Tensor): Tensor;
  /** What is added before it, [B]. `valuesOf` gives the target network's values of other observations, [B, A]. */
  reward(batch: Batch, choice: Tensor, valuesOf: (observation: Tensor) => Tensor): Float32Array;
}
