// A layer with a bias and relu: as three kernels, or with the bias as the sums' first value and relu on their way to memory.

import type { Kernels } from '../../../src/index.ts';
import { createWasmBackend } from '../../../src/tensor/kernels/wasm/backend.ts';
import type { Step } from '../step.ts';

/** out[M,N] ← relu(x[M,K] · w[K,N] + bias[N]). */
export type Layer = (out: Float32Array, x: Float32Array, w: Float32Array, bias: Float32Array, M: number, N: number, K: number) => void;

const options = { transposeA: false, transposeB: false, accumulate: true };

export const storeSteps: readonly Step<Layer>[] = [
  withKernels('bias, product, relu', (kernels) => (out, x, w, bias, M, N, K) => {
    kernels.copyBlocks(out, bias, M, N, 0, N, 0, 0); // the same row again and again
    kernels.gemm(out, x, w, M, N, K, options);
    kernels.relu(out, out);
  }),
  withKernels('all in the product', (kernels) => (out, x, w, bias, M, N, K) => kernels.affine(out, x, w, bias, M, N, K, 'relu')),
];

function withKernels(name: string, loopOf: (kernels: Kernels) => Layer): Step<Layer> {
  return {
    name,
    anySize: true,
    make() {
      const backend = createWasmBackend();
      if (backend === null) throw new Error(`${name}: needs WebAssembly with SIMD; got a platform without`);
      return { loop: loopOf(backend.kernels), alloc: backend.alloc };
    },
  };
}
