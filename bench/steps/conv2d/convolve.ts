// What every step of the convolution computes: out[B,outH,outW,O] ← x[B,H,W,C] ⋆ w[kernelH,kernelW,C,O], without a bias. A window
// says all sizes but O.

import type { Window } from '../../../src/index.ts';
import type { ModuleBuilder } from '../../../src/tensor/kernels/wasm/module.ts';
import type { WasmFunction } from '../../../src/tensor/kernels/wasm/webassembly.ts';
import { emitted } from '../emitted.ts';
import type { Step } from '../step.ts';

export type Convolve = (out: Float32Array, x: Float32Array, w: Float32Array, window: Window, O: number) => void;

/** What an emitted step is called with: the kernel, and buffers beside those of its problem. */
export interface Emitted {
  readonly run: WasmFunction;
  alloc(length: number): Float32Array;
}

/** A step that emits a kernel called `convolve`; `loop` says how it is called. No padding; C a multiple of 4, O of 16. */
export const emittedConvolve = (name: string, emit: (m: ModuleBuilder) => void, loop: (kernel: Emitted) => Convolve): Step<Convolve> => ({
  name,
  anySize: false,
  make() {
    const kernel = emitted('convolve', emit);
    return { alloc: kernel.alloc, loop: loop(kernel) };
  },
});
