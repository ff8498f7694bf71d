// The kernels gemm and affine, and which way of computing a product suits which sizes. The choice depends on sizes, and where zeros
// are skipped the sums are the same, so the same product always has the same bits. Each way is a module of its own, emitted when it is
// first taken.

import type { BoundFamily, KernelFamily } from './family.ts';
import { packFrom, productFamily } from './gemm-blocks.ts';
import { narrowFamily } from './gemm-narrow.ts';
import { restFamily } from './gemm-panel.ts';
import { slabFamily } from './gemm-slab.ts';
import { sparseFamily } from './gemm-sparse.ts';
import { gemvFamily } from './gemv.ts';

export const gemmFamily: KernelFamily = {
  provides: ['gemm', 'affine'],
  adapt(_emitted, kernels, _buffers, start) {
    /** A family that is started when it is first asked for. */
    const started = (family: KernelFamily): (() => BoundFamily) => {
      let found: BoundFamily | undefined;
      return () => {
        found ??= start(family);
        return found;
      };
    };
    const [row, narrow, panels] = [gemvFamily, narrowFamily, productFamily].map(started);
    const [slab, rest, sparse] = [slabFamily, restFamily, sparseFamily].map(started);
    let skipsZeros = 0;

    // Each way is called at a place of its own, for engines remember of each place what is called there.
    // biome-ignore format: the operands are those of productParameters.
    const multiply = (
      out: Float32Array, a: Float32Array, b: Float32Array, begin: Float32Array | null, aRow: number, aColumn: number, transposeB: number,
      beginRow: number, beginColumn: number, M: number, N: number, K: number, relu: number, batch: number,
    ): void => {
      const outRow = 4 * N, bLine = transposeB === 1 ? 4 * K : 4 * N;
      if (N < (aColumn === 4 ? 4 : 8)) {
        const { narrowProduct } = narrow();
        narrowProduct(out, a, b, begin, outRow, aRow, aColumn, bLine, transposeB, beginRow, beginColumn, M, N, K, relu, batch);
      } else {
        if (transposeB === 1 || N % 4 !== 0 || K * N >= packFrom) slab();
        if (N % 16 !== 0) rest();
        const { product } = panels();
        const manyZeros =
          product(out, a, b, begin, outRow, aRow, aColumn, bLine, transposeB, beginRow, beginColumn, M, N, K, relu, batch, skipsZeros);
        if (manyZeros > skipsZeros) {
          sparse();
          rest(); // for what wide panels leave, of however many columns
          skipsZeros = 1; // from the next product on
        }
      }
    };
    return {
      gemm(out, a, b, M, N, K, { transposeA, transposeB, accumulate, batch = 1 }) {
        const begin = accumulate ? out : null;
        const beginRow = accumulate ? 4 * N : 0;
        const beginColumn = accumulate ? 4 : 0;
        if (M === 1 && !transposeB) row()['gemv'](out, a, b, begin, beginColumn, N, K, 0, batch);
        else if (transposeA) multiply(out, a, b, begin, 4, 4 * M, transposeB ? 1 : 0, beginRow, beginColumn, M, N, K, 0, batch);
        else multiply(out, a, b, begin, 4 * K, 4, transposeB ? 1 : 0, beginRow, beginColumn, M, N, K, 0, batch);
      },
      affine(out, x, w, bias, M, N, K, activation) {
        const relu = activation === 'relu' ? 1 : 0;
        if (M === 1) row()['gemv'](out, x, w, bias, 4, N, K, relu, 1);
        else multiply(out, x, w, bias, 4 * K, 4, 0, 0, 4, M, N, K, relu, 1);
        if (activation === 'tanh') kernels.tanh(out, out);
        else if (activation === 'sigmoid') kernels.sigmoid(out, out);
      },
    };
  },
};
