// Step 8. Each panel of b is copied first, its rows one behind another, and then read as often as there are tiles.

import { advance, type Code, type Local } from '../../../src/tensor/kernels/wasm/code.ts';
import { i32, integer, v128 } from '../../../src/tensor/kernels/wasm/expressions.ts';
import type { Step } from '../step.ts';
import { emittedMatmul, type Matmul, matmulParameters } from './matmul.ts';
import { emitPanel } from './tile.ts';

/** The most rows of b that a step must do. */
const longest = 4096;

export const panels: Step<Matmul> = emittedMatmul('packed panels', (m) => {
  const packed = m.reserve(64 * longest);
  m.kernel('matmul', matmulParameters, (f, { out, a, b, M, N, K }) => {
    const [outRow, aRow] = [f.let(i32.shl(N, 2)), f.let(i32.shl(K, 2))]; // in bytes
    f.for(0, N, 16, () => {
      pack(f, f.let(integer(packed)), b, outRow, K);
      emitPanel(
        f,
        { out: f.let(out), outRow, a: f.let(a), aRow, b: f.let(integer(packed)), bRow: 64, M: f.let(M), K },
        { rows: 2, vectors: 4 },
      );
      advance(out, 64);
      advance(b, 64);
    });
  });
});

/** to[K,16] ← the sixteen columns of b that begin at `from`. Moves `to` past the copy. */
export function pack(f: Code, to: Local<'i32'>, from: Local<'i32'>, row: Local<'i32'>, K: Local<'i32'>): void {
  const at = f.let(from);
  f.repeat(K, () => {
    for (const offset of [0, 16, 32, 48]) f.store(to, v128.load(at, offset), offset);
    advance(to, 64);
    advance(at, row);
  });
}
