// How a return is written as numbers. A network gives Z numbers for each action; a return model says what they mean: the value
// to compare actions by, the goal a transition sets, and the loss between the two. DQN needs one number (scalar.ts); a whole
// distribution of returns is a probability for each of some values (categorical.ts) or a value for each of some probabilities
// (quantile.ts).

import { expand, mul, reshape, sum, type Tensor } from '../../tensor/index.ts';

export interface ReturnModel {
  /** Z, the numbers per action. */
  readonly width: number;
  /** The expected return of each action: [B, A, Z] → [B, A]. */
  expectation(output: Tensor): Tensor;
  /** The return of a policy that takes action a with probability policy[B, A], of outputs [B, A, Z] → [B, Z]. */
  average(output: Tensor, policy: Tensor): Tensor;
  /** What the taken actions should have been worth: next [B, Z], reward [B], discount [B] → [B, Z]. */
  target(next: Tensor, reward: Float32Array, discount: Float32Array): Tensor;
  /** How far a prediction is from its goal, for each sample: [B, Z] and [B, Z] → [B]. */
  loss(predicted: Tensor, goal: Tensor): Tensor;
  /** How surprising each sample was, at least 0: [B]. */
  priority(predicted: Tensor, goal: Tensor, loss: Tensor): Float32Array;
}

/** Σ over a of policy[b, a] · x[b, a, z]: [B, A, Z] and [B, A] → [B, Z]. */
export function averageOverActions(x: Tensor, policy: Tensor): Tensor {
  const [B, A] = policy.shape;
  return sum(mul(x, expand(reshape(policy, [B, A, 1]), x.shape)), 1); // [B, Z]
}
