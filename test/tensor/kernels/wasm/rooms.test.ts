// The backend of a program that chooses none begins in a small memory and moves on to a larger one. Nobody sees it but by the time a start
// takes: numbers are the same before, after, and between.

import { expect, test, vi } from 'vitest';
import type { Backend } from '../../../../src/tensor/backend.ts';
import { createWasmBackend } from '../../../../src/tensor/kernels/wasm/backend.ts';
import { matmul } from '../../../../src/tensor/ops/affine.ts';
import { parameter, type Tensor, tensor, zeros } from '../../../../src/tensor/tensor.ts';
import { withBackend } from '../../../support/double-precision-backend.ts';
import { platform } from './platform.ts';

const MiB = 2 ** 20;
const plain = { transposeA: false, transposeB: false, accumulate: false };

function create(): Backend {
  const created = createWasmBackend({ beginSmall: true });
  if (created === null) throw new Error('these tests need WebAssembly with SIMD');
  return created;
}

const bytesOfMemory = (buffer: Float32Array): number => buffer.buffer.byteLength;

test('a tensor begins in 24 MiB, parameters are in 256', () => {
  const on = create();
  withBackend(on, () => {
    expect(bytesOfMemory(zeros([3]).data)).toBe(24 * MiB);
    expect(bytesOfMemory(parameter([1, 2]).data)).toBe(256 * MiB);
    expect(bytesOfMemory(zeros([3]).data)).toBe(256 * MiB);
  });
  expect(on.stats().spills).toBe(0);
});

test('a buffer for which the first memory is too small is in the second, and counts as no spill', () => {
  const on = create();
  expect(bytesOfMemory(on.alloc(100))).toBe(24 * MiB);
  expect(bytesOfMemory(on.alloc((24 * MiB) / 4))).toBe(256 * MiB);
  expect(on.stats()).toMatchObject({ spills: 0, permanentBytes: 24 * MiB + 448 });
});

test('what was made before serves kernels as before: the same numbers, by copies', () => {
  const on = create();
  withBackend(on, () => {
    const values = (from: number): Tensor =>
      tensor(
        Array.from({ length: 20 * 20 }, (_, i) => Math.sin(from + i)),
        [20, 20],
      );
    const [x, y] = [values(1), values(2)];
    const { gemm } = on.kernels;
    const expected = matmul(x, y).data.slice();
    const staged = on.stats().stagedCalls;
    on.makeRoom();
    expect(matmul(x, y).data).toEqual(expected);
    expect(matmul(x, values(2)).data).toEqual(expected);
    const out = on.alloc(400);
    gemm(out, x.data, y.data, 20, 20, 20, plain); // a kernel that somebody kept from before
    expect(out).toEqual(expected);
    expect(on.stats().stagedCalls).toBe(staged + 3);
  });
});

test('a kernel that was kept from before its first call, and before the move, is that of the second memory', () => {
  const on = create();
  const { add } = on.kernels;
  on.makeRoom();
  const [out, x] = [on.alloc(2), on.alloc(2).fill(3)];
  for (const run of [add, on.kernels.add, add]) run(out, x, x);
  expect([...out]).toEqual([6, 6]);
  expect(on.stats().stagedCalls).toBe(0);
});

test('a call that the first memory cannot hold is done in the second', () => {
  const on = create();
  const length = (9 * MiB) / 4; // three of these
  const out = new Float32Array(length);
  on.kernels.mul(out, new Float32Array(length).fill(2), new Float32Array(length).fill(3));
  expect(out.every((x) => x === 6)).toBe(true);
  expect(bytesOfMemory(on.alloc(1))).toBe(256 * MiB);
});

test('a scope in which the first memory did not suffice is followed by scopes in the second; and one may move on inside', () => {
  const on = create();
  const take = (): number => bytesOfMemory(on.scratch((20 * MiB) / 4));
  expect(on.scope(take)).toBe(20 * MiB); // an ordinary array
  expect(on.scope(take)).toBe(256 * MiB);
  expect(on.stats().spills).toBe(1);
  const other = create();
  const sizes = other.scope(() => {
    const before = bytesOfMemory(other.scratch(10));
    other.makeRoom();
    return `${before} ${bytesOfMemory(other.scratch(10))} ${bytesOfMemory(other.alloc(10))}`;
  });
  expect(sizes).toBe(`${24 * MiB} 40 ${256 * MiB}`); // scratch belongs to the scope that was opened before, so it is an ordinary array
  expect(other.scope(() => bytesOfMemory(other.scratch(10)))).toBe(256 * MiB);
});

test('where the larger memory is refused, the first one goes on, and spills', () => {
  const { validate, Module, Instance, Memory, Table } = platform;
  const most = { initial: (24 * MiB) / 65536 };
  const limited = new Proxy(Memory, {
    construct(target, given: [{ initial: number }]) {
      if (given[0].initial > most.initial) throw new RangeError('refused');
      return Reflect.construct(target, given) as object;
    },
  });
  vi.stubGlobal('WebAssembly', { validate, Module, Instance, Memory: limited, Table });
  try {
    const on = create();
    on.makeRoom();
    expect(bytesOfMemory(on.alloc(10))).toBe(24 * MiB);
    expect(on.alloc((24 * MiB) / 4).every((x) => x === 0)).toBe(true);
    expect(on.stats().spills).toBe(1);
  } finally {
    vi.unstubAllGlobals();
  }
});
