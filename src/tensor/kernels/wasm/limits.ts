// What this machine can do at best, for kernels to be compared with: loops that only multiply and add, in registers, and some that
// only move numbers through memory. They are emitted like the kernels, so that the engine's compiler is the same for all.

import { advance, type Code, type Local } from './code.ts';
import { f32x4, lanes, sumOfLanes, v128 } from './expressions.ts';
import { ModuleBuilder } from './module.ts';
import { isRefusal, type WasmFunction, type WasmMemory, webAssembly } from './webassembly.ts';

/** A loop to be timed by whoever has a clock. */
export interface LimitLoop {
  readonly name: string;
  /** Operations in one run, or bytes read and written. */
  readonly amount: number;
  readonly unit: 'FLOP' | 'B';
  /** Does it once. The number depends on what was computed. */
  run(): number;
  /** What `run` returns, up to rounding. */
  readonly expected: number;
}

const pageBytes = 65536;
const rounds = 5000;
const factor = 0.999;
const summand = 0.001;

/**
 * s ← s·c + d on vectors of four floats, in 8, 10 and 12 independent chains: how many hide the latency is up to the processor, and
 * the fastest counts. `fused` rounds once instead of twice. Empty where the engine has no such instructions.
 */
export function multiplyAddLoops(options: { readonly fused?: boolean } = {}): readonly LimitLoop[] {
  const { fused = false } = options;
  return [8, 10, 12].flatMap((chains): LimitLoop[] => {
    const m = new ModuleBuilder({ relaxed: fused });
    m.kernel(
      'loop',
      {},
      (f, { length }) => {
        const [c, d] = [f.let(lanes(factor)), f.let(lanes(summand))];
        const sums = Array.from({ length: chains }, (_, n) => f.let(lanes(n)));
        f.repeat(length, () => {
          for (const s of sums) s.set(f.multiplyAdd(s, c, d));
        });
        for (const s of sums.slice(1)) sums[0].set(f32x4.add(sums[0], s));
        f.give(sumOfLanes(sums[0]));
      },
      'f32',
    );
    const loop = instantiate(m, 1)?.exports['loop'];
    if (loop === undefined) return [];
    // After n rounds, a chain that began at s₀ holds cⁿs₀ + d(1 − cⁿ)/(1 − c); the chains begin at 0, 1, 2, …
    const power = Math.fround(factor) ** rounds;
    const fixed = Math.fround(summand) / (1 - Math.fround(factor));
    const expected = 4 * ((power * chains * (chains - 1)) / 2 + chains * fixed * (1 - power));
    const name = `${fused ? 'fused ' : ''}s·c + d on four lanes, ${chains} chains`;
    return [{ name, amount: 2 * 4 * chains * rounds, unit: 'FLOP', run: () => loop(rounds), expected }];
  });
}

/**
 * The triad out ← x·c + y of the STREAM benchmark on three arrays of that many floats, a multiple of 16: how fast numbers come from
 * memory, or from the cache that they fit in, and go back. Null where the engine has no vectors or the memory is refused.
 */
export function streamLoop(floats: number): LimitLoop | null {
  checkFloats('streamLoop', floats);
  return memoryLoop({ name: 'out ← x·c + y', floats, begin: [0, 2, 3], touched: 3, expected: 2 * factor + 3 }, (f, [out, x, y]) => {
    const c = f.let(lanes(factor));
    return (at) => f.store(out, f.multiplyAdd(v128.load(x, at), c, v128.load(y, at)), at);
  });
}

/**
 * x ← x·c + y for three arrays x: what a step of Adam reads and writes, with next to no arithmetic. That many floats in each, a
 * multiple of 16; null as above. Faster than the triad, for what is written has been read, and need not be fetched to be overwritten.
 */
export function updateLoop(floats: number): LimitLoop | null {
  checkFloats('updateLoop', floats);
  const name = 'x ← x·c + y, three x';
  return memoryLoop({ name, floats, begin: [2, 2, 2, 1], touched: 7, expected: 2 }, (f, [p, m, v, y]) => {
    const c = f.let(lanes(0.5)); // so that x stays 2
    return (at) => {
      const summand = f.let(v128.load(y, at));
      for (const x of [p, m, v]) f.store(x, f.multiplyAdd(v128.load(x, at), c, summand), at);
    };
  });
}

function checkFloats(who: string, floats: number): void {
  if (!Number.isInteger(floats) || floats <= 0 || floats % 16 !== 0) {
    throw new RangeError(`${who}: floats must be a positive multiple of 16; got ${floats}`);
  }
}

interface MemoryLoop {
  readonly name: string;
  readonly floats: number;
  /** What each array is filled with. */
  readonly begin: readonly number[];
  /** How many floats are read and written for each of an array. */
  readonly touched: number;
  /** The last number of the first array after a run. */
  readonly expected: number;
}

/** A loop over arrays, 64 bytes of each at a time. `emit` emits its constants and returns what emits the work on the vectors at an offset. */
function memoryLoop(
  { name, floats, begin, touched, expected }: MemoryLoop,
  emit: (f: Code, arrays: readonly Local<'i32'>[]) => (at: number) => void,
): LimitLoop | null {
  const m = new ModuleBuilder({ relaxed: false });
  m.kernel('loop', Object.fromEntries(begin.map((_, n) => [`x${n}`, 'out' as const])), (f, { length, ...addresses }) => {
    const arrays = Object.values(addresses);
    const work = emit(f, arrays);
    f.for(0, length, 16, () => {
      for (let at = 0; at < 64; at += 16) work(at);
      for (const address of arrays) advance(address, 64);
    });
  });
  const bytes = 4 * floats;
  const starts = begin.map((_, n) => n * (bytes + 1024)); // a little apart, so that equal places do not share a cache set
  const compiled = instantiate(m, Math.ceil((starts.length * (bytes + 1024)) / pageBytes));
  if (compiled === null) return null;
  const { memory, exports } = compiled;
  const arrays = starts.map((start, n) => new Float32Array(memory.buffer, start, floats).fill(begin[n]));
  const run = (): number => {
    exports['loop'](...starts, floats);
    return arrays[0][floats - 1];
  };
  return { name, amount: touched * bytes, unit: 'B', run, expected };
}

interface Compiled {
  readonly exports: Readonly<Record<string, WasmFunction>>;
  readonly memory: WasmMemory;
}

/** A module with a memory of its own; null where the engine refuses the instructions or the memory. */
function instantiate(m: ModuleBuilder, pages: number): Compiled | null {
  const api = webAssembly();
  const bytes = m.finish();
  if (!api?.validate(bytes)) return null;
  try {
    const memory = new api.Memory({ initial: pages, maximum: pages });
    return { memory, exports: new api.Instance(new api.Module(bytes), { host: { memory } }).exports };
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}
