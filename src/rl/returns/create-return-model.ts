// From a configuration's loss to what the network's numbers mean: a loss can only compare numbers of one meaning.

import { type CategoricalLoss, categoricalReturn } from './categorical.ts';
import { type QuantileLoss, quantileReturn } from './quantile.ts';
import type { ReturnModel } from './return-model.ts';
import { type ScalarLoss, scalarReturn } from './scalar.ts';

/** What is predicted, and how far it is from its goal: one expected return, or its whole distribution in one of two forms. */
export type LossConfig = ScalarLoss | CategoricalLoss | QuantileLoss;

export function createReturnModel(loss: LossConfig): ReturnModel {
  switch (loss.kind) {
    case 'huber':
    case 'mse':
      return scalarReturn(loss);
    case 'categorical':
      return categoricalReturn(loss);
    case 'quantile':
      return quantileReturn(loss);
  }
}
