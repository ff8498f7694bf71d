// What a benchmark is: groups of cases. A case knows how to check itself against something independent and how to do its work
// once; how often, in which order and in which process it runs is decided elsewhere.

import type { Work } from '../src/cli/bench/units.ts';
import type { Parts } from './parts.ts';

export interface Case {
  readonly name: string;
  /** What one run accomplishes, so that times become rates. */
  readonly work: Work;
  /** The bound that it is compared with: the fastest loop of the group that says it is that ceiling is 100 %. */
  readonly bound?: string;
  /** A loop that does nothing but what bounds others, and the name of that bound. */
  readonly ceiling?: string;
  /** Throws Error unless the result agrees with the reference. Called once, before anything is timed. */
  check(): void;
  /** Does the work once. The number depends on the result and is added up, so that no compiler may leave the work out. */
  run(): number;
  /** What the time of all runs so far went into, where the case knows. */
  parts?(): Parts;
}

export interface Group {
  readonly name: string;
  /** What it measures, in one sentence. */
  readonly description: string;
  /** Nothing in it asks for a kernel: it is measured once, and not for each backend. */
  readonly kernelFree?: boolean;
  /** Each case gets processes of its own: for cases that share a loop, which would be compiled for all of them together. */
  readonly isolated?: boolean;
  /** Builds all inputs anew, on the backend that is current. */
  readonly createCases: () => Case[];
}

/** Throws Error unless got is wanted up to the tolerance, element by element. NaN is never what is wanted. */
export function checkClose(who: string, got: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void {
  if (got.length !== wanted.length) throw new Error(`${who}: must hold ${wanted.length} numbers; got ${got.length}`);
  for (let i = 0; i < wanted.length; i++) {
    if (!(Math.abs(got[i] - wanted[i]) <= tolerance)) throw new Error(`${who}: element ${i} must be ${wanted[i]}; got ${got[i]}`);
  }
}
