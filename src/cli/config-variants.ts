// The configuration's fields that come in several kinds, and what each kind starts from when a flag chooses it. The compiler
// requires an entry for every kind, so none can be forgotten here.

import { adam, type DqnConfig } from '../index.ts';

type Kinds<Union extends { readonly kind: string }> = { readonly [Kind in Union['kind']]: Extract<Union, { readonly kind: Kind }> };
type Variants = {
  readonly [Field in keyof DqnConfig as DqnConfig[Field] extends { readonly kind: string } ? Field : never]: DqnConfig[Field] extends {
    readonly kind: string;
  }
    ? Kinds<DqnConfig[Field]>
    : never;
};

/** By field and kind; schedules are for a run of so many steps. */
export function variantsOf(steps: number): Variants {
  return {
    bootstrap: {
      greedy: { kind: 'greedy' },
      munchausen: { kind: 'munchausen', alpha: 0.9, tau: 0.03, clip: -1 },
    },
    loss: {
      huber: { kind: 'huber', delta: 1 },
      mse: { kind: 'mse' },
      categorical: { kind: 'categorical', atoms: 51, vMin: -10, vMax: 10 },
      quantile: { kind: 'quantile', quantiles: 51, delta: 1 },
    },
    optimizer: {
      adam: { ...(adam as Extract<typeof adam, { kind: 'adam' }>) }, // it is declared as the union of all kinds
      rmsprop: { kind: 'rmsprop', decay: 0.95, epsilon: 0.01, epsilonInside: true, centered: true, momentum: 0 },
      sgd: { kind: 'sgd', momentum: 0.9 },
    },
    sampling: {
      uniform: { kind: 'uniform' },
      prioritized: { kind: 'prioritized', alpha: 0.6, beta: { kind: 'linear', start: 0.4, end: 1, steps } },
    },
    learningRate: {
      constant: { kind: 'constant', value: 1e-3 },
      linear: { kind: 'linear', start: 1e-3, end: 0, steps },
      exponential: { kind: 'exponential', start: 1e-3, end: 1e-5, decay: falling(steps) },
      cosine: { kind: 'cosine', start: 1e-3, end: 0, steps },
    },
    epsilon: {
      constant: { kind: 'constant', value: 0.1 },
      linear: { kind: 'linear', start: 1, end: 0.05, steps: Math.ceil(steps / 10) },
      exponential: { kind: 'exponential', start: 1, end: 0.05, decay: falling(steps) },
      cosine: { kind: 'cosine', start: 1, end: 0.05, steps: Math.ceil(steps / 10) },
    },
  };
}

/** The factor per step that brings a value down to about a thousandth in a run: (1 − 6.93/steps)^steps ≈ e^−6.93 ≈ 2⁻¹⁰. */
function falling(steps: number): number {
  return 1 - Math.min(0.5, 6.93 / steps);
}
