// A linear memory and all that works in it: where its buffers lie, and the kernels that are started on it.

import { type Bound, bind } from './bind.ts';
import type { BoundFamily, Buffers, KernelFamily } from './family.ts';
import { type EmittedFamily, type Instantiate, Linker } from './linker.ts';
import { LinearMemory } from './memory.ts';
import { ScratchPaths } from './scratch-paths.ts';
import { Staging } from './staging.ts';
import type { WasmMemory } from './webassembly.ts';

export interface RoomOptions {
  /** The first byte of the memory that does not belong to the kernels. */
  readonly workspaceEnd: number;
  readonly stagingBytes: number;
  readonly poison: boolean;
}

/** The same family in a larger memory, if there is one. */
type Larger = () => BoundFamily | undefined;

export class Room {
  readonly memory: LinearMemory;
  readonly staging: Staging;
  readonly scratch: ScratchPaths;
  readonly buffers: Buffers;
  readonly #linker: Linker;
  readonly #families = new Map<KernelFamily, { readonly bound: Record<string, Bound>; readonly larger: Larger }>();

  constructor(memory: WasmMemory, { workspaceEnd, stagingBytes, poison }: RoomOptions, instantiate: Instantiate) {
    const linear = new LinearMemory(memory, workspaceEnd, stagingBytes);
    const scratch = new ScratchPaths(linear, poison);
    this.memory = linear;
    this.staging = new Staging(linear);
    this.scratch = scratch;
    this.buffers = { alloc: (length) => linear.alloc(length), scratch: (length) => scratch.take(length) };
    this.#linker = new Linker(instantiate, (family, emitted) => this.#bind(family, emitted));
  }

  /**
   * A family's kernels, started when they are first asked for. What this memory cannot hold is left to those that `larger` gives,
   * if any. Whoever keeps them should keep the record and not what is in it, for a kernel may be replaced by a faster one.
   */
  family(family: KernelFamily, larger: Larger): BoundFamily {
    const known = this.#families.get(family);
    if (known !== undefined) return known.bound;
    const bound: Record<string, Bound> = {};
    this.#families.set(family, { bound, larger });
    this.#bind(family, this.#linker.find(family));
    return bound;
  }

  #bind(family: KernelFamily, { kernels, divided }: EmittedFamily): void {
    const found = this.#families.get(family);
    if (found === undefined) return; // only other modules call it so far
    const { bound, larger } = found;
    for (const kernel of kernels) {
      bound[kernel.name] = bind(kernel, divided[kernel.name], this.memory.address, (run, views, numbers) => {
        const other = this.staging.canHold(views) ? undefined : larger();
        return other ? other[kernel.name](...views, ...(numbers as number[])) : this.staging.call(kernel, run, views, numbers);
      });
    }
  }
}
