// Step 5. The textbook's loops with a vector where it has a number: four neighbouring sums, one instruction for all of them.

import { advance } from '../../../src/tensor/kernels/wasm/code.ts';
import { i32, lanes, v128 } from '../../../src/tensor/kernels/wasm/expressions.ts';
import type { Step } from '../step.ts';
import { emittedMatmul, type Matmul, matmulParameters } from './matmul.ts';

export const vectors: Step<Matmul> = emittedMatmul('one vector', (m) =>
  m.kernel('matmul', matmulParameters, (f, { out, a, b, M, N, K }) => {
    const [bRow, aRow] = [f.let(i32.shl(N, 2)), f.let(i32.shl(K, 2))]; // in bytes
    f.repeat(M, () => {
      f.for(0, N, 4, (j) => {
        const aik = f.let(a);
        const bkj = f.let(i32.add(b, i32.shl(j, 2)));
        const sum = f.let(lanes(0));
        f.repeat(K, () => {
          sum.set(f.multiplyAdd(v128.load32_splat(aik), v128.load(bkj), sum));
          advance(aik, 4);
          advance(bkj, bRow);
        });
        f.store(out, sum);
        advance(out, 16);
      });
      advance(a, aRow);
    });
  }),
);
