// Calls of kernels with buffers that live outside linear memory. They are copied in before the call and, where the kernel writes,
// out after it: where a buffer lives changes the speed of a call, never its result.

import type { LinearMemory, View } from './memory.ts';
import { align, type KernelDeclaration } from './module.ts';
import type { WasmFunction } from './webassembly.ts';

/** A buffer as a kernel is given it; null where there is none. */
export type Argument = View | null;

export class Staging {
  /** How many calls had to copy. */
  calls = 0;
  readonly #memory: LinearMemory;
  /** All of linear memory. */
  readonly #floats: Float32Array;
  readonly #integers: Int32Array;

  constructor(memory: LinearMemory) {
    this.#memory = memory;
    this.#floats = new Float32Array(memory.buffer);
    this.#integers = new Int32Array(memory.buffer);
  }

  /** Whether this memory is large enough for copies of all these buffers. */
  canHold(buffers: readonly Argument[]): boolean {
    return layOut(buffers, this.#memory.stagingStart).end <= this.#memory.end;
  }

  /** The call with copies, in the staging space, of the buffers that live outside. Throws RangeError when no memory would hold them. */
  call(kernel: KernelDeclaration, run: WasmFunction, buffers: readonly Argument[], numbers: readonly (number | undefined)[]): number {
    const memory = this.#memory;
    this.calls++;
    const located = buffers.map((buffer) => (buffer === null ? 0 : memory.locate(buffer)));
    const outside = buffers.map((buffer, i) => (located[i] === undefined ? buffer : null));
    const { addresses, end } = layOut(outside, memory.stagingStart);
    if (end > memory.stagingEnd) return this.#displacing(kernel, run, buffers, numbers);
    this.#copyIn(outside, addresses);
    const result = run(...addresses.map((address, i) => located[i] ?? address), buffers[0]?.length, ...numbers);
    this.#copyOut(kernel, outside, addresses);
    return result;
  }

  /** The same when the staging space is too small: copies of all buffers go wherever they fit, and what lies there steps aside. */
  #displacing(
    kernel: KernelDeclaration,
    run: WasmFunction,
    buffers: readonly Argument[],
    numbers: readonly (number | undefined)[],
  ): number {
    const memory = this.#memory;
    const start = memory.stagingStart;
    const { addresses, end } = layOut(buffers, start);
    if (end > memory.end) {
      throw new RangeError(
        `${kernel.name}: buffers must fit the backend's memory together; got ${end - start} bytes for ${memory.end - start}. Create it with more memoryBytes`,
      );
    }
    const copies = buffers.map((buffer) => buffer?.slice() ?? null); // they may lie where others are about to be copied
    const place = new Uint8Array(memory.buffer, start, end - start);
    const displaced = place.slice();
    this.#copyIn(copies, addresses);
    const result = run(...addresses, buffers[0]?.length, ...numbers);
    this.#copyOut(kernel, copies, addresses);
    place.set(displaced);
    buffers.forEach((buffer, i) => {
      const copy = copies[i];
      if (buffer !== null && copy !== null && kernel.buffers[i] === 'out') buffer.set(copy);
    });
    return result;
  }

  #copyIn(views: readonly Argument[], addresses: readonly number[]): void {
    for (let i = 0; i < views.length; i++) {
      const view = views[i];
      if (view !== null) this.#whole(view).set(view, addresses[i] / 4);
    }
  }

  #copyOut(kernel: KernelDeclaration, views: readonly Argument[], addresses: readonly number[]): void {
    for (let i = 0; i < views.length; i++) {
      const view = views[i];
      if (view === null || kernel.buffers[i] !== 'out') continue;
      view.set(this.#whole(view).subarray(addresses[i] / 4, addresses[i] / 4 + view.length));
    }
  }

  #whole(like: View): View {
    return like instanceof Int32Array ? this.#integers : this.#floats;
  }
}

/** Addresses for buffers one after another, 0 for none. */
function layOut(buffers: readonly Argument[], start: number): { addresses: number[]; end: number } {
  let end = start;
  const addresses = buffers.map((buffer) => {
    if (buffer === null) return 0;
    const address = end;
    end = align(end + buffer.byteLength);
    return address;
  });
  return { addresses, end };
}
