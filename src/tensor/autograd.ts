// All of automatic differentiation. An op is one object: its shape rule, its forward and its backward. While a tape records,
// apply() appends each call that depends on a parameter; gradients() walks that list from the end, and each op adds what its
// inputs contributed. Recording is opt-in, and gradients are a fresh map: there is nothing to switch off, detach or zero.

import { backend } from './current-backend.ts';
import type { Kernels } from './kernels/kernels.ts';
import { type Shape, ShapeError, sizeOf } from './shape.ts';
import { Parameter, Tensor } from './tensor.ts';

/** One differentiable operation. `P` holds what is neither tensor nor learned: axes, strides, indices. */
export interface Op<P> {
  readonly name: string;
  /** The shape of the result. Throws ShapeError for inputs without a meaning; kernels check nothing after this. */
  outputShape(inputs: readonly Shape[], params: P): Shape;
  /** Fills `out`. May return a buffer that backward will need. */
  forward(k: Kernels, out: Tensor, inputs: readonly Tensor[], params: P): Float32Array | void;
  /** Adds to each dInput that is not null the derivative of Σ(output · dOut) in that input. */
  backward(k: Kernels, dInputs: readonly (Float32Array | null)[], dOut: Float32Array, call: OpCall<P>): void;
}

/** One application of an op, as the tape remembers it. */
export interface OpCall<P> {
  readonly op: Op<P>;
  readonly inputs: readonly Tensor[];
  readonly params: P;
  readonly output: Tensor;
  readonly saved: Float32Array | undefined;
}

/** The derivative of a loss in each tensor it depends on through a parameter, laid out like the tensor. */
export type Gradients = ReadonlyMap<Tensor, Float32Array>;

let recording: Tape | undefined;

/** Runs an op on tensors: checks shapes, computes, and lets the recording tape remember the call. */
export function apply<P>(op: Op<P>, inputs: readonly Tensor[], params: P): Tensor {
  const shape = op.outputShape(
    inputs.map((input) => input.shape),
    params,
  );
  const { kernels, scratch } = backend();
  const output = new Tensor(scratch(sizeOf(shape)), shape);
  const saved = op.forward(kernels, output, inputs, params) ?? undefined;
  recording?.remember({ op, inputs, params, output, saved });
  return output;
}

export class Tape {
  readonly #calls: OpCall<unknown>[] = [];
  readonly #dependent = new Set<Tensor>();

  /** Runs the function and remembers every op in it whose result depends on a parameter. Recordings nest: the inner one wins. */
  record<T>(work: () => T): T {
    const outer = recording;
    recording = this;
    try {
      return work();
    } finally {
      recording = outer;
    }
  }

  /** Called by apply() while this tape records. */
  remember<P>(call: OpCall<P>): void {
    for (const input of call.inputs) {
      if (!this.#learns(input)) continue;
      this.#calls.push(call as OpCall<unknown>); // params are read only by the op they were made for
      this.#dependent.add(call.output);
      return;
    }
  }

  /**
   * The gradients of a recorded scalar in all parameters it depends on, and in everything between.
   * Throws ShapeError when the loss is not one number, Error when nothing recorded here led to it.
   */
  gradients(loss: Tensor): Gradients {
    if (loss.data.length !== 1) throw new ShapeError('gradients', 'the loss must be one number', [loss.shape], '; take sum or mean first');
    if (!this.#learns(loss)) throw new Error('gradients: the loss must depend on a parameter through ops recorded by this tape');
    const { kernels } = backend();
    const gradients = new Map<Tensor, Float32Array>();
    this.#gradientOf(loss, gradients)[0] = 1;
    for (let i = this.#calls.length - 1; i >= 0; i--) {
      const call = this.#calls[i];
      const dOut = gradients.get(call.output);
      if (dOut === undefined) continue; // computed, but the loss does not depend on it
      const dInputs = call.inputs.map((input) => (this.#learns(input) ? this.#gradientOf(input, gradients) : null));
      call.op.backward(kernels, dInputs, dOut, call);
    }
    return gradients;
  }

  #learns(tensor: Tensor): boolean {
    return tensor instanceof Parameter || this.#dependent.has(tensor);
  }

  /** The buffer that collects a tensor's gradient, zeroed the first time it is asked for: backward kernels only ever add. */
  #gradientOf(tensor: Tensor, gradients: Map<Tensor, Float32Array>): Float32Array {
    let gradient = gradients.get(tensor);
    if (gradient === undefined) {
      gradient = backend().scratch(tensor.data.length).fill(0);
      gradients.set(tensor, gradient);
    }
    return gradient;
  }
}
