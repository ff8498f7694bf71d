// Step 6. What the engine runs: step 5 with padding, any number of channels and filters, a few images at a time, and the same
// walk for both gradients (src/tensor/kernels/wasm/conv.ts).

import { createWasmBackend } from '../../../src/tensor/kernels/wasm/backend.ts';
import type { Step } from '../step.ts';
import type { Convolve } from './convolve.ts';

export const engine: Step<Convolve> = {
  name: "the engine's conv2d",
  anySize: true,
  make() {
    const backend = createWasmBackend();
    if (backend === null) throw new Error("the engine's conv2d: needs WebAssembly with SIMD; got a platform without");
    const { kernels, alloc, scope } = backend;
    const bias = alloc(1024);
    return {
      alloc,
      loop: (out, x, w, window, O) => scope(() => kernels.conv2d(out, x, w, bias.subarray(0, O), window, O, 'none')),
    };
  },
};
