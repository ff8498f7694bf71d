// Where a kernel's buffers may live. A kernel must compute the same wherever they do, and write nothing beside them.

import { expect } from 'vitest';
import type { Backend } from '../../../../src/tensor/backend.ts';

/** Copies numbers to a place. */
export type Place = (numbers: Float32Array) => Float32Array;

const guard = 123;

export class Places {
  readonly inMemory: Place;
  readonly unaligned: Place;
  readonly onHeap: Place = (numbers) => numbers.slice();
  #guarded: Float32Array[] = [];

  constructor(on: Backend) {
    this.inMemory = (numbers) => {
      const buffer = on.alloc(numbers.length);
      buffer.set(numbers);
      return buffer;
    };
    this.unaligned = (numbers) => {
      const whole = on.alloc(numbers.length + 8).fill(guard);
      this.#guarded.push(whole);
      const buffer = whole.subarray(3, 3 + numbers.length);
      buffer.set(numbers);
      return buffer;
    };
  }

  /** In linear memory, at any multiple of four bytes there with guards around, or elsewhere. */
  get all(): readonly Place[] {
    return [this.inMemory, this.unaligned, this.onHeap];
  }

  /** Fails when something was written beside an unaligned buffer; forgets those buffers. */
  expectGuardsToHold(): void {
    for (const whole of this.#guarded) {
      expect([...whole.subarray(0, 3), ...whole.subarray(whole.length - 5)].every((x) => x === guard)).toBe(true);
    }
    this.#guarded = [];
  }
}
