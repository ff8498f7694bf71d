// Step 3. Sixteen sums at once, in registers: four rows of a meet four columns of b. This is the JavaScript set's own kernel,
// src/tensor/kernels/js/gemm.ts.

import { jsKernels } from '../../../src/tensor/kernels/js/index.ts';
import { plain, type Step } from '../step.ts';
import type { Matmul } from './matmul.ts';

const options = { transposeA: false, transposeB: false, accumulate: false };

export const javascriptTile: Step<Matmul> = plain('4×4 tile in JavaScript', (out, a, b, M, N, K) =>
  jsKernels.gemm(out, a, b, M, N, K, options),
);
