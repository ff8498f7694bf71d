// Starting, ending and losing workers. They are real ones; what goes wrong in them is a kernel of ours that never returns, or fails.

import { afterEach, describe, expect, test, vi } from 'vitest';
import { createWasmBackend, type WasmBackend } from '../../../../../src/tensor/kernels/wasm/backend.ts';
import { i32 } from '../../../../../src/tensor/kernels/wasm/expressions.ts';
import { ModuleBuilder, workspaceEnd } from '../../../../../src/tensor/kernels/wasm/module.ts';
import { controlBytes } from '../../../../../src/tensor/kernels/wasm/threads/control-block.ts';
import { ThreadPool } from '../../../../../src/tensor/kernels/wasm/threads/pool.ts';
import { platformWorkers, type StartedWorker, type StartWorker } from '../../../../../src/tensor/kernels/wasm/threads/workers.ts';
import { platform } from '../platform.ts';

const found = platformWorkers();
if (found === undefined) throw new Error('these tests need workers');
const start: StartWorker = found;

const control = workspaceEnd;

type Fate = 'works' | 'fails' | 'never returns';

/** A kernel that writes a number to n places, or comes to another end. */
function emitKernel(m: ModuleBuilder, fate: Fate): void {
  m.kernel('fill', { out: 'out', n: 'i32' }, (f, { out, n }) => {
    if (fate === 'fails') f.let(i32.div_u(n, 0));
    if (fate === 'never returns') f.doWhile(1, () => {});
    f.for(0, n, 1, (i) => f.store(i32.add(out, i32.shl(i, 2)), i32.add(i, 1)));
  });
}

interface Lab {
  readonly pool: ThreadPool;
  readonly workers: readonly StartedWorker[];
  /** Runs a job of eight parts; each of the caller's waits until a worker has taken one. */
  work(): Int32Array;
}

/** A pool of one worker whose kernel has this fate, while the caller's works. */
async function lab(fate: Fate): Promise<Lab> {
  const memory = new platform.Memory({ initial: 12, maximum: 12, shared: true });
  const bytesFor = (end: Fate): Uint8Array<ArrayBuffer> => {
    const m = new ModuleBuilder({ relaxed: false, sharedPages: 12 });
    emitKernel(m, end);
    return m.finish();
  };
  const { fill } = new platform.Instance(new platform.Module(bytesFor('works')), { host: { memory } }).exports;
  const workers: StartedWorker[] = [];
  const left = new Int32Array(memory.buffer, control, 1);
  let own = 0;
  const pool = new ThreadPool(memory, control, {
    tasks: [{ memory, control: control, worker: 0, modules: [bytesFor(fate)], functions: ['fill'] }],
    start: (task, events) => {
      const worker = start(task, events);
      workers.push(worker);
      return worker;
    },
    operands: [3],
    always: true,
    patience: 100,
  });
  pool.setFunction(0, (...operands) => {
    own++;
    while (Atomics.load(left, 0) + own === 8);
    return fill(...operands);
  });
  await pool.ready;
  const out = new Int32Array(memory.buffer, control + controlBytes, 80);
  return {
    pool,
    workers,
    work() {
      own = 0;
      if (!pool.divides(1e9)) throw new Error('the job must be divided');
      const part = pool.begin(0, 1e9, 2, 80, 10);
      pool.operands(out.byteOffset, 80, 80);
      pool.step(0, 4 * part);
      pool.run();
      return out.slice();
    },
  };
}

const tens = Int32Array.from({ length: 80 }, (_, i) => 1 + (i % 10));

