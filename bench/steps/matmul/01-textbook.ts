// Step 1. The definition, as a textbook writes it: out[i,j] = Σₖ a[i,k] · b[k,j].

import { plain, type Step } from '../step.ts';
import type { Matmul } from './matmul.ts';

export const textbook: Step<Matmul> = plain('textbook', (out, a, b, M, N, K) => {
  for (let i = 0; i < M; i++) {
    for (let j = 0; j < N; j++) {
      let sum = 0;
      for (let k = 0; k < K; k++) sum += a[i * K + k] * b[k * N + j];
      out[i * N + j] = sum;
    }
  }
});
