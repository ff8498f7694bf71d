// Matrix products of any size, cut into what the inner loops can do: columns into panels of 16 and a rest of 12, 8, 4 and fewer;
// all three sizes into parts, so that what is read again soon is still in a cache:
//
//   for each stretch of k:   for each slab of columns: copy it, panel after panel   (second cache)
//     for each block of rows (nearest cache):   for each panel of the slab (passes through the nearest cache):   tiles
//
// Blocks with many zeros are done by gemm-sparse.ts.
// Few rows at a time also mean that a large `out` is read and written along its rows, which processors see coming.

import type { Callable } from './assembler.ts';
import { advance, type Code, choose, type Local, result } from './code.ts';
import { i32, integer, type Value } from './expressions.ts';
import { emitPanel, emitTailPanel } from './gemm-panel.ts';
import { emitSlab } from './gemm-slab.ts';
import { emitSparseProduct } from './gemm-sparse.ts';
import type { ModuleBuilder } from './module.ts';
import type { Tails } from './tails.ts';

/** How many k are summed before `out` is written, to be added to by the next: 16 columns of them are 16 KB. */
const stretch = 256;
/** How many columns of b are copied together: a stretch of them is 512 KB. */
const slabColumns = 512;
/** How many rows pass by all panels of a slab before the next: a stretch of them is 32 KB. */
const blockRows = 32;
/** A b of fewer numbers is read where it lies: it stays in the cache anyway. */
const packFrom = 16384;
/** Fewer rows than this do not repay a copy of b. */
const packRowsFrom = 8;
/** Fewer rows or columns than this do not repay notes about zeros. */
const sparseFrom = 32;

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
  const packed = m.reserve(4 * stretch * slabColumns);
  const packSlab = emitSlab(m, tails, packed);
  const panels = tileRows.map((rows, i) => emitPanel(m, i + 1, rows));
  const tailPanel = emitTailPanel(m, tails, 4);
  const sparse = emitSparseProduct(m, blockRows, stretch);
  return m.function('product', productParameters, (f, given) => {
    const { out, outRow, a, aRow, aColumn, b, bLine, transposeB, start, startRow, startColumn, M, N, K, relu } = given;
    const nextColumn = f.let(choose(transposeB, bLine, integer(4)));
    const nextK = f.let(choose(transposeB, integer(4), bLine));
    const packs = f.let(i32.or(transposeB, i32.and(i32.ge_s(i32.mul(K, N), packFrom), i32.ge_s(M, packRowsFrom))));
    inParts(f, K, stretch, true, (k, kLeft) => {
      const last = f.let(i32.and(relu, i32.eq(k, kLeft)));
      const [slabOut, slabB, slabStart] = [f.let(out), f.let(b), f.let(start)];
      inParts(f, N, slabColumns, false, (columns) => {
        f.call(packSlab, slabB, bLine, transposeB, k, columns, packs);
        const slab = f.let(choose(packs, integer(packed), slabB));
        const slabBytes = choose(packs, bytes(i32.mul(k, columns)), i32.add(i32.mul(bLine, i32.sub(k, 1)), bytes(columns)));
        const isLarge = i32.and(i32.ge_s(M, sparseFrom), i32.ge_s(columns, sparseFrom));
        const skipsZeros = f.let(
          allOf(isLarge, result('i32', sparse.pays, a, aRow, aColumn, M, k), result('i32', sparse.allFinite, slab, slabBytes)),
        );
        const [rowsOut, rowsA, rowsStart] = [f.let(slabOut), f.let(a), f.let(slabStart)];
        inParts(f, M, blockRows, false, (rows) => {
          const [outAt, bAt, startAt] = [f.let(rowsOut), f.let(slab), f.let(rowsStart)];
          const block = { out: outAt, outRow, a: rowsA, aRow, aColumn, b: bAt, start: startAt, startRow, M: rows, K: k, relu: last };
          const left = f.let(columns);
          const passOn = (vectors: number): void => {
            advance(outAt, 16 * vectors);
            advance(bAt, choose(packs, i32.mul(k, 16 * vectors), integer(16 * vectors)));
            advance(startAt, i32.mul(startColumn, 4 * vectors));
            advance(left, -4 * vectors);
          };
          const panel = (vectors: number): void => {
            f.callWith(panels[vectors - 1], { ...block, bRow: choose(packs, integer(16 * vectors), bLine) });
            passOn(vectors);
          };
          f.if(skipsZeros, () => {
            f.callWith(sparse.note, { ...block, bRow: choose(packs, integer(64), bLine) });
            f.while(i32.ge_s(left, 16), () => {
              f.callWith(sparse.panel, block);
              passOn(4);
            });
          });
          f.while(i32.ge_s(left, 16), () => panel(4));
          for (const vectors of [3, 2, 1]) f.if(i32.ge_s(left, 4 * vectors), () => panel(vectors));
          f.if(left, () => f.callWith(tailPanel, { ...block, b: choose(packs, bAt, integer(packed)), bRow: 16, columns: left }));
          advance(rowsOut, i32.mul(outRow, rows));
          advance(rowsA, i32.mul(aRow, rows));
          advance(rowsStart, i32.mul(startRow, rows));
        });
        advance(slabOut, i32.shl(columns, 2));
        advance(slabB, i32.mul(nextColumn, columns));
        advance(slabStart, i32.mul(startColumn, columns));
      });

      // The next stretch adds to what this one left.
      start.set(out);
      startRow.set(outRow);
      startColumn.set(4);
      advance(a, i32.mul(aColumn, k));
      advance(b, i32.mul(nextK, k));
    });
  });
}

/** How many bytes that many floats take. */
const bytes = (count: Value<'i32'>): Value<'i32'> => i32.shl(count, 2);

/** 1 where none of the conditions is 0. They are asked in order, and none after one that is 0. */
const allOf = (...conditions: readonly Value<'i32'>[]): Value<'i32'> =>
  conditions.reduceRight((rest, condition) => choose(condition, rest, integer(0)));

/** Runs the body for `total` in parts of at most `most`; at least once where `always` is true, then with a part of 0. */
function inParts(
  f: Code,
  total: Local<'i32'>,
  most: number,
  always: boolean,
  body: (part: Local<'i32'>, left: Local<'i32'>) => void,
): void {
  const left = f.let(total);
  const part = f.variable('i32');
  const round = (): void => {
    part.set(choose(i32.lt_s(left, most), left, integer(most)));
    body(part, left);
    advance(left, i32.sub(0, part));
  };
  if (always) f.doWhile(i32.gt_s(left, 0), round);
  else f.while(i32.gt_s(left, 0), round);
}
