import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Backend } from '../../../../src/tensor/backend.ts';
import { backend } from '../../../../src/tensor/current-backend.ts';
import { jsKernels } from '../../../../src/tensor/kernels/js/index.ts';
import type { Kernels } from '../../../../src/tensor/kernels/kernels.ts';
import { createWasmBackend, type WasmBackendOptions } from '../../../../src/tensor/kernels/wasm/backend.ts';
import { affine } from '../../../../src/tensor/ops/affine.ts';
import { Tensor, tensor } from '../../../../src/tensor/tensor.ts';
import { withBackend } from '../../../support/double-precision-backend.ts';
import { platform } from './platform.ts';

const MiB = 2 ** 20;

function create(options: WasmBackendOptions = {}): Backend {
  const created = createWasmBackend({ memoryBytes: MiB, ...options });
  if (created === null) throw new Error('these tests need WebAssembly with SIMD');
  return created;
}

describe('where it cannot be', () => {
  afterEach(() => void vi.unstubAllGlobals());
  const withPlatform = (changes: Partial<typeof platform>): Backend | null => {
    const { validate, Module, Instance, Memory, Table } = platform;
    vi.stubGlobal('WebAssembly', { validate, Module, Instance, Memory, Table, ...changes });
    return createWasmBackend({ memoryBytes: MiB });
  };
  const refusing = (name: string) =>
    class {
      constructor() {
        throw Object.assign(new Error('refused'), { name });
      }
    };

  test('null without WebAssembly', () => {
    vi.stubGlobal('WebAssembly', undefined);
    expect(createWasmBackend()).toBeNull();
  });

  test('null where vectors do not compile, the policy of the page forbids to compile, or the memory cannot be had', () => {
    for (const name of ['CompileError', 'EvalError', 'SecurityError']) expect(withPlatform({ Module: refusing(name) as never })).toBeNull();
    expect(withPlatform({ Memory: refusing('RangeError') as never })).toBeNull();
  });

  test('any other failure is an error', () => {
    expect(() => withPlatform({ Module: refusing('TypeError') as never })).toThrow('refused');
  });

  test('fastMath without relaxed SIMD is the ordinary module', () => {
    const isRelaxed = (bytes: Uint8Array): boolean =>
      bytes.some((byte, i) => byte === 0xfd && bytes[i + 1] === 0x85 && bytes[i + 2] === 0x02);
    const { validate, Module, Instance, Memory, Table } = platform;
    vi.stubGlobal('WebAssembly', {
      Module,
      Instance,
      Memory,
      Table,
      validate: (bytes: Uint8Array<ArrayBuffer>) => !isRelaxed(bytes) && validate(bytes),
    });
    expect(createWasmBackend({ memoryBytes: MiB, fastMath: true })?.name).toBe('wasm');
  });
});

test('sizes are checked', () => {
  expect(() => create({ memoryBytes: 0 })).toThrow(
    new RangeError('createWasmBackend: memoryBytes must be a whole number in 1…4294967296; got 0'),
  );
  expect(() => create({ stagingBytes: 1.5 })).toThrow('createWasmBackend: stagingBytes must be a whole number');
});

test('alloc and scratch give views of one memory inside scopes', () => {
  const on = create();
  const kept = on.alloc(5);
  on.scope(() => {
    expect(on.scratch(3).buffer).toBe(kept.buffer);
  });
  expect(on.stats()).toEqual({ kernels: 'wasm', permanentBytes: 64, spills: 0, stagedCalls: 0 });
});

