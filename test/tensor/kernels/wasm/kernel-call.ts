// What a generated call of a kernel is, and the numbers in its buffers.

import fc from 'fast-check';

/** A buffer of a call: what it holds before. `Places` decides where it lives. */
export type Buffer = Float32Array | Int32Array | Uint8Array | null;

export interface KernelCall {
  /** Which parameters of the kernel are buffers, in its own order; null stands for an absent one. */
  readonly buffers: readonly Buffer[];
  /** The numbers and options that follow. */
  readonly rest: readonly unknown[];
  /** How many terms a sum has at most; 1 when absent. */
  readonly terms?: number;
  /** Which of the buffers hold places as floats, and stay as they are when numbers are made NaN or infinite. */
  readonly places?: readonly number[];
}

export interface KernelCase {
  readonly call: fc.Arbitrary<KernelCall>;
  /** How many roundings a result passes, sums apart, weighted by how much a later operation may enlarge the earlier ones. */
  readonly roundings: number;
}

/** Numbers between −2 and 2, drawn from a seed: as many as wanted at no cost. */
export const numbers = (count: number, low = -2, high = 2): fc.Arbitrary<Float32Array> =>
  fc.nat().map((seed) => {
    let state = seed;
    return Float32Array.from({ length: count }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return low + ((high - low) * (state >>> 8)) / 2 ** 24;
    });
  });
