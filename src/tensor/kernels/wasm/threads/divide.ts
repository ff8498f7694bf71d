// Which kernels are divided among threads, and how. A part is a stretch of the output: columns or rows of a product, images of a
// batch, output channels of a weight gradient, elements of a block of parameters. What is summed for one number is never divided,
// so each number is the sum of the same terms in the same order as without threads.

import { planLayout } from '../conv-plan.ts';
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
  { name: 'product', operands: 18 },
  { name: 'convolve', operands: 10 },
  { name: 'convolveWeights', operands: 8 },
  ...Object.entries(elementwise).map(([name, { operands }]) => ({ name, operands })),
];
const [product, convolve, convolveWeights] = [0, 1, 2] as const;

/** Whole panels of columns; enough rows to repay a copy of b; whole cache lines of elements. */
const columnUnit = 16;
const rowUnit = 64;
const elementUnit = 1024;

/** A kernel's function from here on: divided where that pays, whole otherwise. `integers` is all of linear memory. */
type Divide = (whole: WasmFunction, pool: ThreadPool, integers: Int32Array) => WasmFunction;

const divisions: Readonly<Record<string, Divide>> = {
  product(whole, pool) {
    // biome-ignore format: the same operands three times, in two lines each.
    return (
      out = 0, a = 0, b = 0, start = 0, length = 0, outRow = 0, aRow = 0, aColumn = 0, bLine = 0, transposeB = 0,
      startRow = 0, startColumn = 0, M = 0, N = 0, K = 0, relu = 0, batch = 0, skipsZeros = 0,
    ) => {
      const work = M * N * K;
      if (batch !== 1 || M === 1 || N < columnUnit || !pool.divides(work)) {
        return whole(out, a, b, start, length, outRow, aRow, aColumn, bLine, transposeB,
          startRow, startColumn, M, N, K, relu, batch, skipsZeros);
      }
      const byRows = M >= 4 * N; // many more rows than columns
      const part = byRows ? pool.begin(product, work, 12, M, rowUnit) : pool.begin(product, work, 13, N, columnUnit);
      pool.operands(out, a, b, start, length, outRow, aRow, aColumn, bLine, transposeB,
        startRow, startColumn, M, N, K, relu, batch, skipsZeros);
      pool.step(0, part * (byRows ? outRow : 4));
      if (byRows) pool.step(1, part * aRow);
      else pool.step(2, part * (transposeB === 1 ? bLine : 4));
      pool.step(3, part * (byRows ? startRow : startColumn));
      pool.run();
      return 1; // the parts do not tell whether zeros are many; so large a product may be asked the next time
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
};

/** How a kernel is divided; undefined for those that are not. */
export const divisionOf = (name: string): Divide | undefined => divisions[name] ?? (name in elementwise ? divideElements(name) : undefined);

/** Buffers come first, then their length, then numbers. */
function divideElements(name: string): Divide {
  const work = jobFunctions.findIndex((job) => job.name === name);
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
