// How one case of the reference data is written with the project's ops.

import type { Tensor } from '../../../src/tensor/tensor.ts';

/** The tensors of a case by name. */
export interface Inputs {
  readonly [name: string]: Tensor;
}

export interface CaseParams {
  readonly axis?: number;
  readonly axes?: readonly number[];
  readonly start?: number;
  readonly end?: number;
  readonly min?: number;
  readonly max?: number;
  readonly slope?: number;
  readonly delta?: number;
  readonly beta?: number;
  readonly eps?: number;
  readonly heads?: number;
  readonly causal?: boolean;
  readonly perm?: readonly number[];
  readonly kernel?: number;
  readonly stride?: number | readonly [number, number];
  readonly padding?: number | readonly [number, number];
  readonly reduction?: 'mean' | 'sum' | 'none';
}

/** Everything a formula may use. */
interface Case {
  readonly inputs: Inputs;
  readonly indices: Readonly<Record<string, Int32Array>>;
  readonly params: CaseParams;
  /** The shape of the output, for broadcasts, which this project spells with expand(). */
  readonly shape: readonly number[];
}

export type Formula = (given: Case) => Tensor;
