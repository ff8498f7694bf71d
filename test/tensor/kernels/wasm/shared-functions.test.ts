// Modules that call each other's functions, and how few of them a product needs.

import { afterEach, expect, test, vi } from 'vitest';
import type { GemmOptions } from '../../../../src/tensor/kernels/kernels.ts';
import { createWasmBackend } from '../../../../src/tensor/kernels/wasm/backend.ts';
import { resultWith } from '../../../../src/tensor/kernels/wasm/code.ts';
import { i32 } from '../../../../src/tensor/kernels/wasm/expressions.ts';
import { ModuleBuilder } from '../../../../src/tensor/kernels/wasm/module.ts';
import { createTable, share, sharedFunctions } from '../../../../src/tensor/kernels/wasm/shared-functions.ts';
import { platform } from './platform.ts';

afterEach(() => void vi.restoreAllMocks());

test('a module calls another through the table, whichever is started first', () => {
  const parameters = { b: 'i32', bytes: 'i32' } as const;
  const memory = new platform.Memory({ initial: 1, maximum: 1 });
  const table = createTable(platform);
  const start = (m: ModuleBuilder) => new platform.Instance(new platform.Module(m.finish()), { host: { memory, table } }).exports;

  const caller = new ModuleBuilder({ relaxed: false });
  const difference = caller.elsewhere('allFinite', parameters, 'i32');
  const own = caller.function('own', parameters, (f, { b, bytes }) => f.give(i32.add(b, bytes)), 'i32');
  caller.kernel(
    'probe',
    { n: 'i32' },
    (f, { n }) => f.give(i32.mul(resultWith('i32', difference, { bytes: 2, b: n }), resultWith('i32', own, { b: n, bytes: 1 }))),
    'i32',
  );
  const { probe } = start(caller);
  expect(() => probe(0, 9)).toThrow(); // nothing lies there yet

  const callee = new ModuleBuilder({ relaxed: false });
  callee.shared('allFinite', parameters, (f, { b, bytes }) => f.give(i32.sub(b, bytes)), 'i32');
  share(table, start(callee));
  expect(probe(0, 9)).toBe((9 - 2) * (9 + 1));
});

test('every shared function has one place', () => {
  expect(new Set(sharedFunctions).size).toBe(sharedFunctions.length);
});

test('a product of whole panels is one module, and others follow as sizes and zeros ask for them', () => {
  const compiled = vi.spyOn(platform, 'Module');
  const backend = createWasmBackend({ memoryBytes: 2 ** 23 });
  if (backend === null) throw new Error('this platform must have WebAssembly');
  const options: GemmOptions = { transposeA: false, transposeB: false, accumulate: false };
  const modules = (M: number, N: number, K: number, value: number, more: Partial<GemmOptions> = {}): number => {
    const [out, a, b] = [backend.alloc(M * N), backend.alloc(M * K).fill(value), backend.alloc(K * N).fill(1)];
    const before = compiled.mock.calls.length;
    backend.kernels.gemm(out, a, b, M, N, K, { ...options, ...more });
    expect(new Set(out)).toEqual(new Set([K * value]));
    return compiled.mock.calls.length - before;
  };
  expect(modules(64, 64, 64, 1)).toBe(1);
  expect(modules(32, 16, 100, 1, { transposeA: true })).toBe(0);
  expect(modules(64, 68, 64, 1)).toBe(1); // a panel of four columns
  expect(modules(64, 64, 64, 1, { transposeB: true })).toBe(1); // a copy of b
  expect(modules(64, 67, 64, 1)).toBe(0); // both
  expect(modules(64, 64, 64, 0)).toBe(1); // zeros, to be skipped from now on
  expect(modules(64, 64, 64, 0)).toBe(0);
  expect(modules(1, 64, 64, 1)).toBe(1); // one row
  expect(modules(64, 2, 64, 1)).toBe(1); // few columns, with what has been started
});
