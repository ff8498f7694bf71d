// What threads tell each other, as a few numbers at a fixed place of the memory they share:
//
//   │ left │ open │ active │ counting │ worker 0 │ worker 1 │ … │ job │
//
// Each of the first is alone on its cache line, so that a thread which watches one does not slow down those that write another.
// All are 32-bit whole numbers for Atomics, except the job: 64-bit floats, which hold every operand of a kernel exactly.

import { align } from '../module.ts';

/** The most threads, the caller's own included. */
export const mostThreads = 16;

/** The most operands of a kernel whose calls are divided. */
const mostOperands = 20;

/** Places of the cells, counted in 32-bit numbers. */
export const cell = {
  /** Parts of the job that nobody has taken yet. A thread that lowers it from n to n − 1 has taken part n − 1. */
  left: 0,
  /** Parts that are not done yet. Who lowers it to 0 wakes the caller. */
  open: 16,
  /** Workers with a smaller number than this look for work; the others sleep. */
  active: 32,
  /** While this is 1, the job is to count. */
  counting: 48,
  /** The number of a worker that threw, plus 1. */
  failed: 49,
  firstWorker: 64,
} as const;

/** Places among the cells of a worker, which are this many apart. */
export const workerCells = 16;
export const ofWorker = { ready: 0, holds: 1, count: 2 } as const;

/** Places in the job, counted in 64-bit numbers: which function, which operand counts what is divided, how much of it, and how much is a part. */
export const jobField = { work: 0, counted: 1, total: 2, part: 3, operands: 4, steps: 24 } as const;

const cells = cell.firstWorker + workerCells * mostThreads;
const jobNumbers = jobField.steps + mostOperands;

/** Where the job lies, in bytes from the start, and where all ends. */
export const jobOffset: number = 4 * cells;
export const controlBytes: number = align(jobOffset + 8 * jobNumbers);

/** Views of the block in some memory. */
export interface ControlBlock {
  readonly cells: Int32Array;
  readonly job: Float64Array;
}

export function controlBlock(buffer: ArrayBufferLike, address: number): ControlBlock {
  return { cells: new Int32Array(buffer, address, cells), job: new Float64Array(buffer, address + jobOffset, jobNumbers) };
}
