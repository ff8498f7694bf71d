// The geometry of windowed image operations: a kernel that steps over an NHWC image [B, H, W, C], padded with a border.

import type { Window } from '../kernels/kernels.ts';
import { type Shape, ShapeError } from '../shape.ts';

/** One number for both directions, or [vertical, horizontal]. */
export type Pair = number | readonly [number, number];

/** A copy for whoever keeps it: the caller may change a list and use it again. */
export const copyOfPair = (pair: Pair): Pair => (typeof pair === 'number' ? pair : [...pair]);

/** Whether two pairs have the same numbers. */
export const equalPairs = (a: Pair, b: Pair): boolean =>
  typeof a === 'number' || typeof b === 'number' ? a === b : a[0] === b[0] && a[1] === b[1];

/** How a window of a given size steps over an image. All in pixels. */
export interface Stepping {
  readonly stride: Pair;
  /** The width of the border on each side. */
  readonly padding: Pair;
}

/**
 * All sizes of a windowed operation; the output image has ⌊(H + 2 · padding − kernel)/stride⌋ + 1 rows, and columns likewise.
 * Throws ShapeError when x is not an image or the kernel does not fit in it, RangeError for sizes without a meaning.
 */
export function windowOf(who: string, x: Shape, kernel: Pair, { stride, padding }: Stepping): Window {
  if (x.length !== 4) throw new ShapeError(who, 'x must be [B, H, W, C]', [x]);
  const [B, H, W, C] = x;
  const [kernelH, kernelW] = wholeNumbers(who, 'kernel', kernel, 1);
  const [strideH, strideW] = wholeNumbers(who, 'stride', stride, 1);
  const [padH, padW] = wholeNumbers(who, 'padding', padding, 0);
  const outH = Math.floor((H + 2 * padH - kernelH) / strideH) + 1;
  const outW = Math.floor((W + 2 * padW - kernelW) / strideW) + 1;
  if (outH < 1 || outW < 1) {
    const hint = `; kernel is [${kernelH}, ${kernelW}] and padding [${padH}, ${padW}]`;
    throw new ShapeError(who, 'the kernel must fit in the padded image', [x], hint);
  }
  return { B, H, W, C, kernelH, kernelW, strideH, strideW, padH, padW, outH, outW };
}

function wholeNumbers(who: string, what: string, pair: Pair, least: number): readonly [number, number] {
  const both: readonly [number, number] = typeof pair === 'number' ? [pair, pair] : pair;
  if (!both.every((length) => Number.isInteger(length) && length >= least)) {
    throw new RangeError(`${who}: ${what} must be whole numbers of at least ${least}; got ${both.join(' and ')}`);
  }
  return both;
}
