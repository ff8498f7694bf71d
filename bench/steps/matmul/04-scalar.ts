// Step 4. The tile of step 3, emitted: 4×4 sums of single floats. M must be a multiple of 4.

import { advance } from '../../../src/tensor/kernels/wasm/code.ts';
import { f32, i32 } from '../../../src/tensor/kernels/wasm/expressions.ts';
import type { Step } from '../step.ts';
import { emittedMatmul, type Matmul, matmulParameters } from './matmul.ts';

const side = 4;
const each = Array.from({ length: side }, (_, i) => i);

export const scalar: Step<Matmul> = emittedMatmul('4×4 tile, emitted', (m) =>
  m.kernel('matmul', matmulParameters, (f, { out, a, b, M, N, K }) => {
    const [outRow, aRow] = [f.let(i32.shl(N, 2)), f.let(i32.shl(K, 2))]; // in bytes
    f.for(0, M, side, () => {
      const [outAt, bAt] = [f.let(out), f.let(b)];
      f.for(0, N, side, () => {
        const rows = each.map((i) => f.let(i32.add(a, i32.mul(aRow, i))));
        const bk = f.let(bAt);
        const sums = each.map(() => each.map(() => f.variable('f32')));
        for (const sum of sums.flat()) sum.set(0);
        f.repeat(K, () => {
          const bkj = each.map((j) => f.let(f32.load(bk, 4 * j)));
          sums.forEach((row, i) => {
            const aik = f.let(f32.load(rows[i]));
            row.forEach((sum, j) => void sum.set(f32.add(sum, f32.mul(aik, bkj[j]))));
            advance(rows[i], 4);
          });
          advance(bk, outRow);
        });
        const to = f.let(outAt);
        for (const row of sums) {
          row.forEach((sum, j) => void f.store(to, sum, 4 * j));
          advance(to, outRow);
        }
        advance(outAt, 4 * side);
        advance(bAt, 4 * side);
      });
      advance(out, i32.mul(outRow, side));
      advance(a, i32.mul(aRow, side));
    });
  }),
);
