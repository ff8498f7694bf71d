// The emitted products against the JavaScript ones, on sizes around every blocking: vectors of 4, panels of 16 columns, tiles of
// 2, 4 and 8 rows, narrow products below 8 columns, stretches of 256 k, slabs of 512 columns, blocks of 32 rows, 512 rows of a
// narrow product at once.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Backend } from '../../../../src/tensor/backend.ts';
import { jsKernels } from '../../../../src/tensor/kernels/js/index.ts';
import type { Activation, GemmOptions } from '../../../../src/tensor/kernels/kernels.ts';
import { createWasmBackend } from '../../../../src/tensor/kernels/wasm/backend.ts';
import { expectClose } from '../../../support/tolerance.ts';

const created = createWasmBackend({ memoryBytes: 2 ** 24, stagingBytes: 2 ** 22 });
if (created === null) throw new Error('these tests need WebAssembly with SIMD');
const wasm: Backend = created;

const sizes = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64];
const plain: GemmOptions = { transposeA: false, transposeB: false, accumulate: false };
const everyOption: GemmOptions[] = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => ({
  transposeA: (bits & 1) !== 0,
  transposeB: (bits & 2) !== 0,
  accumulate: (bits & 4) !== 0,
}));

/** Small whole numbers, so that every sum is exact in float32 and results can be compared for equality. */
const integers = (count: number, salt: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => ((i * 7 + salt * 5) % 11) - 5);

type Place = (numbers: Float32Array) => Float32Array;
/** Where a buffer may live: aligned in linear memory, at any multiple of four bytes there, or elsewhere. */
const places: Record<string, Place> = {
  'in linear memory': (numbers) => {
    const buffer = wasm.alloc(numbers.length);
    buffer.set(numbers);
    return buffer;
  },
  'unaligned in linear memory, between guards': (numbers) => {
    const whole = wasm.alloc(numbers.length + 4).fill(123);
    const buffer = whole.subarray(3, 3 + numbers.length);
    buffer.set(numbers);
    kept.push(whole);
    return buffer;
  },
  'on the heap': (numbers) => numbers.slice(),
};
let kept: Float32Array[] = [];
const guardsHold = (): boolean => kept.every((whole) => [0, 1, 2, whole.length - 1].every((i) => whole[i] === 123));

describe('gemm is the JavaScript product, exactly where sums are exact', () => {
  for (const options of everyOption) {
    test(JSON.stringify(options), () => {
      for (const M of sizes) {
        for (const N of sizes) {
          for (const K of sizes) {
            const [a, b, before] = [integers(M * K, 1), integers(K * N, 2), integers(M * N, 3)];
            const expected = before.slice();
            jsKernels.gemm(expected, a, b, M, N, K, options);
            const [outW, aW, bW] = [before, a, b].map(Object.values(places)[(M + N + K) % 2]);
            wasm.kernels.gemm(outW, aW, bW, M, N, K, options);
            expectClose(`${M}×${N}×${K}`, outW, expected, 0);
            expect(guardsHold()).toBe(true);
            kept = [];
          }
        }
      }
    });
  }

  test('beyond every blocking', () => {
    for (const [M, N, K] of [
      [3, 17, 255],
      [9, 37, 256],
      [10, 18, 257],
      [33, 511, 40],
      [32, 512, 33],
      [65, 1042, 32],
      [40, 527, 259],
      [8, 41, 1100],
      [511, 3, 5],
      [512, 2, 9],
      [1030, 7, 4],
      [1, 33, 1025],
      [33, 130, 140],
    ]) {
      for (const options of everyOption) {
        const [a, b, before] = [integers(M * K, 1), integers(K * N, 2), integers(M * N, 3)];
        const expected = before.slice();
        jsKernels.gemm(expected, a, b, M, N, K, options);
        const [outW, aW, bW] = [before, a, b].map(places['in linear memory']);
        wasm.kernels.gemm(outW, aW, bW, M, N, K, options);
        expectClose(`${M}×${N}×${K} ${JSON.stringify(options)}`, outW, expected, 0);
      }
    }
  });

  test('a batch is as many products, one after another', () => {
    for (const options of everyOption) {
      for (const [M, N, K, batch] of [
        [3, 5, 4, 3],
        [8, 16, 1, 2],
        [1, 7, 5, 4],
        [2, 2, 2, 0],
      ]) {
        const [a, b, before] = [integers(batch * M * K, 1), integers(batch * K * N, 2), integers(batch * M * N, 3)];
        const expected = before.slice();
        jsKernels.gemm(expected, a, b, M, N, K, { ...options, batch });
        const [outW, aW, bW] = [before, a, b].map(places['in linear memory']);
        wasm.kernels.gemm(outW, aW, bW, M, N, K, { ...options, batch });
        expectClose(`${batch} of ${M}×${N}×${K}`, outW, expected, 0);
      }
    }
  });
});

/**
 * Each of K additions may round by half a unit of the largest partial sum. The JavaScript set sums in 64 bits, so all of the
 * difference is the float32 side's: |error| ≤ K · 2⁻²⁴ · Σ|aᵢₖ bₖⱼ|, which for numbers in −2 … 2 is at most K · 2⁻²⁴ · 4K.
 */
const tolerance = (K: number): number => (K + 1) * 2 ** -24 * 4 * (K + 1);

