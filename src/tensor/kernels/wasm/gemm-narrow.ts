// Products with few columns, such as one for each action: vectors along the columns would be mostly empty, so they run along the
// rows. outᵀ = bᵀ·aᵀ is computed into the workspace, and written where it belongs.

import { advance, choose, resultWith } from './code.ts';
import { f32, i32, integer } from './expressions.ts';
import type { KernelFamily } from './family.ts';
import { eachOfBatch, importProduct, productFamily, productParameters } from './gemm-blocks.ts';
import { restFamily } from './gemm-panel.ts';
import { slabFamily } from './gemm-slab.ts';
import { reserveProductWorkspace, rowsAtOnce } from './gemm-workspace.ts';
import { type ModuleBuilder, nowhere } from './module.ts';

export const narrowFamily: KernelFamily = { provides: [], needs: [slabFamily, restFamily, productFamily], emit: emitNarrowProduct };

/** The same as `product`, for at most 8 columns. One of aRow and aColumn must be 4. */
function emitNarrowProduct(m: ModuleBuilder): void {
  const { transposed } = reserveProductWorkspace(m);
  const product = importProduct(m);
  m.kernel('narrowProduct', productParameters, (f, given) =>
    eachOfBatch(f, given, (one) => {
      const { out, outRow, a, aRow, aColumn, b, bLine, transposeB, start, startRow, startColumn, M, N, K, relu } = one;
      const contiguousRows = f.let(i32.eq(aColumn, 4));
      f.while(i32.gt_s(M, 0), () => {
        const rows = f.let(choose(i32.lt_s(M, rowsAtOnce), M, integer(rowsAtOnce)));
        f.let(
          resultWith('i32', product, {
            out: transposed,
            outRow: i32.shl(rows, 2),
            a: b,
            aRow: choose(transposeB, bLine, integer(4)),
            aColumn: choose(transposeB, integer(4), bLine),
            b: a,
            bLine: choose(contiguousRows, aRow, aColumn),
            transposeB: contiguousRows,
            start: nowhere,
            length: 0,
            startRow: 0,
            startColumn: 0,
            M: N,
            N: rows,
            K,
            relu: 0,
            batch: 1,
            skipsZeros: 0,
          }),
        );
        const from = f.let(integer(transposed));
        const [outColumn, startAt] = [f.let(out), f.let(start)];
        f.repeat(N, () => {
          const [to, startRows] = [f.let(outColumn), f.let(startAt)];
          f.repeat(rows, () => {
            const sum = f.let(f32.add(f32.load(from), f32.load(startRows)));
            f.if(relu, () => f.if(f32.lt(sum, 0), () => sum.set(0)));
            f.store(to, sum);
            advance(from, 4);
            advance(to, outRow);
            advance(startRows, startRow);
          });
          advance(outColumn, 4);
          advance(startAt, startColumn);
        });
        advance(out, i32.mul(outRow, rows));
        advance(a, i32.mul(aRow, rows));
        advance(start, i32.mul(startRow, rows));
        advance(M, i32.sub(0, rows));
      });
    }),
  );
}
