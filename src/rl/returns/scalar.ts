// The return as its expectation, one number: Z = 1 [Watkins 1989; Mnih 2015].
//
//   target = reward + discount · value(next)            loss = huber(predicted − target) or (predicted − target)²

import { backend, huber, mean, reshape, type Shape, scratchTensor, squared } from '../../tensor/index.ts';
import { averageOverActions, type ReturnModel } from './return-model.ts';

/** Huber with this δ: quadratic within δ of the goal, linear beyond. Or the plain squared error. */
export type ScalarLoss = { readonly kind: 'huber'; readonly delta: number } | { readonly kind: 'mse' };

/** Whatever the batch holds. */
const batch: Shape = [-1];

export function scalarReturn(scalarLoss: ScalarLoss): ReturnModel {
  return {
    width: 1,
    expectation: (output) => mean(output, -1), // [B, A]
    average: averageOverActions,
    target(next, reward, discount) {
      const target = scratchTensor(next.shape); // [B, 1]
      const goal = target.data;
      for (let i = 0; i < goal.length; i++) goal[i] = reward[i] + discount[i] * next.data[i];
      return target;
    },
    loss(predicted, goal) {
      const each = scalarLoss.kind === 'huber' ? huber(predicted, goal, scalarLoss.delta) : squared(predicted, goal);
      return reshape(each, batch); // [B]
    },
    priority(predicted, goal) {
      const distance = backend().scratch(goal.data.length);
      for (let i = 0; i < distance.length; i++) distance[i] = Math.abs(predicted.data[i] - goal.data[i]);
      return distance; // [B]
    },
  };
}
