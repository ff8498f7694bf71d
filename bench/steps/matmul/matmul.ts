// What every step of the matrix product computes: out[M,N] ← a[M,K] · b[K,N]. All three lie row after row.

import type { ModuleBuilder } from '../../../src/tensor/kernels/wasm/module.ts';
import { type EmitterOptions, emitted } from '../emitted.ts';
import type { Step } from '../step.ts';

export type Matmul = (out: Float32Array, a: Float32Array, b: Float32Array, M: number, N: number, K: number) => void;

/** The parameters of an emitted step: addresses, then sizes. */
export const matmulParameters = { out: 'out', a: 'in', b: 'in', M: 'i32', N: 'i32', K: 'i32' } as const;

/** A step that emits a kernel called `matmul` with these parameters. N must be a multiple of 16. */
export const emittedMatmul = (name: string, emit: (m: ModuleBuilder) => void, options?: EmitterOptions): Step<Matmul> => ({
  name,
  anySize: false,
  make() {
    const { run, alloc } = emitted('matmul', emit, options);
    return {
      alloc,
      loop: (out, a, b, M, N, K) => void run(out.byteOffset, a.byteOffset, b.byteOffset, out.length, M, N, K),
    };
  },
});
