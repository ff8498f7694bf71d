// The kernels gemm and affine, and which way of computing a product suits which sizes. The choice depends on sizes alone, so the
// same product always has the same bits. Each way is a module of its own, emitted when it is first taken.

import type { Bound } from './bind.ts';
import type { BoundFamily, KernelFamily } from './family.ts';
import { productFamily } from './gemm-blocks.ts';
import { narrowFamily } from './gemm-narrow.ts';
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
    const ofManyRows = (N: number, aColumn: number): Bound =>
      N < (aColumn === 4 ? 4 : 8) ? narrow()['narrowProduct'] : panels()['product'];
    return {
      gemm(out, a, b, M, N, K, { transposeA, transposeB, accumulate, batch = 1 }) {
        const begin = accumulate ? out : null;
        const beginRow = accumulate ? 4 * N : 0;
        const beginColumn = accumulate ? 4 : 0;
        if (M === 1 && !transposeB) row()['gemv'](out, a, b, begin, beginColumn, N, K, 0, batch);
        else {
          const aRow = transposeA ? 4 : 4 * K;
          const aColumn = transposeA ? 4 * M : 4;
          const bLine = transposeB ? 4 * K : 4 * N;
          const way = ofManyRows(N, aColumn);
          way(out, a, b, begin, 4 * N, aRow, aColumn, bLine, transposeB ? 1 : 0, beginRow, beginColumn, M, N, K, 0, batch);
        }
      },
      affine(out, x, w, bias, M, N, K, activation) {
        const relu = activation === 'relu' ? 1 : 0;
        if (M === 1) row()['gemv'](out, x, w, bias, 4, N, K, relu, 1);
        else ofManyRows(N, 4)(out, x, w, bias, 4 * N, 4 * K, 4, 4 * N, 0, 0, 4, M, N, K, relu, 1);
        if (activation === 'tanh') kernels.tanh(out, out);
        else if (activation === 'sigmoid') kernels.sigmoid(out, out);
      },
    };
  },
};
