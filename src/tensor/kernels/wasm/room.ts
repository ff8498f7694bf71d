// A linear memory and all that works in it: where its buffers lie, and the kernels that are started on it.

import { type Bound, bind } from './bind.ts';
import type { BoundFamily, Buffers, KernelFamily } from './family.ts';
import { LinearMemory } from './memory.ts';
import type { KernelDeclaration } from './module.ts';
import { ScratchPaths } from './scratch-paths.ts';
import { Staging } from './staging.ts';
import type { WasmFunction, WasmMemory } from './webassembly.ts';

/** A family's kernels as they were emitted, started on a memory. */
export interface EmittedFamily {
  readonly kernels: readonly KernelDeclaration[];
  readonly exports: Readonly<Record<string, WasmFunction>>;
}

/** Starts a family's kernels on the room's memory. They are emitted and compiled the first time. */
export type Start = (family: KernelFamily) => EmittedFamily;

export interface RoomOptions {
  /** The first byte of the memory that does not belong to the kernels. */
  readonly workspaceEnd: number;
  readonly stagingBytes: number;
  readonly poison: boolean;
}

export class Room {
  readonly memory: LinearMemory;
  readonly staging: Staging;
  readonly scratch: ScratchPaths;
  readonly buffers: Buffers;
  readonly #start: Start;
  readonly #started = new Map<KernelFamily, EmittedFamily>();
  readonly #families = new Map<KernelFamily, BoundFamily>();

  constructor(memory: WasmMemory, { workspaceEnd, stagingBytes, poison }: RoomOptions, start: Start) {
    const linear = new LinearMemory(memory, workspaceEnd, stagingBytes);
    const scratch = new ScratchPaths(linear, poison);
    this.memory = linear;
    this.staging = new Staging(linear);
    this.scratch = scratch;
    this.buffers = { alloc: (length) => linear.alloc(length), scratch: (length) => scratch.take(length) };
    this.#start = start;
  }

  /**
   * A family's kernels, started when they are first asked for. What this memory cannot hold is left to those that `larger` gives,
   * if any.
   */
  family(family: KernelFamily, larger: () => BoundFamily | undefined): BoundFamily {
    const known = this.#families.get(family);
    if (known !== undefined) return known;
    const { kernels, exports } = this.#emitted(family);
    const found: Record<string, Bound> = {};
    for (const kernel of kernels) {
      found[kernel.name] = bind(kernel, exports[kernel.name], this.memory.address, (run, views, numbers) => {
        const other = this.staging.canHold(views) ? undefined : larger();
        return other ? other[kernel.name](...views, ...(numbers as number[])) : this.staging.call(kernel, run, views, numbers);
      });
    }
    this.#families.set(family, found);
    return found;
  }

  #emitted(family: KernelFamily): EmittedFamily {
    const known = this.#started.get(family);
    if (known !== undefined) return known;
    for (const needed of family.needs ?? []) this.#emitted(needed);
    const started = this.#start(family);
    this.#started.set(family, started);
    return started;
  }
}
