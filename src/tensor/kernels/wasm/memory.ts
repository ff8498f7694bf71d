// A linear memory for tensors, reserved once. It never grows, because growth would invalidate every view (rooms.ts says what is
// done instead).
//
//   │ workspace of the kernels │ staging │ permanent: alloc() → … free … ← scratch of the open scopes │
//
// A buffer is a Float32Array over this memory that carries its address under a private symbol: kernels need the address, and
// reading the property takes a tenth of the time of `byteOffset` and `buffer`. When memory is full, buffers are ordinary arrays.

import { align } from './module.ts';
import type { WasmMemory } from './webassembly.ts';

/** What a kernel may be given: indices are Int32Arrays. */
export type View = Float32Array | Int32Array;

/** A stretch of memory, in bytes. */
interface Gap {
  start: number;
  end: number;
}

/** Where scratch comes from: a place is the lowest address in use. */
export interface Taken {
  readonly buffer: Float32Array;
  readonly place: number;
}

export class LinearMemory {
  readonly buffer: ArrayBufferLike;
  /** Views of this memory have their address here; others do not have the property. */
  readonly address: symbol = Symbol('address');
  /** The space for copies of buffers that live elsewhere. */
  readonly stagingStart: number;
  readonly stagingEnd: number;
  readonly end: number;
  /** How many buffers had to come from the ordinary heap. */
  spills = 0;
  /** What lies free below the end of the permanent buffers, by address; no two touch. */
  #gaps: Gap[] = [];
  /** What was freed since, in any order. */
  #freed: Gap[] = [];
  /** No gap is larger than this, so that none is looked for in vain again and again. */
  #largestGap = 0;
  #permanentEnd: number;
  /** Scratch reaches down to here. */
  #scratchStart: number;
  readonly #collected: FinalizationRegistry<Gap>;

  /** `workspaceEnd` is the first byte that is not the kernels' own. */
  constructor(memory: WasmMemory, workspaceEnd: number, stagingBytes: number) {
    this.buffer = memory.buffer;
    this.end = this.buffer.byteLength - 64; // a vector may be read across the end of any buffer
    this.stagingStart = align(workspaceEnd);
    this.stagingEnd = Math.min(align(this.stagingStart + stagingBytes), this.end);
    this.#permanentEnd = this.stagingEnd;
    this.#scratchStart = this.end;
    this.#collected = new FinalizationRegistry((block) => void this.#freed.push(block));
  }

  /** Bytes that permanent buffers hold now. */
  get permanentBytes(): number {
    this.#settle();
    return this.#gaps.reduce((bytes, { start, end }) => bytes - (end - start), this.#permanentEnd - this.stagingEnd);
  }

  /** A zeroed buffer, or an ordinary array where there is no room for it. Throws RangeError for a length that is none. */
  alloc(length: number): Float32Array {
    const buffer = this.place(length);
    if (buffer === undefined) this.spills++;
    return buffer ?? new Float32Array(length);
  }

  /**
   * A zeroed buffer; undefined where there is no room for it. It is freed when this very array is collected as garbage: a view
   * made of it, by `subarray` for example, does not keep it alive. Throws RangeError for a length that is none.
   */
  place(length: number): Float32Array | undefined {
    checkLength('alloc', length);
    const bytes = Math.max(align(4 * length), 64);
    const start = this.#reserve(bytes);
    if (start < 0) return undefined;
    const buffer = this.#view(start, length).fill(0);
    this.#collected.register(buffer, { start, end: start + bytes });
    return buffer;
  }

  /**
   * A buffer with undefined contents that ends where scratch began so far; an ordinary array when it does not fit. Throws RangeError
   * for a length that is none.
   */
  takeScratch(length: number, place: number): Taken {
    checkLength('scratch', length);
    this.#settle();
    const start = place - align(4 * length);
    if (start < this.#permanentEnd) {
      this.spills++;
      return { buffer: new Float32Array(length), place };
    }
    return { buffer: this.#view(start, length), place: start };
  }

  /** Whether no permanent buffer has moved in at or above this place. */
  isScratch(place: number): boolean {
    return place >= this.#permanentEnd;
  }

  /** Memory from this place on is scratch in use; permanent buffers stay below. */
  set scratchStart(place: number) {
    this.#scratchStart = place;
  }

  /** The address of a view that does not carry one: it may be part of a buffer. Undefined when it lies outside this memory. */
  locate(view: View): number | undefined {
    if (view.buffer !== this.buffer) return undefined;
    this.#mark(view, view.byteOffset);
    return view.byteOffset;
  }

  /** The first gap that is large enough, or new space at the end; −1 when there is neither. */
  #reserve(bytes: number): number {
    this.#settle();
    const index = bytes > this.#largestGap ? -1 : this.#gaps.findIndex(({ start, end }) => end - start >= bytes);
    if (index >= 0) {
      const gap = this.#gaps[index];
      const { start } = gap;
      gap.start += bytes;
      if (gap.start === gap.end) this.#gaps.splice(index, 1);
      return start;
    }
    this.#largestGap = Math.min(this.#largestGap, bytes - 1);
    const start = this.#permanentEnd;
    if (start + bytes > this.#scratchStart) return -1;
    this.#permanentEnd += bytes;
    return start;
  }

  /**
   * Joins what was freed with the gaps it touches; a gap at the very end becomes free space. All of it at once: a collection of
   * garbage may free a hundred thousand blocks, and to insert them one by one between as many gaps takes seconds.
   */
  #settle(): void {
    if (this.#freed.length === 0) return;
    const blocks = this.#gaps.concat(this.#freed).sort((a, b) => a.start - b.start);
    this.#freed = [];
    this.#gaps = [];
    for (const block of blocks) {
      const before = this.#gaps.at(-1);
      if (before?.end === block.start) before.end = block.end;
      else this.#gaps.push(block);
    }
    const last = this.#gaps.at(-1);
    if (last?.end === this.#permanentEnd) {
      this.#permanentEnd = last.start;
      this.#gaps.pop();
    }
    this.#largestGap = this.#gaps.reduce((largest, { start, end }) => Math.max(largest, end - start), 0);
  }

  #view(start: number, length: number): Float32Array {
    const view = new Float32Array(this.buffer, start, length);
    this.#mark(view, start);
    return view;
  }

  /** Not enumerable, so that a view still equals an array with the same numbers. */
  #mark(view: View, start: number): void {
    Object.defineProperty(view, this.address, { value: start });
  }
}

/** After a length of NaN every place would be NaN, every comparison false, and buffers would lie on one another. */
function checkLength(who: string, length: number): void {
  if (!Number.isInteger(length) || length < 0) throw new RangeError(`${who}: length must be a whole number of at least 0; got ${length}`);
}
