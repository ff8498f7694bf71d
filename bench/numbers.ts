// Inputs for what treats numbers one by one or row by row, and a check against a formula in 64-bit numbers.

import { backend, Rng } from '../src/index.ts';
import { type Case, checkClose } from './case.ts';

/** A buffer of the current backend, filled uniformly. */
export function uniform(length: number, seed: number, low = -2, high = 2): Float32Array {
  const rng = new Rng(seed);
  const buffer = backend().alloc(length);
  for (let i = 0; i < length; i++) buffer[i] = rng.uniform(low, high);
  return buffer;
}

export interface KernelCase {
  readonly name: string;
  /** How many floats one run reads and writes. */
  readonly floats: number;
  /** How many additions and multiplications, where they can be counted. */
  readonly operations?: number;
  readonly out: ArrayLike<number>;
  readonly compute: () => void;
  /** The whole result, in order. */
  readonly wanted: () => ArrayLike<number>;
  /** How far a number may be off, as a part of the largest one; 1e-6 by default, 0 for whole numbers. */
  readonly tolerance?: number;
}

/** A case whose work is the bytes it moves. */
export function kernelCase({ name, floats, operations, out, compute, wanted, tolerance = 1e-6 }: KernelCase): Case {
  return {
    name,
    work: { amount: 4 * floats, unit: 'B', ...(operations === undefined ? {} : { other: operations }) },
    check() {
      compute();
      const expected = Float64Array.from(wanted());
      const largest = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      checkClose(name, out, expected, tolerance * largest);
    },
    run() {
      compute();
      return out[out.length - 1];
    },
  };
}
