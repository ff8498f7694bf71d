// The distribution of returns as a probability for each of Z fixed values, the atoms z₀ … of C51 [Bellemare 2017, §4]. The network
// writes logits. A goal's atoms, reward + discount · zⱼ, fall between the fixed ones: each one's probability is given to its two
// neighbours, more of it to the nearer, which keeps the mass, and the mean unless an end of the range is passed.
//
//   goalᵢ = Σⱼ pⱼ(next) · max(0, 1 − |clamp(reward + discount · zⱼ) − zᵢ|/Δ)                           [Bellemare 2017, eq. 7]
//   loss = −Σ goalᵢ log pᵢ            priority = KL(goal ‖ p) = loss + Σ goalᵢ log goalᵢ              [Hessel 2018, §3]

import { backend, crossEntropy, log, logarithm, matmul, reshape, scratchTensor, softmax, tensor } from '../../tensor/index.ts';
import { averageOverActions, type ReturnModel } from './return-model.ts';

export type CategoricalLoss = {
  readonly kind: 'categorical';
  /** Z. Bellemare 2017: 51. */
  readonly atoms: number;
  /** The least and the largest return that can be told apart. Bellemare 2017: −10 and 10, for rewards clipped to ±1. */
  readonly vMin: number;
  readonly vMax: number;
};

export function categoricalReturn({ atoms, vMin, vMax }: CategoricalLoss): ReturnModel {
  const gap = (vMax - vMin) / (atoms - 1); // Δ
  const values = tensor(
    Array.from({ length: atoms }, (_, i) => vMin + i * gap),
    [atoms, 1],
  );
  const rows = [-1, atoms]; // one for each action of each sample
  return {
    width: atoms,
    expectation(output) {
      const [B, A] = output.shape;
      return reshape(matmul(softmax(reshape(output, rows)), values), [B, A]); // [B, A]
    },
    average: (output, policy) => log(averageOverActions(softmax(output), policy)), // logarithms of probabilities are logits
    target(next, reward, discount) {
      const probability = softmax(next).data; // [B, Z]
      const target = scratchTensor(next.shape); // [B, Z]
      const goal = target.data.fill(0);
      for (let i = 0; i < reward.length; i++) {
        for (let j = 0; j < atoms; j++) {
          const value = reward[i] + discount[i] * (vMin + j * gap);
          const place = Math.min(Math.max((value - vMin) / gap, 0), atoms - 1); // between two atoms, or on one
          const lower = Math.floor(place);
          goal[i * atoms + lower] += probability[i * atoms + j] * (1 - (place - lower));
          if (place > lower) goal[i * atoms + lower + 1] += probability[i * atoms + j] * (place - lower);
        }
      }
      return target;
    },
    loss: crossEntropy, // [B]
    priority(_predicted, goal, loss) {
      const divergence = backend().scratch(loss.data.length);
      for (let i = 0; i < divergence.length; i++) {
        let sum = loss.data[i];
        for (let at = i * atoms; at < (i + 1) * atoms; at++) if (goal.data[at] > 0) sum += goal.data[at] * logarithm(goal.data[at]);
        divergence[i] = Math.max(0, sum); // rounding can leave a little less than nothing
      }
      return divergence; // [B]
    },
  };
}