const number = fc.float({ min: -2, max: 2, noNaN: true });
const numbers = (length: number): fc.Arbitrary<Float32Array> =>
  fc.float32Array({ minLength: length, maxLength: length, min: -2, max: 2, noNaN: true });
const problem = fc
  .record({
    M: fc.integer({ min: 0, max: 20 }),
    N: fc.integer({ min: 0, max: 40 }),
    K: fc.integer({ min: 0, max: 20 }),
    options: fc.constantFrom(...everyOption),
    placing: fc.tuple(...['out', 'a', 'b'].map(() => fc.constantFrom(...Object.values(places)))),
  })
  .chain(({ M, N, K, options, placing }) =>
    fc.record({
      M: fc.constant(M),
      N: fc.constant(N),
      K: fc.constant(K),
      options: fc.constant(options),
      placing: fc.constant(placing),
      a: numbers(M * K),
      b: numbers(K * N),
      before: numbers(M * N),
    }),
  );

describe('gemm is the JavaScript product within rounding', () => {
  test('wherever each buffer lives', () => {
    fc.assert(
      fc.property(problem, ({ M, N, K, options, placing, a, b, before }) => {
        const expected = before.slice();
        jsKernels.gemm(expected, a, b, M, N, K, options);
        const [outW, aW, bW] = [before, a, b].map((values, i) => placing[i](values));
        wasm.kernels.gemm(outW, aW, bW, M, N, K, options);
        expectClose(`${M}×${N}×${K}`, outW, expected, tolerance(K));
        expect(guardsHold()).toBe(true);
        kept = [];
      }),
      { numRuns: 300 },
    );
  });

  test('NaN and ∞ go where they go in JavaScript', () => {
    const special = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
    fc.assert(
      fc.property(problem, special, special, fc.nat(), fc.nat(), ({ M, N, K, options, a, b, before }, x, y, i, j) => {
        if (a.length > 0) a[i % a.length] = x;
        if (b.length > 0) b[j % b.length] = y;
        const expected = before.slice();
        jsKernels.gemm(expected, a, b, M, N, K, options);
        const [outW, aW, bW] = [before, a, b].map(places['in linear memory']);
        wasm.kernels.gemm(outW, aW, bW, M, N, K, options);
        expectClose(`${M}×${N}×${K}`, outW, expected, tolerance(K));
      }),
    );
  });

  test('the same product has the same bits, wherever it lives', () => {
    fc.assert(
      fc.property(problem, ({ M, N, K, options, placing, a, b, before }) => {
        const results = [places['in linear memory'], ...placing].map((place) => {
          const out = place(before);
          wasm.kernels.gemm(out, place(a), place(b), M, N, K, options);
          return [...out];
        });
        for (const bits of results) expect(bits).toEqual(results[0]);
      }),
    );
  });
});

describe('affine', () => {
  test('is product, bias and activation', () => {
    const sized = fc.record({
      M: fc.constantFrom(...sizes.slice(0, 12)),
      N: fc.constantFrom(...sizes),
      K: fc.constantFrom(...sizes),
      activation: fc.constantFrom<Activation>('none', 'relu', 'tanh', 'sigmoid'),
      place: fc.constantFrom(...Object.values(places)),
      seed: number,
    });
    fc.assert(
      fc.property(sized, ({ M, N, K, activation, place, seed }) => {
        const waves = (length: number, salt: number): Float32Array => Float32Array.from({ length }, (_, i) => Math.sin(i * salt + seed));
        const [x, w, bias] = [waves(M * K, 1.3), waves(K * N, 0.7), waves(N, 2.1)];
        const expected = new Float32Array(M * N);
        jsKernels.affine(expected, x, w, bias, M, N, K, activation);
        const out = place(new Float32Array(M * N).fill(Number.NaN));
        wasm.kernels.affine(out, place(x), place(w), place(bias), M, N, K, activation);
        expectClose(`${M}×${N}×${K} ${activation}`, out, expected, tolerance(K));
        expect(guardsHold()).toBe(true);
        kept = [];
      }),
      { numRuns: 300 },
    );
  });

  test('relu keeps NaN, in a panel, in its rest, in a narrow product and in a single row', () => {
    for (const [M, N] of [
      [4, 19],
      [9, 2],
      [1, 6],
    ]) {
      const out = new Float32Array(M * N);
      wasm.kernels.affine(out, new Float32Array(M).fill(Number.NaN), new Float32Array(N), new Float32Array(N), M, N, 1, 'relu');
      expect([...out].every(Number.isNaN)).toBe(true);
      wasm.kernels.affine(out, new Float32Array(M).fill(-1), new Float32Array(N).fill(1), new Float32Array(N), M, N, 1, 'relu');
      expect([...out].every((x) => x === 0)).toBe(true);
    }
  });
});

test('products with fast mathematics stay within the same tolerance', () => {
  const fast = createWasmBackend({ memoryBytes: 2 ** 22, fastMath: true });
  expect(fast?.name).toMatch(/^wasm(-relaxed)?$/);
  const [M, N, K] = [7, 21, 64];
  const [a, b] = [integers(M * K, 1), integers(K * N, 2)];
  const [out, expected] = [new Float32Array(M * N), new Float32Array(M * N)];
  fast?.kernels.gemm(out, a, b, M, N, K, plain);
  jsKernels.gemm(expected, a, b, M, N, K, plain);
  expectClose('relaxed', out, expected, 0);
});
