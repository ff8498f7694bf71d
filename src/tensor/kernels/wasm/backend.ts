// The WebAssembly backend: all tensors in one linear memory, and the kernels that were worth emitting laid over the JavaScript
// set. Same seed, same bytes, on every machine and engine, unless fastMath says that the last bits do not matter.

import type { Backend } from '../../backend.ts';
import { f32x4, type Value, v128 } from './expressions.ts';
import { declareFamily } from './families.ts';
import type { KernelFamily } from './family.ts';
import { type KernelDeclaration, ModuleBuilder } from './module.ts';
import { Room } from './room.ts';
import { createBackend } from './rooms.ts';
import { createTable, share } from './shared-functions.ts';
import { mostThreads } from './threads/control-block.ts';
import type { ThreadReport } from './threads/pool.ts';
import { alone, prepareTeam, type ThreadOptions } from './threads/team.ts';
import { isRefusal, type WasmMemory, webAssembly } from './webassembly.ts';

export interface WasmBackendOptions {
  /** How much memory to reserve, 256 MiB by default, in whole pages of 64 KiB. Pages cost nothing until they are written. */
  readonly memoryBytes?: number;
  /** How much of it holds copies of buffers that live outside: a quarter by default, 32 MiB at most. */
  readonly stagingBytes?: number;
  /**
   * Begin with 24 MiB, which starts sooner, and move on to `memoryBytes` as soon as that does not suffice or parameters are made. No
   * effect with threads. Default false; the backend of a program that chooses none does so.
   */
  readonly beginSmall?: boolean;
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

/** From 32 MiB on, V8 collects garbage whenever an array is made, from 64 MiB on at once. */
const smallBytes = 24 * MiB;

/**
 * A WebAssembly backend with a memory of its own; null where there is no SIMD, where the page's policy forbids to compile, or
 * where the memory cannot be reserved. Throws RangeError for sizes that are none.
 */
export function createWasmBackend(options: WasmBackendOptions = {}): WasmBackend | null {
  const { memoryBytes = 256 * MiB, beginSmall = false, fastMath = false, poison = false, threads = 1 } = options;
  const stagingOf = (bytes: number): number => options.stagingBytes ?? Math.min(32 * MiB, bytes / 4);
  checkSize('memoryBytes', memoryBytes);
  checkSize('stagingBytes', stagingOf(memoryBytes));
  const wanted = typeof threads === 'number' ? { count: threads } : threads;
  checkThreads(wanted.count);
  const api = webAssembly();
  const probe = probeOf((x) => f32x4.add(x, x)); // refused by an engine without vectors, and by a policy against compiling
  if (api === undefined || unlessRefused(() => new api.Module(probe)) === null) return null;
  const relaxed = fastMath && api.validate(probeOf((x) => f32x4.relaxed_madd(x, x, x)));
  const pages = Math.ceil(memoryBytes / pageBytes);
  const team = wanted.count > 1 ? prepareTeam(wanted, { relaxed, sharedPages: pages }) : alone;
  const reserve = (count: number): WasmMemory => new api.Memory({ initial: count, maximum: count, shared: team.shared });
  const movesOn = beginSmall && !team.shared && memoryBytes > smallBytes;
  const beginBytes = movesOn ? smallBytes : memoryBytes;
  const memory = unlessRefused(() => reserve(Math.ceil(beginBytes / pageBytes)));
  if (memory === null) return null;
  const { divide, ...joined } = team.join(memory);
  const compiled = new Map<KernelFamily, ReturnType<typeof compile>>();
  const compile = (family: KernelFamily): { readonly kernels: readonly KernelDeclaration[]; readonly module: object } => {
    const builder = declareFamily(family, { relaxed, sharedPages: team.shared ? pages : undefined });
    return { kernels: builder.kernels, module: new api.Module(builder.finish()) };
  };
  const open = (on: WasmMemory, bytes: number): Room => {
    const table = createTable(api);
    return new Room(on, { workspaceEnd: team.end, stagingBytes: stagingOf(bytes), poison }, (family) => {
      const found = compiled.get(family) ?? compile(family);
      compiled.set(family, found);
      const { exports } = new api.Instance(found.module, { host: { memory: on, table } });
      share(table, exports);
      return { kernels: found.kernels, exports: divide(exports) };
    });
  };
  const openLarger = (): Room | null => {
    const larger = movesOn ? unlessRefused(() => reserve(pages)) : null;
    return larger && open(larger, memoryBytes);
  };
  return { ...createBackend(relaxed ? 'wasm-relaxed' : 'wasm', open(memory, beginBytes), openLarger), ...joined };
}

/** What the work gives; null where the platform refuses it. */
function unlessRefused<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
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
