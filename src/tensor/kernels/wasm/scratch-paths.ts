// Scratch in linear memory. Buffers lie one below another, so where the next one lies depends on the lengths that were taken
// before it in the scope: each such sequence is a path, and a path taken again gets the same view objects. Code that alternates
// between sequences, acting and updating for example, makes no garbage either.

import type { Plain } from '../../scratch.ts';
import type { LinearMemory } from './memory.ts';

/** What was taken at one step of a path, and the steps that followed it so far. */
interface Step {
  readonly length: number;
  readonly buffer: Float32Array;
  /** The lowest address in use after this step. */
  readonly place: number;
  /** All bytes that were taken up to here. */
  readonly taken: number;
  readonly before: Step | null;
  /** The last one first. */
  readonly next: Step[];
}

/** More remembered steps than this, and all are forgotten: lengths that never repeat must not pile up. */
const mostSteps = 10_000;

/**
 * All are forgotten too when they took more bytes than this part of memory. Paths share memory; but spilled buffers are arrays of their
 * own, and with each buffer its last call is kept (calls.ts), whose inputs are mostly about as large. Paths that take turns must stay,
 * or they would make garbage for ever: as much as so many of the longest may always be remembered.
 */
const mostOfMemory = 1 / 8;
const mostPaths = 4;

export class ScratchPaths {
  readonly #memory: LinearMemory;
  readonly #poison: boolean;
  #start: Step;
  #last: Step;
  #steps = 0;
  /** What all remembered steps took, in bytes, and the longest path of them. */
  #bytes = 0;
  #longest = 0;
  #depth = 0;

  /** `poison` fills buffers with NaN as their scope closes, so that a tensor which escaped by assignment is seen at once. */
  constructor(memory: LinearMemory, poison: boolean) {
    this.#memory = memory;
    this.#poison = poison;
    this.#start = { length: 0, buffer: new Float32Array(0), place: memory.end, taken: 0, before: null, next: [] };
    this.#last = this.#start;
  }

  /** Whether a scope is open. */
  get isOpen(): boolean {
    return this.#depth > 0;
  }

  /** A buffer with undefined contents. It belongs to the innermost open scope; with no scope open it is an ordinary array. */
  take(length: number): Float32Array {
    if (this.#depth === 0) return new Float32Array(length);
    const { next } = this.#last;
    let index = 0;
    while (index < next.length && next[index].length !== length) index++;
    let step = next[index];
    if (step === undefined || !this.#memory.isScratch(step.place)) {
      const taken = this.#last.taken + 4 * length;
      step = { length, ...this.#memory.takeScratch(length, this.#last.place), taken, before: this.#last, next: [] };
      next[index] = step;
      this.#steps++;
      this.#bytes += 4 * length;
      this.#longest = Math.max(this.#longest, taken);
    }
    next[index] = next[0];
    next[0] = step;
    this.#last = step;
    this.#memory.scratchStart = step.place;
    return step.buffer;
  }

  /** The buffer of the step that was last taken from here; undefined when there is none, and with no scope open. */
  expected(): Float32Array | undefined {
    return this.#depth === 0 ? undefined : this.#last.next[0]?.buffer;
  }

  /** Runs the work and takes back every buffer it took, also when it throws. */
  scope<T extends Plain>(work: () => T): T {
    const mark = this.#last;
    this.#depth++;
    try {
      return work();
    } finally {
      if (this.#poison) for (let step = this.#last; step !== mark && step.before !== null; step = step.before) step.buffer.fill(Number.NaN);
      this.#depth--;
      this.#last = mark;
      if (this.#depth === 0 && this.#holdsMuch()) this.#forget();
      this.#memory.scratchStart = this.#last.place;
    }
  }

  #holdsMuch(): boolean {
    return this.#steps > mostSteps || this.#bytes > Math.max(mostOfMemory * this.#memory.end, mostPaths * this.#longest);
  }

  #forget(): void {
    this.#start = { ...this.#start, next: [] };
    this.#last = this.#start;
    this.#steps = 0;
    this.#bytes = 0;
    this.#longest = 0;
  }
}
