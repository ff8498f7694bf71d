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
  /** Missing where a family only chooses among the kernels of others. */
  emit?(m: ModuleBuilder, tails: Tails): void;
  /** The families whose functions these kernels call: they are started before. */
  readonly needs?: readonly KernelFamily[];
  /** Those whose functions they call for some sizes or when told to. Whoever calls the kernels starts them first. */
  readonly mayCall?: readonly KernelFamily[];
  /**
   * The kernels that take options as an object or a word, made from the emitted ones by their names. `kernels` is the set under
   * construction, where the kernels of other families are found. `buffers` are the backend's own. `start` gives the emitted kernels
   * of a family that provides nothing by itself.
   */
  adapt?(emitted: BoundFamily, kernels: Kernels, buffers: Buffers, start: (family: KernelFamily) => BoundFamily): Partial<Kernels>;
}

/** The kernels of a family, by the names they were emitted with. */
export type BoundFamily = Readonly<Record<string, Bound>>;

/** Where kernels get memory from that depends on sizes. */
export type Buffers = Pick<Backend, 'alloc' | 'scratch'>;
