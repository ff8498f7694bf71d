// Products that skip zeros, against the JavaScript ones and against products that skip none: sizes around the 32 rows and columns from
// which zeros are looked for, panels of 16 columns, blocks of 32 rows, stretches of 256 k, slabs of 512 columns, b copied and in place.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Backend } from '../../../../src/tensor/backend.ts';
import { jsKernels } from '../../../../src/tensor/kernels/js/index.ts';
import type { GemmOptions } from '../../../../src/tensor/kernels/kernels.ts';
import { createWasmBackend } from '../../../../src/tensor/kernels/wasm/backend.ts';
import { Rng } from '../../../../src/tensor/rng.ts';
import { expectClose } from '../../../support/tolerance.ts';
import { Places } from './places.ts';

const created = createWasmBackend({ memoryBytes: 2 ** 25, stagingBytes: 2 ** 23 });
if (created === null) throw new Error('these tests need WebAssembly with SIMD');
const wasm: Backend = created;
const places = new Places(wasm);

const problem = fc.record({
  size: fc.oneof(
    fc.tuple(fc.integer({ min: 30, max: 70 }), fc.integer({ min: 30, max: 100 }), fc.integer({ min: 0, max: 40 })),
    fc.constantFrom([128, 84, 120], [33, 130, 140], [40, 36, 259], [33, 530, 20], [35, 530, 40], [32, 48, 517]),
  ),
  options: fc.record<GemmOptions>({ transposeA: fc.boolean(), transposeB: fc.boolean(), accumulate: fc.boolean() }),
  density: fc.constantFrom(0, 0.1, 0.5, 0.7, 1),
  place: fc.constantFrom(...places.all),
  seed: fc.nat(1000),
});

/** Whole numbers, of which so many are not 0; some of the others are −0. Sums of their products are exact in 32 bits. */
function sparse(length: number, density: number, rng: Rng): Float32Array {
  return Float32Array.from({ length }, () => (rng.uniform() < density ? rng.integer(9) - 4 : rng.integer(2) === 0 ? 0 : -0));
}

describe('a product that skips zeros', () => {
  test('is the JavaScript product', () => {
    fc.assert(
      fc.property(problem, ({ size: [M, N, K], options, density, place, seed }) => {
        const rng = new Rng(seed);
        const [a, b, out] = [sparse(M * K, density, rng), sparse(K * N, 1, rng), sparse(M * N, 1, rng)];
        const expected = out.slice();
        jsKernels.gemm(expected, a, b, M, N, K, options);
        const [outW, aW, bW] = [out, a, b].map(place);
        wasm.kernels.gemm(outW, aW, bW, M, N, K, options);
        expectClose(`${M}×${N}×${K}`, outW, expected, 0);
        places.expectGuardsToHold();
      }),
      { numRuns: 150 },
    );
  });

  test('finds what it calls, whatever was multiplied before', () => {
    for (const N of [32, 80, 96, 112, 128]) {
      const fresh = createWasmBackend({ memoryBytes: 2 ** 22 });
      const [M, K, rng] = [33, 34, new Rng(N)];
      const [a, b] = [sparse(M * K, 0.5, rng), sparse(K * N, 1, rng)];
      const [expected, out] = [new Float32Array(M * N), new Float32Array(M * N)];
      jsKernels.gemm(expected, a, b, M, N, K, { transposeA: false, transposeB: false, accumulate: false });
      for (const call of ['in full', 'without zeros']) {
        fresh?.kernels.gemm(out.fill(Number.NaN), a, b, M, N, K, { transposeA: false, transposeB: false, accumulate: false });
        expectClose(`${N} columns, ${call}`, out, expected, 0);
      }
    }
  });

  test('is none where there are no terms, however long the rows of b would be', () => {
    const [M, N] = [32, 200_000]; // a row of b is longer than all that lies before b
    const small = createWasmBackend({ memoryBytes: 2 ** 25, stagingBytes: 2 ** 16 });
    if (small === null) return;
    const [out, nothing] = [small.alloc(M * N), small.alloc(0)];
    for (const call of ['first', 'second']) {
      small.kernels.gemm(out.fill(1), nothing, nothing, M, N, 0, { transposeA: false, transposeB: false, accumulate: false });
      expect(
        out.every((x) => x === 0),
        call,
      ).toBe(true);
    }
  });

  test('lets NaN and ∞ through, from either side', () => {
    const special = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1);
    fc.assert(
      fc.property(problem, special, special, fc.nat(), fc.nat(), ({ size: [M, N, K], options, density, seed }, x, y, i, j) => {
        const rng = new Rng(seed);
        const [a, b, out] = [sparse(M * K, density, rng), sparse(K * N, 1, rng), sparse(M * N, 1, rng)];
        if (a.length > 0) a[i % a.length] = x;
        if (b.length > 0) b[j % b.length] = y;
        const expected = out.slice();
        jsKernels.gemm(expected, a, b, M, N, K, options);
        const [outW, aW, bW] = [out, a, b].map(places.inMemory);
        wasm.kernels.gemm(outW, aW, bW, M, N, K, options);
        expectClose(`${M}×${N}×${K}`, outW, expected, 0);
      }),
      { numRuns: 50 },
    );
  });

  test('has the bits of its rows, which are too few to skip any', () => {
    const rng = new Rng(5);
    for (const [M, N, K] of [
      [128, 84, 120],
      [64, 64, 64],
      [40, 530, 20],
      [33, 128, 600],
    ]) {
      const number = (): number => rng.uniform(-1, 1);
      const x = places.inMemory(Float32Array.from({ length: M * K }, () => Math.max(0, number())));
      const w = places.inMemory(Float32Array.from({ length: K * N }, number));
      const bias = places.inMemory(Float32Array.from({ length: N }, number));
      const [whole, rows] = [wasm.alloc(M * N), wasm.alloc(M * N)];
      wasm.kernels.affine(whole, x, w, bias, M, N, K, 'relu');
      for (let i = 0; i < M; i += 10) {
        const end = Math.min(M, i + 10);
        wasm.kernels.affine(rows.subarray(i * N, end * N), x.subarray(i * K, end * K), w, bias, end - i, N, K, 'relu');
      }
      expect(Buffer.from(whole.slice().buffer).equals(Buffer.from(rows.slice().buffer))).toBe(true);
    }
  });
});
