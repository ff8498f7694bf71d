// Step 4. Every window is copied into a row of a matrix, and the matrix product of before does the rest, image by image:
//
//   columns[outH·outW, kernelH·kernelW·C],   out = columns · w
//
// The copies are of whole rows of windows, four numbers at a time.

import { advance, type Code, type Local } from '../../../src/tensor/kernels/wasm/code.ts';
import { i32, v128 } from '../../../src/tensor/kernels/wasm/expressions.ts';
import { emitBlocks } from '../matmul/09-blocks.ts';
import type { Step } from '../step.ts';
import { type Convolve, emittedConvolve } from './convolve.ts';

const parameters = {
  out: 'out',
  x: 'in',
  w: 'in',
  columns: 'out',
  B: 'i32',
  image: 'i32',
  row: 'i32',
  down: 'i32',
  right: 'i32',
  outH: 'i32',
  outW: 'i32',
  kernelH: 'i32',
  run: 'i32',
  O: 'i32',
} as const;

export const im2col: Step<Convolve> = emittedConvolve(
  'im2col and matmul',
  (m) => {
    const product = emitBlocks(m);
    m.kernel('convolve', parameters, (f, { out, x, w, columns, B, image, row, down, right, outH, outW, kernelH, run, O }) => {
      const pixels = f.let(i32.mul(outH, outW));
      const K = f.let(i32.mul(kernelH, run));
      f.repeat(B, () => {
        const [to, windowRow] = [f.let(columns), f.let(x)];
        f.repeat(outH, () => {
          const window = f.let(windowRow);
          f.repeat(outW, () => {
            const from = f.let(window);
            f.repeat(kernelH, () => {
              copy(f, to, from, run);
              advance(from, row);
            });
            advance(window, right);
          });
          advance(windowRow, down);
        });
        f.call(product, out, columns, w, pixels, O, K);
        advance(out, i32.shl(i32.mul(pixels, O), 2));
        advance(x, image);
      });
    });
  },
  ({ run, alloc }) => {
    let columns: Float32Array = new Float32Array(0);
    return (out, x, w, { B, H, W, C, kernelH, kernelW, strideH, strideW, outH, outW }, O) => {
      const length = outH * outW * kernelH * kernelW * C;
      if (columns.length < length) columns = alloc(length);
      const addresses = [out, x, w, columns].map(({ byteOffset }) => byteOffset);
      // Distances in bytes: to the next image, row of pixels, window below, window beside.
      const distances = [4 * H * W * C, 4 * W * C, 4 * strideH * W * C, 4 * strideW * C];
      run(...addresses, out.length, B, ...distances, outH, outW, kernelH, kernelW * C, O);
    };
  },
);

/** Copies so many floats, a multiple of four. Moves `to` past the copy. */
function copy(f: Code, to: Local<'i32'>, from: Local<'i32'>, count: Local<'i32'>): void {
  const at = f.let(from);
  f.repeat(i32.shr_u(count, 2), () => {
    f.store(to, v128.load(at));
    advance(to, 16);
    advance(at, 16);
  });
}
