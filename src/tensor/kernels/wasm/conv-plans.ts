// The plans in use. A network has a few, each layer's forward and backward, and meets them again at every update; so they are found
// by comparing sizes, without making garbage, and the ones that were not asked for longest are forgotten.

import type { Window } from '../kernels.ts';
import { forwardPlan, inputPlan, turnedPlaces } from './conv-plan.ts';

/** More plans than this, and the oldest goes. Most have a few kilobytes; the largest, eight bytes for each pixel of an image. */
const mostPlans = 64;

interface Known {
  readonly window: Window;
  readonly O: number;
  /** Whole numbers in a buffer of floats: where the backend puts its buffers, kernels find them fastest. */
  readonly plan: Float32Array;
}

/** Plans of one kind, in linear memory while there is room. */
class Plans {
  readonly #alloc: (length: number) => Float32Array;
  readonly #create: (window: Window, O: number) => Int32Array;
  /** The last one asked for comes first. */
  readonly #known: Known[] = [];

  constructor(alloc: (length: number) => Float32Array, create: (window: Window, O: number) => Int32Array) {
    this.#alloc = alloc;
    this.#create = create;
  }

  /** The plan for these sizes; the number of images does not matter to it. */
  find(window: Window, O: number): Float32Array {
    const known = this.#known;
    let at = 0;
    while (at < known.length && !(known[at].O === O && sameWindow(known[at].window, window))) at++;
    let found = known[at];
    if (found === undefined) {
      const numbers = this.#create(window, O);
      const plan = this.#alloc(numbers.length);
      new Int32Array(plan.buffer, plan.byteOffset, plan.length).set(numbers);
      found = { window: { ...window }, O, plan };
      at = Math.min(at, mostPlans - 1);
    }
    for (; at > 0; at--) known[at] = known[at - 1];
    known[0] = found;
    return found.plan;
  }
}

export class ConvolutionPlans {
  readonly forward: Plans;
  readonly input: Plans;
  /** O does not matter to these. */
  readonly turned: Plans;

  /** `alloc` gives permanent buffers. */
  constructor(alloc: (length: number) => Float32Array) {
    this.forward = new Plans(alloc, forwardPlan);
    this.input = new Plans(alloc, inputPlan);
    this.turned = new Plans(alloc, turnedPlaces);
  }
}

const sameWindow = (a: Window, b: Window): boolean =>
  a.H === b.H &&
  a.W === b.W &&
  a.C === b.C &&
  a.kernelH === b.kernelH &&
  a.kernelW === b.kernelW &&
  a.strideH === b.strideH &&
  a.strideW === b.strideW &&
  a.padH === b.padH &&
  a.padW === b.padW &&
  a.outH === b.outH &&
  a.outW === b.outW;
