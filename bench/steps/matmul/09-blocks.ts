// Step 9. The sizes are cut into parts, so that what is read again soon is still near: 256 k of a panel, 16 KB, and 32 rows of a,
// 32 KB, for the nearest cache; all panels of up to 512 columns, half a megabyte, for the next.

import type { Callable } from '../../../src/tensor/kernels/wasm/assembler.ts';
import { advance, type Code, choose, type Local } from '../../../src/tensor/kernels/wasm/code.ts';
import { i32, integer } from '../../../src/tensor/kernels/wasm/expressions.ts';
import type { ModuleBuilder } from '../../../src/tensor/kernels/wasm/module.ts';
import type { Step } from '../step.ts';
import { pack } from './08-panels.ts';
import { emittedMatmul, type Matmul, matmulParameters } from './matmul.ts';
import { emitPanel } from './tile.ts';

const most = { k: 256, columns: 512, rows: 32 };

/** out[M,N] ← a[M,K] · b[K,N], as a function that kernels call. */
export function emitBlocks(m: ModuleBuilder): Callable {
  const packed = m.reserve(4 * most.k * most.columns);
  return m.function('blocks', { out: 'i32', a: 'i32', b: 'i32', M: 'i32', N: 'i32', K: 'i32' }, (f, { out, a, b, M, N, K }) => {
    const [outRow, aRow] = [f.let(i32.shl(N, 2)), f.let(i32.shl(K, 2))]; // in bytes
    const accumulate = f.let(integer(0)); // the second stretch of k and those after it add to what the first left
    inParts(f, K, most.k, (k) => {
      const [slabOut, slabB] = [f.let(out), f.let(b)];
      inParts(f, N, most.columns, (columns) => {
        const [to, from] = [f.let(integer(packed)), f.let(slabB)];
        f.for(0, columns, 16, () => {
          pack(f, to, from, outRow, k);
          advance(from, 64);
        });
        const [blockOut, blockA] = [f.let(slabOut), f.let(a)];
        inParts(f, M, most.rows, (rows) => {
          const [panelOut, panelB] = [f.let(blockOut), f.let(integer(packed))];
          f.for(0, columns, 16, () => {
            const panel = { out: f.let(panelOut), outRow, a: f.let(blockA), aRow, b: panelB, bRow: 64, M: f.let(rows), K: k, accumulate };
            emitPanel(f, panel, { rows: 2, vectors: 4 });
            advance(panelOut, 64);
            advance(panelB, i32.shl(k, 6));
          });
          advance(blockOut, i32.mul(outRow, rows));
          advance(blockA, i32.mul(aRow, rows));
        });
        advance(slabOut, i32.shl(columns, 2));
        advance(slabB, i32.shl(columns, 2));
      });
      accumulate.set(1);
      advance(a, i32.shl(k, 2));
      advance(b, i32.mul(outRow, k));
    });
  });
}

/** Runs the body for `total` in parts of at most so many. */
function inParts(f: Code, total: Local<'i32'>, atMost: number, body: (part: Local<'i32'>) => void): void {
  const left = f.let(total);
  f.while(i32.gt_s(left, 0), () => {
    const part = f.let(choose(i32.lt_s(left, atMost), left, integer(atMost)));
    body(part);
    advance(left, i32.sub(0, part));
  });
}

export const blocks: Step<Matmul> = emittedMatmul('blocks', (m) => {
  const product = emitBlocks(m);
  m.kernel('matmul', matmulParameters, (f, { out, a, b, M, N, K }) => f.call(product, out, a, b, M, N, K));
});
