// Step 5. No matrix is made: a table says where each window begins, and the tile of the matrix product reads its rows from there,
// in place, row of taps after row of taps. Two pixels by sixteen filters at a time:
//
//   for each row of taps:   for each number of the row:   sum[p,o] += x[window p, number] · w[number, o]

import type { Window } from '../../../src/index.ts';
import { advance, type Code, choose, type Local } from '../../../src/tensor/kernels/wasm/code.ts';
import { i32, integer, lanes, v128 } from '../../../src/tensor/kernels/wasm/expressions.ts';
import { pack } from '../matmul/08-panels.ts';
import type { Step } from '../step.ts';
import { type Convolve, emittedConvolve } from './convolve.ts';

const longest = 4096;
const [pixels, vectors] = [2, 4];

const parameters = { out: 'out', x: 'in', w: 'in', table: 'in', P: 'i32', row: 'i32', kernelH: 'i32', run: 'i32', O: 'i32' } as const;
type Given = { readonly [N in keyof typeof parameters]: Local<'i32'> };

export const offsets: Step<Convolve> = emittedConvolve(
  'table of offsets',
  (m) => {
    const packed = m.reserve(64 * longest);
    m.kernel('convolve', parameters, (f, given) => {
      const { out, x, w, table, P, kernelH, run, O } = given;
      const [outRow, K] = [f.let(i32.shl(O, 2)), f.let(i32.mul(kernelH, run))];
      f.for(0, O, 16, () => {
        pack(f, f.let(integer(packed)), w, outRow, K);
        const last = f.let(i32.sub(P, 1));
        f.for(0, P, pixels, (p) => {
          // Where one pixel is left, it stands twice in the tile.
          const each = [p, f.let(choose(i32.lt_s(p, last), i32.add(p, 1), p))];
          const windows = each.map((pixel) => f.let(i32.add(x, i32.load(i32.add(table, i32.shl(pixel, 2))))));
          const to = each.map((pixel) => f.let(i32.add(out, i32.mul(pixel, outRow))));
          emitTile(f, given, windows, f.let(integer(packed)), to);
        });
        advance(out, 64);
        advance(w, 64);
      });
    });
  },
  ({ run, alloc }) => {
    const tables = new Map<Window, Float32Array>();
    return (out, x, w, window, O) => {
      const { W, C, kernelH, kernelW } = window;
      const table = tables.get(window) ?? alloc(out.length / O);
      if (!tables.has(window)) fillTable(table, window);
      tables.set(window, table);
      const addresses = [out, x, w, table].map(({ byteOffset }) => byteOffset);
      run(...addresses, out.length, table.length, 4 * W * C, kernelH, kernelW * C, O);
    };
  },
);

/** For each pixel of the output, in order, where its window begins in x, in bytes: whole numbers in a buffer of floats. */
function fillTable(table: Float32Array, { B, H, W, C, strideH, strideW, outH, outW }: Window): void {
  const places = new Int32Array(table.buffer, table.byteOffset, table.length);
  let pixel = 0;
  for (let b = 0; b < B; b++) {
    for (let i = 0; i < outH; i++) {
      for (let j = 0; j < outW; j++) places[pixel++] = 4 * ((b * H + i * strideH) * W + j * strideW) * C;
    }
  }
}

function emitTile(
  f: Code,
  { row, kernelH, run }: Given,
  windows: readonly Local<'i32'>[],
  weight: Local<'i32'>,
  to: readonly Local<'i32'>[],
): void {
  const sums = windows.map(() => Array.from({ length: vectors }, () => f.let(lanes(0))));
  const nextRow = f.let(i32.sub(row, i32.shl(run, 2)));
  f.repeat(kernelH, () => {
    f.repeat(run, () => {
      const wk = sums[0].map((_, j) => f.let(v128.load(weight, 16 * j)));
      sums.forEach((row, p) => {
        const xk = f.let(v128.load32_splat(windows[p]));
        row.forEach((sum, j) => void sum.set(f.multiplyAdd(xk, wk[j], sum)));
      });
      for (const address of windows) advance(address, 4);
      advance(weight, 64);
    });
    for (const address of windows) advance(address, nextRow);
  });
  sums.forEach((row, p) => void row.forEach((sum, j) => void f.store(to[p], sum, 16 * j)));
}
