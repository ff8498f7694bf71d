// What a file of emitted kernels exports: how to emit them, and how JavaScript calls those whose signature is not simply buffers
// and then numbers.

import type { Backend } from '../../backend.ts';
import type { Kernels } from '../kernels.ts';
import type { Bound } from './bind.ts';
import type { ModuleBuilder } from './module.ts';
import type { Tails } from './tails.ts';

/** Kernels that are emitted together. */
export interface KernelFamily {
  /** The kernels that the family stands for, by their names in `Kernels`. */
  readonly provides: readonly (keyof Kernels)[];
  emit(m: ModuleBuilder, tails: Tails): void;
  /**
   * The kernels that take options as an object or a word, made from the emitted ones by their names. `kernels` is the set under
   * construction, where the kernels of other families are found. `buffers` are the backend's own.
   */
  adapt?(emitted: Readonly<Record<string, Bound>>, kernels: Kernels, buffers: Buffers): Partial<Kernels>;
}

/** Where kernels get memory from that depends on sizes. */
export type Buffers = Pick<Backend, 'alloc' | 'scratch'>;
