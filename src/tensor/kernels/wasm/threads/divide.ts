// Which kernels are divided among threads, and how. A part is a stretch of the output: columns or rows of a product, images of a
// batch, output channels of a weight gradient, elements of a block of parameters. What is summed for one number is never divided,
// so each number is the sum of the same terms in the same order as without threads.

import { planLayout } from '../conv-plan.ts';
import { zeros } from '../module.ts';
import type { WasmFunction } from '../webassembly.ts';
import type { ThreadPool } from './pool.ts';

/** Kernels that do the same with every element of their buffers, and what an element costs in multiply-adds: they wait for memory. */
const elementwise: Readonly<Record<string, { readonly buffers: number; readonly operands: number; readonly work: number }>> = {
  adam: { buffers: 5, operands: 13, work: 28 },
  rmsProp: { buffers: 5, operands: 11, work: 28 },
  sgd: { buffers: 3, operands: 8, work: 16 },
  blend: { buffers: 2, operands: 4, work: 12 },
  scale: { buffers: 2, operands: 4, work: 12 },
  relu: { buffers: 2, operands: 3, work: 12 },
  reluBackward: { buffers: 3, operands: 4, work: 12 },
};

/** The functions that jobs ask for, and how many operands each takes. A job has the number. */
export const jobFunctions: readonly { readonly name: string; readonly operands: number }[] = [
  { name: 'productPart', operands: 16 },
  { name: 'convolve', operands: 10 },
  { name: 'convolveWeights', operands: 8 },
  ...Object.entries(elementwise).map(([name, { operands }]) => ({ name, operands })),
];
const [productPart, convolve, convolveWeights, firstElementwise] = [0, 1, 2, 3] as const;

/** Whole panels of columns; enough rows to repay a copy of b; whole cache lines of elements. */
const columnUnit = 16;
const rowUnit = 64;
const elementUnit = 1024;

/** A kernel's function from here on: divided where that pays, whole otherwise. `integers` is all of linear memory. */
type Divide = (whole: WasmFunction, pool: ThreadPool, integers: Int32Array) => WasmFunction;

export const divisions: Readonly<Record<string, Divide>> = {
  gemm(whole, pool) {
    return (out = 0, a = 0, b = 0, length = 0, M = 0, N = 0, K = 0, transposeA = 0, transposeB = 0, accumulate = 0, batch = 0) => {
      if (batch !== 1 || !dividesProduct(pool, M, N, K)) {
        return whole(out, a, b, length, M, N, K, transposeA, transposeB, accumulate, batch);
      }
      const aRow = transposeA === 1 ? 4 : 4 * K;
      const aColumn = transposeA === 1 ? 4 * M : 4;
      const bLine = transposeB === 1 ? 4 * K : 4 * N;
      if (accumulate === 1) return product(pool, out, a, aRow, aColumn, b, bLine, transposeB, out, 4 * N, 4, M, N, K, 0);
      return product(pool, out, a, aRow, aColumn, b, bLine, transposeB, zeros, 0, 0, M, N, K, 0);
    };
  },

  affine(whole, pool) {
    return (out = 0, x = 0, w = 0, bias = 0, length = 0, M = 0, N = 0, K = 0, relu = 0) => {
      if (!dividesProduct(pool, M, N, K)) return whole(out, x, w, bias, length, M, N, K, relu);
      return product(pool, out, x, 4 * K, 4, w, 4 * N, 0, bias, 0, 4, M, N, K, relu);
    };
  },

  convolve(whole, pool, integers) {
    return (out = 0, read = 0, packed = 0, bias = 0, plan = 0, length = 0, B = 0, N = 0, K = 0, relu = 0, work = 0) => {
      if (B === 1 || !pool.divides(work)) return whole(out, read, packed, bias, plan, length, B, N, K, relu);
      const images = pool.begin(convolve, work, 6, B, 1);
      pool.operands(out, read, packed, bias, plan, 0, B, N, K, relu);
      pool.step(0, images * integers[(plan + planLayout.computedImage) / 4]);
      pool.step(1, images * integers[(plan + planLayout.readImage) / 4]);
      return pool.run();
    };
  },

  convolveWeights(whole, pool) {
    return (dw = 0, x = 0, dOut = 0, plan = 0, length = 0, B = 0, O = 0, wanted = 0, work = 0) => {
      if (wanted <= columnUnit || !pool.divides(work)) return whole(dw, x, dOut, plan, length, B, O, wanted);
      const columns = pool.begin(convolveWeights, work, 7, wanted, columnUnit);
      pool.operands(dw, x, dOut, plan, 0, B, O, wanted);
      pool.step(0, 4 * columns);
      pool.step(2, 4 * columns);
      return pool.run();
    };
  },

  ...Object.fromEntries(Object.keys(elementwise).map((name, i) => [name, divideElements(name, firstElementwise + i)])),
};

/** Buffers come first, then their length, then numbers. */
function divideElements(name: string, work: number): Divide {
  const { buffers, work: each } = elementwise[name];
  return (whole, pool) =>
    (...operands) => {
      const length = operands[buffers] ?? 0;
      if (!pool.divides(each * length)) return whole(...operands);
      const part = pool.begin(work, each * length, buffers, length, elementUnit);
      pool.operands(...operands);
      for (let buffer = 0; buffer < buffers; buffer++) pool.step(buffer, operands[buffer] === 0 ? 0 : 4 * part); // 0: no buffer
      return pool.run();
    };
}

/** Only what gemm.ts would compute as panels of columns: its other ways add in other orders. */
const dividesProduct = (pool: ThreadPool, M: number, N: number, K: number): boolean => M > 1 && N >= columnUnit && pool.divides(M * N * K);

/** The function `product` of gemm-blocks.ts, in parts of columns, or of rows where there are many more of these. */
function product(
  pool: ThreadPool,
  out: number,
  a: number,
  aRow: number,
  aColumn: number,
  b: number,
  bLine: number,
  transposeB: number,
  start: number,
  startRow: number,
  startColumn: number,
  M: number,
  N: number,
  K: number,
  relu: number,
): number {
  const outRow = 4 * N;
  const work = M * N * K;
  if (M >= 4 * N) {
    const rows = pool.begin(productPart, work, 12, M, rowUnit);
    pool.operands(out, a, b, start, 0, outRow, aRow, aColumn, bLine, transposeB, startRow, startColumn, M, N, K, relu);
    pool.step(0, rows * outRow);
    pool.step(1, rows * aRow);
    pool.step(3, rows * startRow);
  } else {
    const columns = pool.begin(productPart, work, 13, N, columnUnit);
    pool.operands(out, a, b, start, 0, outRow, aRow, aColumn, bLine, transposeB, startRow, startColumn, M, N, K, relu);
    pool.step(0, columns * 4);
    pool.step(2, columns * (transposeB === 1 ? bLine : 4));
    pool.step(3, columns * startColumn);
  }
  return pool.run();
}
