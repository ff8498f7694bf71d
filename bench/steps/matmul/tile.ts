// The tile of steps 6 to 9: rows × 4·vectors sums that stay in registers while k runs. How many rows, how many vectors and how
// often the loop over k is written out are numbers here; `npm run bench:steps -- tiles` tries several.

import { advance, type Code, type Local } from '../../../src/tensor/kernels/wasm/code.ts';
import { i32, integer, lanes, v128 } from '../../../src/tensor/kernels/wasm/expressions.ts';

export interface TileSize {
  readonly rows: number;
  readonly vectors: number;
  /** How many k a round of the loop does; K must be a multiple of it. 1 by default. */
  readonly unroll?: number;
}

/** What a column of tiles reads and writes: addresses, and distances in bytes. */
export interface Panel {
  readonly out: Local<'i32'>;
  readonly outRow: Local<'i32'>;
  readonly a: Local<'i32'>;
  readonly aRow: Local<'i32'>;
  readonly b: Local<'i32'>;
  /** From one row of b to the next: those of the matrix, or of a copy. */
  readonly bRow: Local<'i32'> | number;
  readonly M: Local<'i32'>;
  readonly K: Local<'i32'>;
  /** Sums begin with what `out` holds instead of with 0, where this is not 0. */
  readonly accumulate?: Local<'i32'>;
}

/** The columns of a panel, for all rows: tile after tile, then row by row what is left. `out`, `a` and M are moved on. */
export function emitPanel(f: Code, panel: Panel, size: TileSize): void {
  const { out, outRow, a, aRow, M } = panel;
  for (const rows of new Set([size.rows, 1])) {
    f.while(i32.ge_s(M, rows), () => {
      emitTile(f, panel, { ...size, rows });
      advance(out, i32.mul(outRow, rows));
      advance(a, i32.mul(aRow, rows));
      advance(M, -rows);
    });
  }
}

function emitTile(f: Code, { out, outRow, a, aRow, b, bRow, K, accumulate }: Panel, { rows, vectors, unroll = 1 }: TileSize): void {
  const [aRows, outRows] = [rowsFrom(f, a, aRow, rows), rowsFrom(f, out, outRow, rows)];
  const bk = f.let(b);
  const sums = outRows.map(() => Array.from({ length: vectors }, () => f.let(lanes(0))));
  if (accumulate)
    f.if(accumulate, () => sums.forEach((row, i) => void row.forEach((sum, j) => void sum.set(v128.load(outRows[i], 16 * j)))));
  f.repeat(unroll === 1 ? K : i32.div_u(K, unroll), () => {
    for (let u = 0; u < unroll; u++) {
      const bkj = sums[0].map((_, j) => f.let(v128.load(bk, 16 * j)));
      sums.forEach((row, i) => {
        const aik = f.let(v128.load32_splat(aRows[i], 4 * u));
        row.forEach((sum, j) => void sum.set(f.multiplyAdd(aik, bkj[j], sum)));
      });
      advance(bk, typeof bRow === 'number' ? integer(bRow) : bRow);
    }
    for (const address of aRows) advance(address, 4 * unroll);
  });
  sums.forEach((row, i) => void row.forEach((sum, j) => void f.store(outRows[i], sum, 16 * j)));
}

/** first, first + distance, … */
function rowsFrom(f: Code, first: Local<'i32'>, distance: Local<'i32'>, rows: number): Local<'i32'>[] {
  const addresses = [f.let(first)];
  while (addresses.length < rows) addresses.push(f.let(i32.add(addresses[addresses.length - 1], distance)));
  return addresses;
}
