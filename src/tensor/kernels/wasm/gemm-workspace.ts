// Where the modules that compute products work. They call each other, so each must know what the others hold meanwhile: all of
// them reserve the same, in the same order.

import type { ModuleBuilder } from './module.ts';

/** How many k are summed before `out` is written, to be added to by the next: 16 columns of them are 16 KB. */
export const stretch = 256;
/** How many columns of b are copied together: a stretch of them is 512 KB. */
export const slabColumns = 512;
/** How many rows pass by all panels of a slab before the next: a stretch of them is 32 KB. */
export const blockRows = 32;
/** A product with fewer columns may be narrow. */
const mostNarrowColumns = 8;
/** Rows of a narrow product that are done at once: the transpose of 8 columns of them stays in the nearest cache. */
export const rowsAtOnce = 512;

export interface ProductWorkspace {
  /** The panels of a slab of b. */
  readonly packed: number;
  /** The transpose of a small b, in the same place, behind a panel of 4 columns. */
  readonly turned: number;
  /** Where the notes of each row of a block end, and those of the next begin. */
  readonly ends: number;
  /** Numbers that are not 0. A row may have three more, that are never kept. */
  readonly notes: number;
  /** From the note of a number to that of how far into b it is multiplied. */
  readonly toDistance: number;
  /** For each set of four lanes the order of bytes that brings them to the front. */
  readonly fronts: number;
  /** A narrow product before it is turned. */
  readonly transposed: number;
}

export function reserveProductWorkspace(m: ModuleBuilder): ProductWorkspace {
  const packed = m.reserve(4 * stretch * slabColumns);
  const turned = packed + 16 * stretch;
  const ends = m.reserve(4 * blockRows);
  const notes = m.reserve(4 * blockRows * (stretch + 4));
  const toDistance = m.reserve(4 * blockRows * (stretch + 4)) - notes;
  const fronts = m.reserve(16 * 16);
  const transposed = m.reserve(4 * rowsAtOnce * mostNarrowColumns);
  return { packed, turned, ends, notes, toDistance, fronts, transposed };
}
