// Where 32 bits would show if the emitted kernels were written without care: rows far from zero, long sums, large and tiny numbers.

import { describe, expect, test } from 'vitest';
import { jsKernels } from '../../../../src/tensor/kernels/js/index.ts';
import { createWasmBackend } from '../../../../src/tensor/kernels/wasm/backend.ts';
import { expectClose } from '../../../support/tolerance.ts';

const wasm = createWasmBackend({ memoryBytes: 2 ** 24 });
if (wasm === null) throw new Error('these tests need WebAssembly with SIMD');
const { kernels } = wasm;

test('layerNorm keeps the digits of rows far from zero', () => {
  for (const n of [3, 50, 120]) {
    const x = Float32Array.from({ length: n }, (_, i) => 100_000 + ((i * 37) % 64) / 64);
    const [gain, bias] = [new Float32Array(n).fill(1), new Float32Array(n)];
    const [out, expected] = [new Float32Array(n), new Float32Array(n)];
    const [stats, expectedStats] = [new Float32Array(2), new Float32Array(2)];
    kernels.layerNorm(out, stats, x, gain, bias, 1, n, 1e-5);
    jsKernels.layerNorm(expected, expectedStats, x, gain, bias, 1, n, 1e-5);
    expectClose('out', out, expected, 1e-6 * n);
    expectClose('stats', stats, expectedStats, 1e-5);
  }
});

test('the sum of a million equal floats loses next to nothing', () => {
  const [x, out] = [wasm.alloc(1_000_000).fill(0.1), wasm.alloc(1)];
  kernels.sumAxis(out, x, 1, x.length, 1, 1);
  expectClose('sum', out, [100_000], 0.02); // 32 floats are summed in 32 bits: 2⁻²⁴ · 3 of the sum
});

test('sumOfSquares does not overflow or lose small terms where float32 would', () => {
  expect(kernels.sumOfSquares(Float32Array.of(3, 4))).toBe(25);
  expect(kernels.sumOfSquares(new Float32Array(0))).toBe(0);
  expect(kernels.sumOfSquares(Float32Array.of(2 ** 100))).toBe(2 ** 200);
  expect(kernels.sumOfSquares(Float32Array.of(2 ** 13, 2 ** -12))).toBe(2 ** 26 + 2 ** -24);
});

describe('adam', () => {
  const step = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, correction1: 1, correction2: 1, l2: 0, shrink: 1 };

  test('takes 1 − β of the β it was given, not of one rounded to 32 bits', () => {
    const [p, m, v, g] = [Float32Array.of(0), Float32Array.of(0), Float32Array.of(0), Float32Array.of(1)];
    kernels.adam(p, m, v, null, g, { ...step, beta2: 0.99999 });
    expect(v[0]).toBe(Math.fround(1 - 0.99999));
  });

  test('averages without gradient end at 0 instead of below the smallest normal number', () => {
    const [p, m, v, g] = [1, 2 ** -120, 2 ** -126, 0].map((value) => new Float32Array(7).fill(value));
    for (let i = 0; i < 100; i++) kernels.adam(p, m, v, null, g, step);
    expect([...m, ...v]).toEqual(new Array(14).fill(0));
    kernels.adam(p, m, v, null, new Float32Array(7).fill(Number.NaN), step);
    expect([...p, ...m, ...v].every(Number.isNaN)).toBe(true);
  });
});
