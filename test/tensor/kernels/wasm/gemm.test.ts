// The emitted products against the JavaScript ones, on every size around their blocking.

import { describe, expect, test } from 'vitest';
import { jsKernels } from '../../../../src/tensor/kernels/js/index.ts';
import { createWasmBackend } from '../../../../src/tensor/kernels/wasm/backend.ts';

const on = createWasmBackend({ memoryBytes: 2 ** 24 });
test('x', () => {
  if (!on) throw new Error();
  for (const M of [0, 1, 2, 3, 8, 9])
    for (const N of [0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 33])
      for (const K of [0, 1, 2, 3, 4, 5, 9, 600])
        for (let flags = 0; flags < 8; flags++) {
          const o = { transposeA: !!(flags & 1), transposeB: !!(flags & 2), accumulate: !!(flags & 4) };
          const a = on.alloc(M * K).map((_, i) => ((i * 7) % 11) - 5);
          const b = on.alloc(N * K).map((_, i) => ((i * 5) % 7) - 3);
          const expected = new Float32Array(M * N).fill(3);
          const out = on.alloc(M * N).fill(3);
          jsKernels.gemm(expected, a, b, M, N, K, o);
          on.kernels.gemm(out, a, b, M, N, K, o);
          expect(out, `${M} ${N} ${K} ${flags}`).toEqual(expected);
        }
});
