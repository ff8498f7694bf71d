// The distribution of returns as N of its quantiles, QR-DQN [Dabney 2018]: Z = N values, the i-th of which a fraction
// τᵢ = (i + ½)/N of all returns should lie below.
//
//   target = reward + discount · θⱼ(next), quantile by quantile        Q = (1/N) Σ θᵢ
//   loss = Σᵢ meanⱼ |τᵢ − 1[u < 0]| · huber(u),   u = targetⱼ − θᵢ                                     [Dabney 2018, eq. 10]

import { mean, quantileHuber, scratchTensor } from '../../tensor/index.ts';
import { averageOverActions, type ReturnModel } from './return-model.ts';

export type QuantileLoss = {
  readonly kind: 'quantile';
  /** N. Dabney 2018: 200. */
  readonly quantiles: number;
  /** κ, within which the Huber loss is quadratic. Dabney 2018: 1. */
  readonly delta: number;
};

export function quantileReturn({ quantiles, delta }: QuantileLoss): ReturnModel {
  return {
    width: quantiles,
    expectation: (output) => mean(output, -1), // [B, A]
    average: averageOverActions, // of the quantiles, as in [Vieillard 2020, §5], not of the distributions
    target(next, reward, discount) {
      const target = scratchTensor(next.shape); // [B, N]
      const goal = target.data;
      for (let i = 0; i < reward.length; i++) {
        for (let j = i * quantiles; j < (i + 1) * quantiles; j++) goal[j] = reward[i] + discount[i] * next.data[j];
      }
      return target;
    },
    loss: (predicted, goal) => quantileHuber(predicted, goal, delta), // [B]
    priority: (_predicted, _goal, loss) => loss.data, // [B]
  };
}
