// Copies of a few columns of b, one row of the panel after another, so that the inner loop of a product reads b in order. It pays
// when b is too large to stay in the cache, and it is how a transposed b is read at all.

import type { Callable } from './assembler.ts';
import { advance, type Code, type Local, result } from './code.ts';
import { f32, i32, lanes, shuffle, type Value, v128 } from './expressions.ts';
import type { ModuleBuilder } from './module.ts';
import type { Tails } from './tails.ts';

export interface Packing {
  /** (to, b, bRow, K, vectors, toRow): the rows at b + k·bRow, 4·vectors columns wide, are copied to to + k·toRow. */
  readonly rows: Callable;
  /** (to, b, bRow, K, columns): the same for the last 1 to 3 columns, filled up with zeros, to to + 16k. */
  readonly tailRows: Callable;
  /** (to, b, bRow, K, vectors, toRow): so are the columns of K numbers at b + j·bRow. */
  readonly columns: Callable;
  /** (to, b, bRow, K, columns): the same for the last 1 to 3 columns, filled up with zeros, to to + 16k. */
  readonly tailColumns: Callable;
}

const parameters = { to: 'i32', b: 'i32', bRow: 'i32', K: 'i32' } as const;
const panelParameters = { ...parameters, vectors: 'i32', toRow: 'i32' } as const;
const tailParameters = { ...parameters, columns: 'i32' } as const;

/** The functions of the module that has them (gemm-slab.ts). */
export const importPacking = (m: ModuleBuilder): Packing => ({
  rows: m.elsewhere('packRows', panelParameters),
  tailRows: m.elsewhere('packTailRows', tailParameters),
  columns: m.elsewhere('packColumns', panelParameters),
  tailColumns: m.elsewhere('packTailColumns', tailParameters),
});

export function emitPacking(m: ModuleBuilder, tails: Tails): Packing {
  const rows = m.shared('packRows', panelParameters, (f, { to, b, bRow, K, vectors, toRow }) => {
    f.repeat(K, () => {
      const [fromAt, toAt] = [f.let(b), f.let(to)];
      f.repeat(vectors, () => {
        f.store(toAt, v128.load(fromAt));
        advance(fromAt, 16);
        advance(toAt, 16);
      });
      advance(b, bRow);
      advance(to, toRow);
    });
  });
  const tailRows = m.shared('packTailRows', tailParameters, (f, { to, b, bRow, K, columns }) => {
    f.repeat(K, () => {
      f.store(to, result('v128', tails.load, b, columns));
      advance(to, 16);
      advance(b, bRow);
    });
  });
  const columns = m.shared('packColumns', panelParameters, (f, { to, b, bRow, K, vectors, toRow }) => {
    f.repeat(vectors, () => {
      transposeFourRows(f, to, toRow, b, bRow, K);
      advance(to, 16);
      advance(b, i32.shl(bRow, 2));
    });
  });
  const tailColumns = m.shared('packTailColumns', tailParameters, (f, { to, b, bRow, K, columns }) => {
    const cleared = f.let(to);
    const zero = f.let(lanes(0));
    f.repeat(K, () => {
      f.store(cleared, zero);
      advance(cleared, 16);
    });
    f.repeat(columns, () => {
      copyColumn(f, f.let(to), f.let(b), K);
      advance(to, 4);
      advance(b, bRow);
    });
  });
  return { rows, tailRows, columns, tailColumns };
}

/** How numbers get to their places: a vector at an address, or one number of memory at an address and an offset. */
export interface Put {
  four(at: Local<'i32'>, value: Value<'v128'>): void;
  one(at: Local<'i32'>, from: Local<'i32'>, offset: number): void;
}

/** to[k, 0…3] ← b[0…3, k] for all k: four by four numbers at a time, then one by one. */
export function transposeFourRows(
  f: Code,
  to: Local<'i32'>,
  toRow: Local<'i32'>,
  b: Local<'i32'>,
  bRow: Local<'i32'>,
  K: Local<'i32'>,
  put: Put = { four: (at, value) => f.store(at, value), one: (at, from, offset) => f.store(at, f32.load(from), offset) },
): void {
  const at = f.let(to);
  const row0 = f.let(b);
  const row1 = f.let(i32.add(row0, bRow));
  const row2 = f.let(i32.add(row1, bRow));
  const row3 = f.let(i32.add(row2, bRow));
  const rows = [row0, row1, row2, row3];
  f.repeat(i32.shr_u(K, 2), () => {
    const [r0, r1, r2, r3] = rows.map((row) => f.let(v128.load(row)));
    const low01 = f.let(shuffle(r0, r1, 0, 4, 1, 5)); // r0₀ r1₀ r0₁ r1₁
    const high01 = f.let(shuffle(r0, r1, 2, 6, 3, 7));
    const low23 = f.let(shuffle(r2, r3, 0, 4, 1, 5));
    const high23 = f.let(shuffle(r2, r3, 2, 6, 3, 7));
    const putNext = (column: Value<'v128'>): void => {
      put.four(at, column);
      advance(at, toRow);
    };
    putNext(shuffle(low01, low23, 0, 1, 4, 5)); // r0₀ r1₀ r2₀ r3₀
    putNext(shuffle(low01, low23, 2, 3, 6, 7));
    putNext(shuffle(high01, high23, 0, 1, 4, 5));
    putNext(shuffle(high01, high23, 2, 3, 6, 7));
    for (const row of rows) advance(row, 16);
  });
  f.repeat(i32.and(K, 3), () => {
    rows.forEach((row, lane) => void put.one(at, row, 4 * lane));
    for (const row of rows) advance(row, 4);
    advance(at, toRow);
  });
}

/** to[4k] ← from[k]: every fourth float. */
function copyColumn(f: Code, to: Local<'i32'>, from: Local<'i32'>, K: Local<'i32'>): void {
  f.repeat(K, () => {
    f.store(to, f32.load(from));
    advance(to, 16);
    advance(from, 4);
  });
}
