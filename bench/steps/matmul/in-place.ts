// Steps 6 and 7, and the tiles that were tried beside them: panels of 4·vectors columns, with b read where it lies.

import { advance } from '../../../src/tensor/kernels/wasm/code.ts';
import { i32 } from '../../../src/tensor/kernels/wasm/expressions.ts';
import type { EmitterOptions } from '../emitted.ts';
import type { Step } from '../step.ts';
import { emittedMatmul, type Matmul, matmulParameters } from './matmul.ts';
import { emitPanel, type TileSize } from './tile.ts';

/** A product in tiles of this size. N must be a multiple of 4·vectors. */
export const inPlace = (name: string, size: TileSize, options?: EmitterOptions): Step<Matmul> =>
  emittedMatmul(
    name,
    (m) =>
      m.kernel('matmul', matmulParameters, (f, { out, a, b, M, N, K }) => {
        const [outRow, aRow] = [f.let(i32.shl(N, 2)), f.let(i32.shl(K, 2))]; // in bytes
        f.for(0, N, 4 * size.vectors, () => {
          const panel = { out: f.let(out), outRow, a: f.let(a), aRow, b, bRow: outRow, M: f.let(M), K };
          emitPanel(f, panel, size);
          advance(out, 16 * size.vectors);
          advance(b, 16 * size.vectors);
        });
      }),
    options,
  );
