// How a return is written as numbers. A network gives Z numbers for each action; a return model says what they mean: the value
// to compare actions by, the goal a transition sets, and the loss between the two. DQN needs one number (scalar.ts).

import type { Tensor } from '../../tensor/index.ts';

export interface ReturnModel {
  /** Z, the numbers per action. */
  readonly width: number;
  /** The expected return of each action: [B, A, Z] → [B, A]. */
  expectation(output: Tensor): Tensor;
  /** What the taken actions should have been worth: next [B, Z], reward [B], discount [B] → [B, Z]. */
  target(next: Tensor, reward: Float32Array, discount: Float32Array): Tensor;
  /** How far a prediction is from its goal, for each sample: [B, Z] and [B, Z] → [B]. */
  loss(predicted: Tensor, goal: Tensor): Tensor;
  /** How surprising each sample was, at least 0: [B]. */
  priority(predicted: Tensor, goal: Tensor, loss: Tensor): Float32Array;
}
