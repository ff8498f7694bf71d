// Matrix products: gemm and affine. The columns of `out` are cut into panels of 16, and a rest of 12, 8, 4 and fewer; k into
// stretches, so that a panel's part of b stays in the nearest cache while all rows of a pass by.

import type { Callable } from './assembler.ts';
import { advance, choose } from './code.ts';
import { i32, integer, type Value } from './expressions.ts';
import type { KernelFamily } from './family.ts';
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

export const gemmFamily: KernelFamily = {
  emit: emitGemm,
  adapt: ({ gemm, affine }, kernels) => ({
    gemm(out, a, b, M, N, K, { transposeA, transposeB, accumulate, batch = 1 }) {
      gemm(out, a, b, M, N, K, transposeA ? 1 : 0, transposeB ? 1 : 0, accumulate ? 1 : 0, batch);
    },
    affine(out, x, w, bias, M, N, K, activation) {
      affine(out, x, w, bias, M, N, K, activation === 'relu' ? 1 : 0);
      if (activation === 'tanh') kernels.tanh(out, out);
      else if (activation === 'sigmoid') kernels.sigmoid(out, out);
    },
  }),
};

function emitGemm(m: ModuleBuilder, tails: Tails): void {
  const zeros = m.reserve(64);
  const product = emitProduct(m, tails);

  m.kernel(
    'gemm',
    { out: 'out', a: 'in', b: 'in', M: 'i32', N: 'i32', K: 'i32', transposeA: 'i32', transposeB: 'i32', accumulate: 'i32', batch: 'i32' },
    (f, { out, a, b, M, N, K, transposeA, transposeB, accumulate, batch }) => {
      const aRow = f.let(choose(transposeA, four, times4(K)));
      const aColumn = f.let(choose(transposeA, times4(M), four));
      f.repeat(batch, () => {
        f.if(
          accumulate,
          () => f.call(product, out, a, aRow, aColumn, b, transposeB, out, times4(N), 4, M, N, K, 0),
          () => f.call(product, out, a, aRow, aColumn, b, transposeB, zeros, 0, 0, M, N, K, 0),
        );
        advance(out, times4(i32.mul(M, N)));
        advance(a, times4(i32.mul(M, K)));
        advance(b, times4(i32.mul(K, N)));
      });
    },
  );
  m.kernel(
    'affine',
    { out: 'out', x: 'in', w: 'in', bias: 'in', M: 'i32', N: 'i32', K: 'i32', relu: 'i32' },
    (f, { out, x, w, bias, M, N, K, relu }) => f.call(product, out, x, times4(K), 4, w, 0, bias, 0, 4, M, N, K, relu),
  );
}

const four = integer(4);
const times4 = (count: Value<'i32'>): Value<'i32'> => i32.shl(count, 2);

/** out[M,N] ← a·b + start, then relu. Distances in bytes; start is read at i·startRow + j·startColumn. */
function emitProduct(m: ModuleBuilder, tails: Tails): Callable {
  const packed = m.reserve(stretch * 64);
  const packing = emitPacking(m, tails);
  const panels = tileRows.map((rows, i) => emitPanel(m, i + 1, rows));
  const tailPanel = emitTailPanel(m, tails, 4);
  return m.function(
    'product',
    {
      out: 'i32',
      a: 'i32',
      aRow: 'i32',
      aColumn: 'i32',
      b: 'i32',
      transposeB: 'i32',
      start: 'i32',
      startRow: 'i32',
      startColumn: 'i32',
      M: 'i32',
      N: 'i32',
      K: 'i32',
      relu: 'i32',
    },
    (f, { out, a, aRow, aColumn, b, transposeB, start, startRow, startColumn, M, N, K, relu }) => {
      const bRow = f.let(choose(transposeB, times4(K), times4(N)));
      const bColumn = f.let(choose(transposeB, times4(K), four));
      const outRow = f.let(times4(N));
      const packs = f.let(i32.and(i32.ge_s(i32.mul(K, N), packFrom), i32.ge_s(M, packRowsFrom)));
      const left = f.let(K);
      f.doWhile(i32.gt_s(left, 0), () => {
        const k = f.let(choose(i32.lt_s(left, stretch), left, integer(stretch)));
        const last = f.let(i32.and(relu, i32.eq(k, left)));
        const [outAt, bAt, startAt, columns] = [f.let(out), f.let(b), f.let(start), f.let(N)];

        /** Packs what must be packed of the next columns, computes them, and moves on. */
        const panel = (vectors: number): void => {
          const [from, row] = [f.let(bAt), f.let(bRow)];
          f.if(i32.or(transposeB, packs), () => {
            f.if(
              transposeB,
              () => f.call(packing.columns, packed, bAt, bRow, k, vectors),
              () => f.call(packing.rows[vectors - 1], packed, bAt, bRow, k),
            );
            from.set(packed);
            row.set(16 * vectors);
          });
          f.call(panels[vectors - 1], outAt, outRow, a, aRow, aColumn, from, row, startAt, startRow, M, k, last);
          advance(outAt, 16 * vectors);
          advance(bAt, i32.mul(bColumn, 4 * vectors));
          advance(startAt, i32.mul(startColumn, 4 * vectors));
          advance(columns, -4 * vectors);
        };
        f.while(i32.ge_s(columns, 16), () => panel(4));
        for (const vectors of [3, 2, 1]) f.if(i32.ge_s(columns, 4 * vectors), () => panel(vectors));
        f.if(columns, () => {
          f.if(
            transposeB,
            () => f.call(packing.tailColumns, packed, bAt, bRow, k, columns),
            () => f.call(packing.tailRows, packed, bAt, bRow, k, columns),
          );
          f.call(tailPanel, outAt, outRow, a, aRow, aColumn, packed, 16, startAt, startRow, M, k, last, columns);
        });

        // What follows adds to what is there.
        start.set(out);
        startRow.set(outRow);
        startColumn.set(4);
        advance(a, i32.mul(aColumn, k));
        advance(b, i32.mul(choose(transposeB, four, times4(N)), k));
        advance(left, i32.sub(0, k));
      });
    },
  );
}
