// From an optimizer's configuration to the optimizer.

import { Adam, type Module, type Optimizer, RmsProp, Sgd, valueAt } from '../nn/index.ts';
import type { DqnConfig } from './config.ts';

/** An optimizer of the module's parameters, at the learning rate of step 0. */
export function createOptimizer(module: Module, config: DqnConfig): Optimizer {
  const { optimizer } = config;
  const learningRate = valueAt(config.learningRate, 0);
  const parameters = module.parameters();
  switch (optimizer.kind) {
    case 'adam':
      return new Adam(parameters, { ...optimizer, learningRate });
    case 'rmsprop':
      return new RmsProp(parameters, { ...optimizer, learningRate });
    case 'sgd':
      return new Sgd(parameters, { ...optimizer, learningRate });
  }
}
