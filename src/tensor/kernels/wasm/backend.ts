// The WebAssembly backend: all tensors in one linear memory, and the kernels that were worth emitting laid over the JavaScript
// set. Same seed, same bytes, on every machine and engine, unless fastMath says that the last bits do not matter.

import type { Backend } from '../../backend.ts';
import { jsKernels } from '../js/index.ts';
import type { Kernels } from '../kernels.ts';
import { type Bound, bind } from './bind.ts';
import { f32x4, type Value, v128 } from './expressions.ts';
import { declareFamily, kernelFamilies } from './families.ts';
import type { Buffers, KernelFamily } from './family.ts';
import { LinearMemory } from './memory.ts';
import { type KernelDeclaration, ModuleBuilder } from './module.ts';
import { ScratchPaths } from './scratch-paths.ts';
import { Staging } from './staging.ts';
import { mostThreads } from './threads/control-block.ts';
import type { ThreadReport } from './threads/pool.ts';
import { alone, prepareTeam, type ThreadOptions } from './threads/team.ts';
import { isRefusal, type WasmFunction, type WasmMemory, webAssembly } from './webassembly.ts';

export interface WasmBackendOptions {
  /** How much memory to reserve, 256 MiB by default, in whole pages of 64 KiB. Pages cost nothing until they are written. */
  readonly memoryBytes?: number;
  /** How much of it holds copies of buffers that live outside, 32 MiB by default. */
  readonly stagingBytes?: number;
  /** Fuse multiplications with additions where the engine can. Faster; the last bits then depend on the machine. Default false. */
  readonly fastMath?: boolean;
  /** Fill scratch with NaN as its scope closes: slower, and shows every tensor that was kept too long. Default false. */
  readonly poison?: boolean;
  /**
   * How many threads may share the work of a kernel, the caller's own included; 1 by default, 16 at most. Results are the same
   * bytes whatever it is. Large kernels are divided once the others have started, and while they run beside the caller.
   */
  readonly threads?: number | ThreadOptions;
}

export interface WasmBackend extends Backend {
  /** Settles when the other threads have started, or were refused. */
  readonly ready: Promise<void>;
  /** How many threads share the work now, and why there will be no others if so. */
  threads(): ThreadReport;
  /** Ends the other threads; the backend goes on with one. Whoever asked for threads and drops the backend should call it. */
  close(): void;
}

const pageBytes = 65536;
const MiB = 2 ** 20;

/**
 * A WebAssembly backend with a memory of its own; null where there is no SIMD, where the page's policy forbids to compile, or
 * where the memory cannot be reserved. Throws RangeError for sizes that are none.
 */
export function createWasmBackend(options: WasmBackendOptions = {}): WasmBackend | null {
  const { memoryBytes = 256 * MiB, stagingBytes = Math.min(32 * MiB, memoryBytes / 4) } = options;
  const { fastMath = false, poison = false, threads = 1 } = options;
  checkSize('memoryBytes', memoryBytes);
  checkSize('stagingBytes', stagingBytes);
  const wanted = typeof threads === 'number' ? { count: threads } : threads;
  checkThreads(wanted.count);
  const api = webAssembly();
  const probe = probeOf((x) => f32x4.add(x, x));
  if (!api?.validate(probe)) return null;
  const relaxed = fastMath && api.validate(probeOf((x) => f32x4.relaxed_madd(x, x, x)));
  const pages = Math.ceil(memoryBytes / pageBytes);
  const team = wanted.count > 1 ? prepareTeam(wanted, { relaxed, sharedPages: pages }) : alone;
  let memory: WasmMemory;
  try {
    memory = new api.Memory({ initial: pages, maximum: pages, shared: team.shared });
    new api.Module(probe); // what a policy forbids, it forbids now
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
  const linear = new LinearMemory(memory, team.end, stagingBytes);
  const { divide, ...joined } = team.join(memory);
  const instantiate = (family: KernelFamily): EmittedFamily => {
    const module = declareFamily(family, { relaxed, sharedPages: team.shared ? pages : undefined });
    const { exports } = new api.Instance(new api.Module(module.finish()), { host: { memory } });
    return { kernels: module.kernels, exports: divide(exports) };
  };
  return { ...assemble(relaxed ? 'wasm-relaxed' : 'wasm', instantiate, linear, poison), ...joined };
}

interface EmittedFamily {
  readonly kernels: readonly KernelDeclaration[];
  readonly exports: Readonly<Record<string, WasmFunction>>;
}

function assemble(name: string, instantiate: (family: KernelFamily) => EmittedFamily, memory: LinearMemory, poison: boolean): Backend {
  const staging = new Staging(memory);
  const scratch = new ScratchPaths(memory, poison);
  const buffers: Buffers = { alloc: (length) => memory.alloc(length), scratch: (length) => scratch.take(length) };
  const kernels: Kernels = { ...jsKernels };
  for (const family of kernelFamilies) {
    deferUntilCalled(kernels, family.provides, () => {
      const emitted = instantiate(family);
      const bound: Record<string, Bound> = {};
      for (const kernel of emitted.kernels) bound[kernel.name] = bind(kernel, emitted.exports[kernel.name], memory, staging);
      // An emitted kernel takes what `Kernels` says of its name; the few that take options as an object or a word are adapted to it.
      return { ...(bound as Partial<Kernels>), ...family.adapt?.(bound, kernels, buffers) };
    });
  }
  return {
    name,
    kernels,
    ...buffers,
    scoped: () => scratch.isOpen,
    expected: () => scratch.expected(),
    scope: (work) => scratch.scope(work),
    stats: () => ({ kernels: name, permanentBytes: memory.permanentBytes, spills: memory.spills, stagedCalls: staging.calls }),
  };
}

/** Puts kernels in their places as soon as one of them is called: a start pays for emitting and compiling what it uses. */
function deferUntilCalled(kernels: Kernels, names: readonly (keyof Kernels)[], load: () => Partial<Kernels>): void {
  const places = kernels as unknown as Record<string, Bound>; // what is put in a place is called as its name says
  let loaded: Record<string, Bound> | undefined;
  for (const name of names) {
    places[name] = (...given) => {
      if (loaded === undefined) {
        loaded = load() as unknown as Record<string, Bound>;
        for (const each of names) places[each] = loaded[each];
      }
      return loaded[name](...given); // whoever kept this function comes by again
    };
  }
}

/** A module that uses one instruction on vectors. */
function probeOf(instruction: (x: Value<'v128'>) => Value<'v128'>): Uint8Array<ArrayBuffer> {
  const m = new ModuleBuilder({ relaxed: false });
  m.kernel('probe', { x: 'out' }, (f, { x }) => f.store(x, instruction(v128.load(x))));
  return m.finish();
}

function checkThreads(threads: number): void {
  if (!Number.isInteger(threads) || threads < 1 || threads > mostThreads) {
    throw new RangeError(`createWasmBackend: threads must be a whole number in 1…${mostThreads}; got ${threads}`);
  }
}

function checkSize(name: string, bytes: number): void {
  if (!Number.isInteger(bytes) || bytes <= 0 || bytes > 2 ** 32) {
    throw new RangeError(`createWasmBackend: ${name} must be a whole number in 1…4294967296; got ${bytes}`);
  }
}
