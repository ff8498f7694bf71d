// The WebAssembly backend: all tensors in one linear memory, and the kernels that were worth emitting laid over the JavaScript
// set. Same seed, same bytes, on every machine and engine, unless fastMath says that the last bits do not matter.

import type { Backend } from '../../backend.ts';
import { jsKernels } from '../js/index.ts';
import type { Kernels } from '../kernels.ts';
import { type Bound, bind } from './bind.ts';
import { f32x4, type Value, v128 } from './expressions.ts';
import { emitKernels, kernelFamilies } from './families.ts';
import type { Buffers } from './family.ts';
import { LinearMemory } from './memory.ts';
import { type EmittedModule, ModuleBuilder } from './module.ts';
import { ScratchPaths } from './scratch-paths.ts';
import { Staging } from './staging.ts';
import { type WasmFunction, type WasmMemory, type WebAssemblyApi, webAssembly } from './webassembly.ts';

export interface WasmBackendOptions {
  /** How much memory to reserve, 256 MiB by default, in whole pages of 64 KiB. Pages cost nothing until they are written. */
  readonly memoryBytes?: number;
  /** How much of it holds copies of buffers that live outside, 32 MiB by default. */
  readonly stagingBytes?: number;
  /** Fuse multiplications with additions where the engine can. Faster; the last bits then depend on the machine. Default false. */
  readonly fastMath?: boolean;
  /** Fill scratch with NaN as its scope closes: slower, and shows every tensor that was kept too long. Default false. */
  readonly poison?: boolean;
}

const pageBytes = 65536;
const MiB = 2 ** 20;

/**
 * A WebAssembly backend with a memory of its own; null where there is no SIMD, where the page's policy forbids to compile, or
 * where the memory cannot be reserved. Throws RangeError for sizes that are none.
 */
export function createWasmBackend(options: WasmBackendOptions = {}): Backend | null {
  const { memoryBytes = 256 * MiB, stagingBytes = Math.min(32 * MiB, memoryBytes / 4), fastMath = false, poison = false } = options;
  checkSize('memoryBytes', memoryBytes);
  checkSize('stagingBytes', stagingBytes);
  const api = webAssembly();
  if (api === undefined || !supports(api, (x) => f32x4.add(x, x))) return null;
  const relaxed = fastMath && supports(api, (x) => f32x4.relaxed_madd(x, x, x));
  const emitted = emitKernels({ relaxed });

  let memory: WasmMemory;
  let exports: Readonly<Record<string, WasmFunction>>;
  try {
    const pages = Math.ceil(memoryBytes / pageBytes);
    memory = new api.Memory({ initial: pages, maximum: pages });
    exports = new api.Instance(new api.Module(emitted.bytes), { host: { memory } }).exports;
  } catch (error) {
    if (isRefusal(api, error, emitted.bytes)) return null;
    throw error;
  }
  return assemble(
    relaxed ? 'wasm-relaxed' : 'wasm',
    emitted,
    exports,
    new LinearMemory(memory, emitted.workspaceEnd, stagingBytes),
    poison,
  );
}

function assemble(
  name: string,
  { kernels: declarations }: EmittedModule,
  exports: Readonly<Record<string, WasmFunction>>,
  memory: LinearMemory,
  poison: boolean,
): Backend {
  const staging = new Staging(memory);
  const bound: Record<string, Bound> = {};
  for (const declaration of declarations) bound[declaration.name] = bind(declaration, exports[declaration.name], memory, staging);
  // An emitted kernel takes what `Kernels` says of its name; the few that take options as an object or a word are adapted to it.
  const kernels = { ...jsKernels, ...(bound as Partial<Kernels>) };
  const scratch = new ScratchPaths(memory, poison);
  const buffers: Buffers = { alloc: (length) => memory.alloc(length), scratch: (length) => scratch.take(length) };
  for (const { adapt } of kernelFamilies) if (adapt) Object.assign(kernels, adapt(bound, kernels, buffers));
  return {
    name,
    kernels,
    ...buffers,
    scope: (work) => scratch.scope(work),
    stats: () => ({ permanentBytes: memory.permanentBytes, spills: memory.spills, stagedCalls: staging.calls }),
  };
}

/** Whether the platform accepts an instruction on vectors. */
function supports(api: WebAssemblyApi, instruction: (x: Value<'v128'>) => Value<'v128'>): boolean {
  const m = new ModuleBuilder({ relaxed: false });
  m.kernel('probe', { x: 'out' }, (f, { x }) => f.store(x, instruction(v128.load(x))));
  return api.validate(m.finish().bytes);
}

/** Whether a failure means `not here`: a policy against compiling, or no room for the memory. A module that is wrong is our mistake. */
function isRefusal(api: WebAssemblyApi, error: unknown, bytes: Uint8Array<ArrayBuffer>): boolean {
  const name = error instanceof Error ? error.name : '';
  return name === 'RangeError' || name === 'EvalError' || name === 'SecurityError' || (name === 'CompileError' && api.validate(bytes));
}

function checkSize(name: string, bytes: number): void {
  if (!Number.isInteger(bytes) || bytes <= 0 || bytes > 2 ** 32) {
    throw new RangeError(`createWasmBackend: ${name} must be a whole number in 1…4294967296; got ${bytes}`);
  }
}
