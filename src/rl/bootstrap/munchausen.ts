// Munchausen Q-learning [Vieillard 2020, §3]: the policy π = softmax(Q/τ) pulls itself up. How likely it was to take the action that
// was taken is added to the reward, and the next state is worth what π earns there, its entropy included.
//
//   goal = r + α · clamp(τ log π(a|s), l₀, 0) + discount · Σ over a′ of π(a′|s′) (Q(s′, a′) − τ log π(a′|s′))
//
// The part with the entropy is one number for each sample, so it is counted with the reward; then the rest is an average over
// actions, which has a meaning for distributions too. The logarithm is bounded below because it can be very large.

import { backend, logSoftmax, scale, softmax, type Tensor } from '../../tensor/index.ts';
import type { ReturnModel } from '../returns/return-model.ts';
import type { Bootstrap } from './bootstrap.ts';

export interface MunchausenOptions {
  /** How much of the logarithm is added, in [0, 1]. Vieillard 2020: 0.9. */
  readonly alpha: number;
  /** τ, the temperature: how far from greedy the policy is. Vieillard 2020: 0.03. */
  readonly tau: number;
  /** l₀ ≤ 0, below which the added logarithm does not go. Vieillard 2020: −1. */
  readonly clip: number;
}

export function munchausenBootstrap(returns: ReturnModel, { alpha, tau, clip }: MunchausenOptions): Bootstrap {
  const policyOf = (values: Tensor): Tensor => softmax(scale(values, 1 / tau)); // [B, A]
  const logPolicyOf = (values: Tensor): Tensor => logSoftmax(scale(values, 1 / tau)); // [B, A]
  return {
    value: (next, choice) => returns.average(next, policyOf(choice)), // [B, Z]
    reward(batch, choice, valuesOf) {
      const policy = policyOf(choice);
      const logPolicy = logPolicyOf(choice);
      const logTaken = logPolicyOf(valuesOf(batch.observation));
      const [B, A] = policy.shape;
      const reward = backend().scratch(B);
      for (let i = 0; i < B; i++) {
        let entropy = 0;
        for (let a = i * A; a < (i + 1) * A; a++) entropy -= policy.data[a] === 0 ? 0 : policy.data[a] * logPolicy.data[a];
        const taken = tau * logTaken.data[i * A + batch.action[i]];
        reward[i] = batch.reward[i] + alpha * Math.max(clip, Math.min(taken, 0)) + batch.discount[i] * tau * entropy;
      }
      return reward; // [B]
    },
  };
}
