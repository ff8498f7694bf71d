// From an emitter to something that runs: a module of one kernel, over a memory of its own, with views of it as buffers.

import { align, ModuleBuilder, workspaceEnd } from '../../src/tensor/kernels/wasm/module.ts';
import { type WasmFunction, webAssembly } from '../../src/tensor/kernels/wasm/webassembly.ts';

const pages = 1024; // of 64 KiB

/** Fused multiplications where the machine can, as `fastMath` has them. */
export interface EmitterOptions {
  readonly relaxed?: boolean;
}

/** What `emit` declared by that name, and how to get buffers that it can read. Throws Error where there is no WebAssembly. */
export function emitted(
  name: string,
  emit: (m: ModuleBuilder) => void,
  { relaxed = false }: EmitterOptions = {},
): { run: WasmFunction; alloc(length: number): Float32Array } {
  const api = webAssembly();
  if (api === undefined) throw new Error(`${name}: needs WebAssembly; got a platform without`);
  const m = new ModuleBuilder({ relaxed });
  emit(m);
  const memory = new api.Memory({ initial: pages, maximum: pages });
  const { exports } = new api.Instance(new api.Module(m.finish()), { host: { memory } });
  let end = workspaceEnd;
  return {
    run: exports[name],
    alloc(length) {
      const view = new Float32Array(memory.buffer, end, length);
      end = align(end + view.byteLength);
      return view;
    },
  };
}
