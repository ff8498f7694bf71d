// Optimizers turn gradients into steps. This file holds what they share: the interface, clipping by the global norm, and the
// flat blocks of memory in which they keep what they remember.

import { backend, type Gradients, type Parameter } from '../tensor/index.ts';
import { FormatError, readFinite, type Snapshot } from './snapshot.ts';

export interface Optimizer {
  /** May be set between steps, by a schedule for example. */
  learningRate: number;
  /**
   * Moves every parameter that has a gradient. A parameter without one took no part in the loss: it and everything remembered
   * about it stay as they are, as in PyTorch. A gradient of zeros would be another thing: moments fade and momentum goes on.
   */
  step(gradients: Gradients): void;
  /** Everything that decides the future beside the parameters. */
  state(): Snapshot;
  /** Continues exactly where `state()` was taken. Throws FormatError, and then nothing has changed. */
  restore(snapshot: Snapshot): void;
}

/**
 * Scales the parameters' gradients, in place, so that their norm taken over all of them together is at most `maxNorm`
 * [Pascanu 2013, alg. 1]: factor = min(1, maxNorm/(norm + 10⁻⁶)). Returns the norm before. Throws RangeError for a maxNorm ≤ 0.
 */
export function clipByNorm(gradients: Gradients, parameters: ReadonlyMap<string, Parameter>, maxNorm: number): number {
  if (!(maxNorm > 0)) throw new RangeError(`clipByNorm: maxNorm must be positive; got ${maxNorm}`);
  const { kernels } = backend();
  // The map also holds the gradients of everything computed on the way; those are no part of the norm.
  let sum = 0;
  for (const parameter of parameters.values()) {
    const gradient = gradients.get(parameter);
    if (gradient !== undefined) sum += kernels.sumOfSquares(gradient);
  }
  const norm = Math.sqrt(sum);
  const factor = Math.min(1, maxNorm / (norm + 1e-6));
  if (factor === 1) return norm;
  for (const parameter of parameters.values()) {
    const gradient = gradients.get(parameter);
    if (gradient !== undefined) kernels.scaleInPlace(gradient, factor);
  }
  return norm;
}

/** One number for each number that is learned, in one zeroed buffer, seen through one view for each parameter. */
export interface Block {
  readonly all: Float32Array;
  readonly parts: readonly Float32Array[];
}

export function createBlock(parameters: readonly Parameter[]): Block {
  const all = backend().alloc(parameters.reduce((total, parameter) => total + parameter.data.length, 0));
  let end = 0;
  const parts = parameters.map((parameter) => {
    const start = end;
    end += parameter.data.length;
    return all.subarray(start, end);
  });
  return { all, parts };
}

/** A block's numbers as stored under a name, all finite. Throws FormatError. */
export function readBlock(snapshot: Snapshot, name: string, block: Block): Float32Array {
  return readFinite(snapshot, name, Float32Array, block.all.length);
}

/** The same for running means of squares, whose root is to be taken. Throws FormatError. */
export function readMeanSquares(snapshot: Snapshot, name: string, block: Block): Float32Array {
  const values = readBlock(snapshot, name, block);
  const at = values.findIndex((x) => x < 0);
  if (at >= 0) throw new FormatError(`snapshot: "${name}" must be at least 0 everywhere; got ${values[at]} at place ${at}`);
  return values;
}

/** Throws RangeError unless an optimizer's constant is finite and satisfies its condition. */
export function checkConstant(who: string, name: string, value: number, holds: boolean, condition: string): void {
  if (!Number.isFinite(value) || !holds) throw new RangeError(`${who}: ${name} must be ${condition}; got ${value}`);
}
