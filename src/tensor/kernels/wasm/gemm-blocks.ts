// Matrix products of any size, cut into what the inner loops can do: columns into panels of 16 and a rest of 12, 8, 4 and fewer;
// k into stretches, so that a panel's part of b stays in the nearest cache while all rows of a pass by.

import type { Callable } from './assembler.ts';
import { advance, choose } from './code.ts';
import { i32, integer } from './expressions.ts';
import { emitPacking } from './gemm-pack.ts';
import { emitPanel, emitTailPanel } from './gemm-panel.ts';
import type { ModuleBuilder } from './module.ts';
import type { Tails } from './tails.ts';

/** How many k are summed before the next panel: 16 columns of them are 32 KB. */
const stretch = 512;
/** A b of fewer numbers is read where it lies: it stays in the cache anyway. */
const packFrom = 16384;
/** Fewer rows than this do not repay a copy of b. */
const packRowsFrom = 8;

/** Rows a tile for panels of 1, 2, 3 and 4 vectors: measured, all within a few percent of the best. */
const tileRows = [8, 4, 2, 2] as const;

/**
 * out[M,N] ← a[M,K] · b[K,N] + start, then relu where that is not 0. All distances are in bytes: `out` is written at i·outRow;
 * `a` is read at i·aRow + k·aColumn; a line of `b` is a row of it, or a column where transposeB is not 0; `start` is read at
 * i·startRow + j·startColumn, where startColumn is 4, or 0 for sums that start with the 64 bytes of zeros there.
 */
export const productParameters = {
  out: 'i32',
  outRow: 'i32',
  a: 'i32',
  aRow: 'i32',
  aColumn: 'i32',
  b: 'i32',
  bLine: 'i32',
  transposeB: 'i32',
  start: 'i32',
  startRow: 'i32',
  startColumn: 'i32',
  M: 'i32',
  N: 'i32',
  K: 'i32',
  relu: 'i32',
} as const;

/** A function with these parameters. */
export function emitProduct(m: ModuleBuilder, tails: Tails): Callable {
  const packed = m.reserve(stretch * 64);
  const packing = emitPacking(m, tails);
  const panels = tileRows.map((rows, i) => emitPanel(m, i + 1, rows));
  const tailPanel = emitTailPanel(m, tails, 4);
  return m.function('product', productParameters, (f, given) => {
    const { out, outRow, a, aRow, aColumn, b, bLine, transposeB, start, startRow, startColumn, M, N, K, relu } = given;
    const nextColumn = f.let(choose(transposeB, bLine, integer(4)));
    const nextK = f.let(choose(transposeB, integer(4), bLine));
    const packs = f.let(i32.and(i32.ge_s(i32.mul(K, N), packFrom), i32.ge_s(M, packRowsFrom)));
    const left = f.let(K);
    f.doWhile(i32.gt_s(left, 0), () => {
      const k = f.let(choose(i32.lt_s(left, stretch), left, integer(stretch)));
      const last = f.let(i32.and(relu, i32.eq(k, left)));
      const [outAt, bAt, startAt, columns] = [f.let(out), f.let(b), f.let(start), f.let(N)];
      const rows = { out: outAt, outRow, a, aRow, aColumn, start: startAt, startRow, M, K: k, relu: last };

      /** Packs what must be packed of the next columns, computes them, and moves on. */
      const panel = (vectors: number): void => {
        const [from, row] = [f.let(bAt), f.let(bLine)];
        f.if(i32.or(transposeB, packs), () => {
          f.if(
            transposeB,
            () => f.call(packing.columns, packed, bAt, bLine, k, vectors),
            () => f.call(packing.rows[vectors - 1], packed, bAt, bLine, k),
          );
          from.set(packed);
          row.set(16 * vectors);
        });
        f.callWith(panels[vectors - 1], { ...rows, b: from, bRow: row });
        advance(outAt, 16 * vectors);
        advance(bAt, i32.mul(nextColumn, 4 * vectors));
        advance(startAt, i32.mul(startColumn, 4 * vectors));
        advance(columns, -4 * vectors);
      };
      f.while(i32.ge_s(columns, 16), () => panel(4));
      for (const vectors of [3, 2, 1]) f.if(i32.ge_s(columns, 4 * vectors), () => panel(vectors));
      f.if(columns, () => {
        f.if(
          transposeB,
          () => f.call(packing.tailColumns, packed, bAt, bLine, k, columns),
          () => f.call(packing.tailRows, packed, bAt, bLine, k, columns),
        );
        f.callWith(tailPanel, { ...rows, b: packed, bRow: 16, columns });
      });

      // The next stretch adds to what this one left.
      start.set(out);
      startRow.set(outRow);
      startColumn.set(4);
      advance(a, i32.mul(aColumn, k));
      advance(b, i32.mul(nextK, k));
      advance(left, i32.sub(0, k));
    });
  });
}
