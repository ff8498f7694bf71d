// All of automatic differentiation. While a tape records, apply() appends each call of an op; gradients() walks that list from
// the end, and each op adds what its inputs contributed. Recording is opt-in, and gradients are a map handed to the caller:
// there is nothing to switch off, detach or zero.

import { createCall, repeatedCall } from './calls.ts';
import { backend, LastMade } from './current-backend.ts';
import type { Op, OpCall } from './op.ts';
import { ShapeError } from './shape.ts';
import { Parameter, type Tensor } from './tensor.ts';

/** The derivative of a loss in each tensor it depends on through a parameter, laid out like the tensor. */
export type Gradients = ReadonlyMap<Tensor, Float32Array>;

let recording: Tape | undefined;

/** Runs an op on up to three tensors: checks shapes, computes, and lets the recording tape remember the call. */
export function apply<P>(op: Op<P>, params: P, a: Tensor, b?: Tensor, c?: Tensor): Tensor {
  const call = repeatedCall(op, params, a, b, c);
  if (call !== undefined) return run(call);
  return applyToAll(op, params, b === undefined ? [a] : c === undefined ? [a, b] : [a, b, c]);
}

/** The same for any number of tensors. */
export const applyToAll = <P>(op: Op<P>, params: P, inputs: readonly Tensor[]): Tensor => run(createCall(op, params, inputs));

function run<P>(call: OpCall<P>): Tensor {
  const { op, inputs, output, params } = call;
  call.saved = op.forward(backend().kernels, output, inputs, params) ?? undefined;
  recording?.remember(call);
  return output;
}

/** The calls of one recording. Make a tape for each: what is recorded later is added, correctly, but no call is ever forgotten. */
export class Tape {
  readonly #calls: OpCall<unknown>[] = [];
  /** What was recorded, in order. */
  readonly calls: readonly OpCall<unknown>[] = this.#calls;

  /** Runs the function and remembers every op in it. Recordings nest: the inner one wins. */
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
    this.#calls.push(call as OpCall<unknown>); // params are read only by the op they were made for
  }

  /**
   * The gradients of a recorded scalar in all parameters it depends on, and in everything between. Ops read their inputs
   * again on the way back: take all gradients before a parameter moves. Throws ShapeError when the loss is not one number, Error when
   * nothing recorded here led to it.
   */
  gradients(loss: Tensor): Gradients {
    if (loss.data.length !== 1) throw new ShapeError('gradients', 'the loss must be one number', [loss.shape], '; take sum or mean first');
    const { kernels } = backend();
    const { steps, buffers, gradients } = repeatedWalk(loss, this.#calls) ?? createWalk(loss, this.#calls);
    for (const buffer of buffers) buffer.fill(0); // backward kernels only ever add
    buffers[0][0] = 1; // the derivative of the loss in itself
    for (const { call, dInputs, dOut } of steps) call.op.backward(kernels, dInputs, dOut, call);
    return gradients;
  }
}

/** The way back through the calls of a tape. */
interface Walk {
  readonly calls: readonly OpCall<unknown>[];
  /** The calls that the loss depends on, last one first, with the gradient that each reads and those it adds to. */
  readonly steps: readonly { readonly call: OpCall<unknown>; readonly dInputs: (Float32Array | null)[]; readonly dOut: Float32Array }[];
  readonly gradients: Gradients;
  /** The gradients, in the order in which they were asked for; the loss's own is the first. */
  readonly buffers: readonly Float32Array[];
}

/** The last walk back from each loss: like calls, a scope that repeats one before it gets it again (calls.ts). */
const lastWalks = new LastMade<Walk>();

function createWalk(loss: Tensor, calls: readonly OpCall<unknown>[]): Walk {
  const dependent = new Set<Tensor>();
  const learns = (tensor: Tensor): boolean => tensor instanceof Parameter || dependent.has(tensor);
  for (const { inputs, output } of calls) if (inputs.some(learns)) dependent.add(output);
  if (!learns(loss)) throw new Error('gradients: the loss must depend on a parameter through ops recorded by this tape');

  const gradients = new Map<Tensor, Float32Array>();
  const gradientOf = (tensor: Tensor): Float32Array => {
    const gradient = gradients.get(tensor) ?? backend().scratch(tensor.data.length);
    gradients.set(tensor, gradient);
    return gradient;
  };
  gradientOf(loss);
  const steps: Walk['steps'][number][] = [];
  for (const call of new Set([...calls].reverse())) {
    // A tape that was kept has the call of a repeated scope several times: the last is the one that counts.
    const dOut = gradients.get(call.output);
    if (dOut === undefined) continue; // computed, but the loss does not depend on it
    steps.push({ call, dInputs: call.inputs.map((input) => (learns(input) ? gradientOf(input) : null)), dOut });
  }
  const walk = { calls: [...calls], steps, gradients, buffers: [...gradients.values()] }; // a copy: the tape may go on recording
  lastWalks.keep(loss.data, walk);
  return walk;
}

/** The last walk back from this loss, if the tape holds the same calls and the scope hands out the same buffers for it. */
function repeatedWalk(loss: Tensor, calls: readonly OpCall<unknown>[]): Walk | undefined {
  const walk = lastWalks.of(loss.data);
  if (walk?.calls.length !== calls.length) return undefined;
  for (let i = 0; i < calls.length; i++) if (walk.calls[i] !== calls[i]) return undefined;
  const { expected, scratch } = backend();
  if (expected() !== walk.buffers[0]) return undefined; // before anything is taken, so that the next scope finds the new walk
  for (const buffer of walk.buffers) if (scratch(buffer.length) !== buffer) return undefined;
  return walk;
}