describe('a worker', () => {
  test('takes parts of a job', async () => {
    const { pool, work } = await lab('works');
    for (let i = 0; i < 100; i++) expect(work()).toEqual(tens);
    expect(pool.report).toEqual({ working: 2, helped: expect.any(Number), refused: null });
    expect(pool.report.helped).toBeGreaterThanOrEqual(100);
    pool.close();
  });

  test('that fails at its part is an error, at once and from then on', async () => {
    const { pool, work } = await lab('fails');
    const message = 'threads: every worker must do its part; worker 1 failed. What the kernel was to write is undefined';
    expect(work).toThrow(message);
    expect(work).toThrow(message);
    pool.close();
    expect(pool.divides(1e9)).toBe(false);
  });

  test('that does not answer is an error, not a hang', async () => {
    const { pool, work } = await lab('never returns');
    expect(work).toThrow('worker 1 stopped answering');
    expect(pool.report.working).toBe(1);
    pool.close();
  });

  test('that ends between two jobs is an error at the next', async () => {
    const { pool, work, workers } = await lab('works');
    work();
    await Promise.all(workers.map((worker) => worker.terminate()));
    await new Promise((resolve) => setImmediate(resolve));
    expect(work).toThrow(/worker 1 has ended: it ended with exit code/);
    pool.close();
  });
});

describe('threads of a backend', () => {
  afterEach(() => void vi.unstubAllGlobals());

  const create = (count = 2): WasmBackend => {
    const created = createWasmBackend({ memoryBytes: 2 ** 24, threads: { count, always: true } });
    if (created === null) throw new Error('these tests need WebAssembly with SIMD');
    return created;
  };
  /** A product large enough to be divided, of ones: every number of it is 100. */
  const product = ({ kernels, alloc }: WasmBackend): Float32Array => {
    const [out, a, b] = [alloc(200 * 200), alloc(200 * 100).fill(1), alloc(100 * 200).fill(1)];
    kernels.gemm(out, a, b, 200, 200, 100, { transposeA: false, transposeB: false, accumulate: false });
    return out;
  };
  const expectToWorkAlone = (on: WasmBackend, reason: RegExp): void => {
    expect(on.threads()).toEqual({ working: 1, helped: expect.any(Number), refused: expect.stringMatching(reason) });
    expect(product(on).every((x) => x === 100)).toBe(true);
  };

  test('are counted while they work, and not after they are closed', async () => {
    const on = create(3);
    await on.ready;
    expect(on.threads()).toEqual({ working: 3, helped: 0, refused: null });
    expect(product(on).every((x) => x === 100)).toBe(true);
    on.close();
    expectToWorkAlone(on, /^the threads were closed$/);
  });

  test('that are closed before they start leave no one waiting', async () => {
    const on = create();
    on.close();
    await on.ready;
    expectToWorkAlone(on, /closed/);
  });

  test('are refused where memory cannot be shared, and where a thread may not wait', () => {
    vi.stubGlobal('SharedArrayBuffer', undefined);
    expectToWorkAlone(create(), /^there is no SharedArrayBuffer here: a page must be served with Cross-Origin-Opener-Policy: same-origin/);
    vi.unstubAllGlobals();
    const wait = (): never => {
      throw new TypeError('Atomics.wait cannot be called in this context');
    };
    vi.stubGlobal('Atomics', { wait });
    expectToWorkAlone(create(), /^this thread may not wait for others: a page must make its backend in a worker$/);
  });

  test('are refused where there are no workers, or these cannot start', async () => {
    vi.stubGlobal('process', undefined);
    vi.stubGlobal('Worker', undefined);
    expectToWorkAlone(create(), /^there are no workers here$/);
    vi.stubGlobal('process', {
      getBuiltinModule: () => ({
        Worker: class {
          constructor() {
            throw new Error('forbidden');
          }
        },
      }),
    });
    const on = create();
    await on.ready;
    expectToWorkAlone(on, /^worker 1 did not start: Error: forbidden$/);
  });

  test('are 1 to 16', () => {
    for (const count of [0, 17, 1.5]) {
      expect(() => createWasmBackend({ threads: count })).toThrow(
        new RangeError(`createWasmBackend: threads must be a whole number in 1…16; got ${count}`),
      );
    }
  });

  test('are none unless asked for', () => {
    const on = createWasmBackend({ memoryBytes: 2 ** 20 });
    expect(on?.threads()).toEqual({ working: 1, helped: 0, refused: null });
    expect(on?.alloc(1).buffer).toBeInstanceOf(ArrayBuffer);
  });
});
