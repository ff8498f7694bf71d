// An op is one object: its shape rule, its forward and its backward. A call is one application of an op to tensors, as a tape
// remembers it.

import type { Kernels } from './kernels/kernels.ts';
import type { Shape } from './shape.ts';
import type { Tensor } from './tensor.ts';

/** One differentiable operation. `P` holds what is neither tensor nor learned: axes, strides, indices. */
export interface Op<P> {
  readonly name: string;
  /**
   * The shape of the result. Throws ShapeError for inputs without a meaning; kernels check nothing after this. It is not asked
   * again about the same tensors and the same params, so what may change inside of that is for `forward` to check. Params that are
   * a list are a copy of what was given.
   */
  outputShape(inputs: readonly Shape[], params: P): Shape;
  /** Fills `out`. May return a buffer that backward will need. */
  forward(k: Kernels, out: Tensor, inputs: readonly Tensor[], params: P): Float32Array | void;
  /** Adds to each dInput that is not null the derivative of Σ(output · dOut) in that input. */
  backward(k: Kernels, dInputs: readonly (Float32Array | null)[], dOut: Float32Array, call: OpCall<P>): void;
}

/** One application of an op. A later scope may reuse it for the same op on the same tensors, with new params. */
export interface OpCall<P> {
  readonly op: Op<P>;
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  params: P;
  /** What forward returned. */
  saved: Float32Array | undefined;
}
