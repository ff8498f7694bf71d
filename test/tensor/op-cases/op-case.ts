// One op applied to generated inputs, as the tests of all ops receive it.

import type fc from 'fast-check';
import type { Tensor } from '../../../src/tensor/tensor.ts';
import type { Values } from '../../support/arbitraries.ts';

export interface OpCase {
  /** Every tensor that goes into the op. */
  readonly inputs: readonly Values[];
  /** What else it was told; kept so that a failing case prints it. */
  readonly options: unknown;
  /** Applies the op, once, to the inputs made into tensors. */
  readonly run: (inputs: readonly Tensor[]) => Tensor;
}

/** Generators by op name. */
export type OpCases = Readonly<Record<string, fc.Arbitrary<OpCase>>>;

export const opCase = <O>(inputs: readonly Values[], options: O, run: (inputs: readonly Tensor[], options: O) => Tensor): OpCase => ({
  inputs,
  options,
  run: (tensors) => run(tensors, options),
});
