// Step 2. The same products in another order: k moves out of the innermost loop, which now runs along rows of b and of out.

import { plain, type Step } from '../step.ts';
import type { Matmul } from './matmul.ts';

export const rowOrder: Step<Matmul> = plain('row order', (out, a, b, M, N, K) => {
  out.fill(0);
  for (let i = 0; i < M; i++) {
    for (let k = 0; k < K; k++) {
      const aik = a[i * K + k];
      for (let j = 0; j < N; j++) out[i * N + j] += aik * b[k * N + j];
    }
  }
});
