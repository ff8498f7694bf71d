import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { affine, gemm } from '../../../src/tensor/kernels/js/gemm.ts';
import type { Activation } from '../../../src/tensor/kernels/kernels.ts';
import { valuesOf } from '../../support/arbitraries.ts';
import { textbookProduct, textbookTranspose } from '../../support/textbook.ts';

/** Around the 4 × 4 blocking: empty, inside one block, on its edges, several blocks and a rest. */
const sizes = [0, 1, 3, 4, 5, 7, 8, 9, 17];
const plain = { transposeA: false, transposeB: false, accumulate: false };

/** Small whole numbers, so that every sum is exact in float32 and results can be compared for equality. */
const integers = (count: number, salt: number): number[] => Array.from({ length: count }, (_, i) => ((i * 7 + salt * 5) % 11) - 5);

describe('gemm is the textbook product, exactly, on every size around its blocking', () => {
  for (const accumulate of [false, true]) {
    for (const [transposeA, transposeB] of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ]) {
      test(`transposeA ${transposeA}, transposeB ${transposeB}, accumulate ${accumulate}`, () => {
        for (const M of sizes) {
          for (const N of sizes) {
            for (const K of sizes) {
              const a = integers(M * K, 1);
              const b = integers(K * N, 2);
              const before = accumulate ? integers(M * N, 3) : new Array<number>(M * N).fill(Number.NaN);
              const out = Float32Array.from(before);
              const storedA = Float32Array.from(transposeA ? textbookTranspose(a, M, K) : a);
              const storedB = Float32Array.from(transposeB ? textbookTranspose(b, K, N) : b);
              gemm(out, storedA, storedB, M, N, K, { transposeA, transposeB, accumulate });

              const expected = textbookProduct(a, b, M, N, K).map((sum, i) => sum + (accumulate ? before[i] : 0));
              const wrong = expected.findIndex((x, i) => x !== out[i]);
              if (wrong >= 0) throw new Error(`${M}×${N}×${K}: element ${wrong} must be ${expected[wrong]}; got ${out[wrong]}`);
            }
          }
        }
      });
    }
  }

  test('a batch is as many products, one after another', () => {
    for (const transposeA of [false, true]) {
      for (const [M, N, K, batch] of [
        [3, 5, 4, 3],
        [8, 4, 1, 2],
        [9, 7, 5, 4],
        [2, 2, 2, 0],
      ]) {
        const a = Float32Array.from(integers(batch * M * K, 1));
        const b = Float32Array.from(integers(batch * K * N, 2));
        const out = new Float32Array(batch * M * N).fill(Number.NaN);
        gemm(out, a, b, M, N, K, { ...plain, transposeA, batch });
        for (let item = 0; item < batch; item++) {
          const one = new Float32Array(M * N);
          gemm(one, a.subarray(item * M * K), b.subarray(item * K * N), M, N, K, { ...plain, transposeA });
          expect(out.subarray(item * M * N, (item + 1) * M * N)).toEqual(one);
        }
      }
    }
  });
});

describe('gemm and what is not a number', () => {
  test('a NaN in a spoils its row, a NaN in b its column, and nothing else', () => {
    const size = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(size, size, size, fc.nat(), fc.nat(), (M, N, K, pickA, pickB) => {
        const a = Float32Array.from(integers(M * K, 1));
        const b = Float32Array.from(integers(K * N, 2));
        a[pickA % a.length] = Number.NaN;
        b[pickB % b.length] = Number.NaN;
        const row = Math.floor((pickA % a.length) / K);
        const column = (pickB % b.length) % N;
        const out = new Float32Array(M * N);
        gemm(out, a, b, M, N, K, plain);
        for (let i = 0; i < M; i++) for (let j = 0; j < N; j++) expect(Number.isNaN(out[i * N + j])).toBe(i === row || j === column);
      }),
    );
  });

  test('∞ times 0 is NaN: no product is skipped, in a block or beside it', () => {
    for (const size of [1, 4, 6]) {
      const a = new Float32Array(size * size).fill(Number.POSITIVE_INFINITY);
      const out = new Float32Array(size * size);
      gemm(out, a, new Float32Array(size * size), size, size, size, plain);
      expect([...out].every(Number.isNaN)).toBe(true);
      gemm(out, a, new Float32Array(size * size).fill(1), size, size, size, plain);
      expect([...out].every((x) => x === Number.POSITIVE_INFINITY)).toBe(true);
    }
  });
});

const meaning: Readonly<Record<Activation, (x: number) => number>> = {
  none: (x) => x,
  relu: (x) => Math.max(0, x),
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
};

test('affine is product, bias and activation, rounded once', () => {
  const size = fc.integer({ min: 1, max: 9 });
  const activations = fc.constantFrom<Activation>('none', 'relu', 'tanh', 'sigmoid');
  const problem = fc
    .tuple(size, size, size, activations)
    .chain(([M, N, K, activation]) =>
      fc.record({ x: valuesOf([M, K]), w: valuesOf([K, N]), bias: valuesOf([N]), activation: fc.constant(activation) }),
    );
  fc.assert(
    fc.property(problem, ({ x, w, bias, activation }) => {
      const [[M, K], [, N]] = [x.shape, w.shape];
      const buffers = [x, w, bias].map(({ numbers }) => Float32Array.from(numbers));
      const out = new Float32Array(M * N).fill(Number.NaN);
      affine(out, buffers[0], buffers[1], buffers[2], M, N, K, activation);
      textbookProduct(buffers[0], buffers[1], M, N, K).forEach((sum, i) => {
        const expected = meaning[activation](sum + buffers[2][i % N]);
        // The sum is stored in float32 before the activation: half a unit in the last place of |sum| < 64, then another of the result.
        expect(Math.abs(out[i] - expected)).toBeLessThanOrEqual(2 ** -18);
      });
    }),
  );
});
