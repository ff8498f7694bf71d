// Step 10. What the engine runs: step 9 for every size, transposes and all, chosen by sizes (src/tensor/kernels/wasm/gemm.ts).

import { createWasmBackend } from '../../../src/tensor/kernels/wasm/backend.ts';
import type { Step } from '../step.ts';
import type { Matmul } from './matmul.ts';

const options = { transposeA: false, transposeB: false, accumulate: false };

export const engine: Step<Matmul> = {
  name: "the engine's gemm",
  anySize: true,
  make() {
    const backend = createWasmBackend();
    if (backend === null) throw new Error("the engine's gemm: needs WebAssembly with SIMD; got a platform without");
    const { kernels, alloc } = backend;
    return { alloc, loop: (out, a, b, M, N, K) => kernels.gemm(out, a, b, M, N, K, options) };
  },
};