describe('where a buffer lives changes no result', () => {
  const [M, N, K] = [40, 60, 50];
  const wave = (length: number, salt: number): Float32Array => Float32Array.from({ length }, (_, i) => Math.sin(i * salt));
  const product = (on: Backend, place: (numbers: Float32Array) => Float32Array): Float32Array => {
    const out = place(new Float32Array(M * N));
    on.kernels.affine(out, place(wave(M * K, 1.1)), place(wave(K * N, 0.7)), place(wave(N, 0.3)), M, N, K, 'relu');
    return out;
  };
  const placed = (on: Backend) => (numbers: Float32Array) => {
    const buffer = on.alloc(numbers.length);
    buffer.set(numbers);
    return buffer;
  };

  test('in linear memory, staged, or too large even for the staging space', () => {
    const on = create();
    const expected = product(on, placed(on)).slice();
    expect(on.stats().stagedCalls).toBe(0);
    expect(product(on, (numbers) => numbers)).toEqual(expected);
    expect(on.stats().stagedCalls).toBe(1);
    const tight = create({ stagingBytes: 64 });
    const bystanders = Array.from({ length: 10 }, (_, i) => tight.alloc(2000).fill(i));
    expect(product(tight, (numbers) => numbers)).toEqual(expected);
    expect(bystanders.every((buffer, i) => buffer.every((x) => x === i))).toBe(true);
    let first = true; // `out` in linear memory, where the copies are about to go, the rest outside
    expect(
      product(tight, (numbers) => {
        const result = first ? placed(tight)(numbers) : numbers;
        first = false;
        return result;
      }),
    ).toEqual(expected);
  });

  test('when memory is exhausted: the spills are counted', () => {
    const on = create();
    const expected = product(on, placed(on)).slice();
    const hoard: Float32Array[] = [];
    while (on.stats().spills === 0) hoard.push(on.alloc(4000));
    expect(product(on, placed(on))).toEqual(expected);
    expect(on.stats().spills).toBeGreaterThan(1);
    expect(on.stats().stagedCalls).toBe(1);
    expect(hoard.every((buffer) => buffer.every((x) => x === 0))).toBe(true);
  });

  test('buffers that no memory of this size can hold are an error', () => {
    const on = create();
    const huge = new Float32Array(300_000);
    const call = (): void =>
      on.kernels.gemm(huge, new Float32Array(300_000), new Float32Array(1), 300_000, 1, 1, {
        transposeA: false,
        transposeB: false,
        accumulate: false,
      });
    expect(call).toThrow(
      /^narrowProduct: buffers must fit the backend's memory together; got \d+ bytes for \d+\. Create it with more memoryBytes$/,
    );
  });

  test('a view made with subarray is found in memory', () => {
    const on = create();
    fc.assert(
      fc.property(fc.nat({ max: 9 }), fc.integer({ min: 1, max: 9 }), (from, length) => {
        const whole = on.alloc(20).fill(1);
        const part = whole.subarray(from, from + length);
        on.kernels.gemm(part, on.alloc(1).fill(2), on.alloc(length).fill(3), 1, length, 1, {
          transposeA: false,
          transposeB: false,
          accumulate: true,
        });
        expect([...whole]).toEqual([...whole].map((_, i) => (i >= from && i < from + length ? 7 : 1)));
      }),
    );
    expect(on.stats().stagedCalls).toBeGreaterThan(0); // once for each new view; it carries its address from then on
  });
});

test('as the current backend it serves ops', () => {
  withBackend(create(), () => {
    const out = affine(
      tensor([[1, 2]]),
      tensor([
        [1, 0],
        [0, 1],
      ]),
      tensor([10, -20]),
      'relu',
    ); // [1, 2]
    expect([...out.data]).toEqual([11, 0]);
    expect(backend().name).toBe('wasm');
    const heap = affine(
      new Tensor(Float32Array.of(1, 2), [1, 2]),
      tensor([
        [1, 0],
        [0, 1],
      ]),
      tensor([10, -20]),
    ); // [1, 2]
    expect([...heap.data]).toEqual([11, -18]);
  });
});

test('every kernel is emitted', () => {
  const { kernels } = create();
  const same = (Object.keys(jsKernels) as (keyof Kernels)[]).filter((name) => kernels[name] === jsKernels[name]);
  expect(same).toEqual([]);
});
