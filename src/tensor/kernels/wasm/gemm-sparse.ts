// Products whose a is full of zeros, as it is behind relu, which stops about half of what passes it, forward and backward. A term
// with a factor of 0 changes no sum, so it need not be computed:
//
//   for each row of a:   note its numbers that are not 0, and how far into b the row lies that each is multiplied with
//   for each panel of 28 or 16 columns:   for each row:   for each note:   sum[j] += number · b[there + j]
//
// The other terms are added in their order, so the sums are those of the full product; but one that begins with −0 may stay −0 where
// only zeros would have been added. Where b holds infinities or NaN they would not be, for 0 · ∞ is NaN: such products are computed
// in full.
//
// 28 columns are 7 vectors of sums, and with 7 of b and one of the number the 15 registers that V8 has to give: its code loads all
// vectors of b first. Fewer columns mean more loading for each sum.

import type { Callable } from './assembler.ts';
import { advance, type Code, choose, type Local } from './code.ts';
import { f32, f32x4, i8x16, i32, i32x4, integer, integerLanes, lanes, type Operand, shuffle, v128 } from './expressions.ts';
import type { KernelFamily } from './family.ts';
import { panelParameters } from './gemm-panel.ts';
import { blockRows, type ProductWorkspace, reserveProductWorkspace } from './gemm-workspace.ts';
import type { ModuleBuilder } from './module.ts';

/** What is done of a product where that pays, by functions of a module of their own. */
export const sparseFamily: KernelFamily = {
  provides: [],
  emit(m) {
    emitAllFinite(m);
    emitSparsePanels(m);
  },
};

/** (a, aRow, aColumn, M, K) → 1 where a quarter of a's diagonal or more is 0. A diagonal, for a row or a column may be all zeros. */
export function emitSparsePays(m: ModuleBuilder): Callable {
  return m.function(
    'sparsePays',
    { a: 'i32', aRow: 'i32', aColumn: 'i32', M: 'i32', K: 'i32' },
    (f, { a, aRow, aColumn, M, K }) => {
      const length = f.let(choose(i32.lt_s(M, K), M, K));
      const step = f.let(i32.add(aRow, aColumn));
      const zeros = f.let(integer(0));
      f.repeat(length, () => {
        advance(zeros, f32.eq(f32.load(a), 0));
        advance(a, step);
      });
      f.give(i32.ge_s(i32.shl(zeros, 2), length));
    },
    'i32',
  );
}

const allFiniteParameters = { b: 'i32', bytes: 'i32' } as const;

/** (b, bytes) → 1 where all numbers in so many bytes are finite; 16 or more. */
export const importAllFinite = (m: ModuleBuilder): Callable => m.elsewhere('allFinite', allFiniteParameters, 'i32');

function emitAllFinite(m: ModuleBuilder): void {
  m.shared(
    'allFinite',
    allFiniteParameters,
    (f, { b, bytes }) => {
      const last = f.let(i32.add(b, i32.sub(bytes, 16)));
      const withoutSign = f.let(integerLanes(0x7fffffff));
      const largest = f.let(lanes(0)); // as whole numbers, in which the bits of floats above 0 are in order
      const take = (address: Local<'i32'>, offset = 0): void =>
        largest.set(i32x4.max_s(largest, v128.and(v128.load(address, offset), withoutSign)));
      f.while(i32.lt_u(b, i32.sub(last, 48)), () => {
        for (const offset of [0, 16, 32, 48]) take(b, offset);
        advance(b, 64);
      });
      f.while(i32.lt_u(b, last), () => {
        take(b);
        advance(b, 16);
      });
      take(last);
      f.give(i32.eqz(v128.any_true(i32x4.ge_s(largest, integerLanes(0x7f800000)))));
    },
    'i32',
  );
}

/**
 * Addresses and distances as for a panel (gemm-panel.ts), but for so many columns. `start` is read at i·startRow + j·startColumn. b lies
 * row by row where `wide` is not 0, otherwise in panels of 16 columns, bPanel bytes apart.
 */
const sparseParameters = { ...panelParameters, startColumn: 'i32', columns: 'i32', bPanel: 'i32', wide: 'i32' } as const;
type Block = { readonly [N in keyof typeof sparseParameters]: Local<'i32'> };

/** (…): as many panels as the columns hold, from the first on. Gives how many columns that are. */
export const importSparsePanels = (m: ModuleBuilder): Callable => m.elsewhere('sparsePanels', sparseParameters, 'i32');

function emitSparsePanels(m: ModuleBuilder): void {
  const workspace = reserveProductWorkspace(m);
  m.shared(
    'sparsePanels',
    sparseParameters,
    (f, given) => {
      const { out, outRow, a, aRow, start, startRow, startColumn, M, columns, bPanel, wide } = given;
      const left = f.variable('i32');
      writeFronts(f, workspace);
      f.while(i32.gt_s(M, 0), () => {
        const rows = f.let(choose(i32.lt_s(M, blockRows), M, integer(blockRows)));
        const [outAt, bAt, startAt] = [f.let(out), f.let(given.b), f.let(start)];
        const block = { ...given, out: outAt, b: bAt, start: startAt, M: rows };
        noteRows(f, block, workspace);
        left.set(columns);
        const panels = (width: 28 | 16, nextPanel: Operand<'i32'>): void =>
          f.while(i32.ge_s(left, width), () => {
            sparsePanel(f, block, workspace, width / 4);
            advance(outAt, 4 * width);
            advance(bAt, nextPanel);
            advance(startAt, i32.mul(startColumn, width));
            advance(left, -width);
          });
        f.if(wide, () => panels(28, 112));
        panels(16, bPanel);
        advance(out, i32.mul(outRow, rows));
        advance(a, i32.mul(aRow, rows));
        advance(start, i32.mul(startRow, rows));
        advance(M, i32.sub(0, rows));
      });
      f.give(i32.sub(columns, left));
    },
    'i32',
  );
}

/** For each set of four lanes the order of bytes that brings them to the front. */
function writeFronts(f: Code, { fronts }: ProductWorkspace): void {
  f.for(0, 16, 1, (set) => {
    const to = f.let(i32.shl(set, 4));
    f.for(0, 4, 1, (lane) => {
      f.store(to, i32.add(i32.mul(lane, 0x04040404), 0x03020100), fronts); // its bytes; stays if the set has the lane
      advance(to, i32.shl(i32.and(i32.shr_u(set, lane), 1), 2));
    });
  });
}

function noteRows(f: Code, { aRow, aColumn, M, K, bRow, ...block }: Block, { ends, notes, toDistance, fronts }: ProductWorkspace): void {
  const [a, at, endAt] = [f.let(block.a), f.let(integer(notes)), f.let(integer(ends))];
  const step = f.let(i32x4.splat(i32.shl(bRow, 2)));
  const first = f.let(i32x4.mul(i32x4.splat(bRow), integerLanes(0, 1, 2, 3)));
  const zero = f.let(lanes(0));
  f.repeat(M, () => {
    const from = f.let(a);
    const distances = f.let(first);
    const numbers = f.variable('v128');
    /** Notes those of four numbers that are not 0. What is written behind them is overwritten by the next. */
    const write = (): void => {
      const present = f.let(i32x4.bitmask(f32x4.ne(numbers, zero)));
      const front = f.let(v128.load(i32.shl(present, 4), fronts));
      f.store(at, i8x16.swizzle(numbers, front));
      f.store(at, i8x16.swizzle(distances, front), toDistance);
      advance(at, i32.shl(i32.popcnt(present), 2));
    };
    f.repeat(i32.shr_u(K, 2), () => {
      f.if(
        i32.eq(aColumn, 4),
        () => {
          numbers.set(v128.load(from));
          advance(from, 16);
        },
        () => {
          numbers.set(v128.load32_zero(from));
          advance(from, aColumn);
          for (const lane of [1, 2, 3]) {
            numbers.set(v128.load32_lane(from, numbers, 0, lane));
            advance(from, aColumn);
          }
        },
      );
      write();
      distances.set(i32x4.add(distances, step));
    });
    f.repeat(i32.and(K, 3), () => {
      numbers.set(v128.load32_zero(from));
      write();
      advance(from, aColumn);
      distances.set(shuffle(distances, distances, 1, 2, 3, 0));
    });
    f.store(endAt, at);
    advance(endAt, 4);
    advance(a, aRow);
  });
}

/** A panel of so many vectors of the product, with the rows that were noted. */
function sparsePanel(f: Code, { outRow, startRow, M, relu, ...block }: Block, workspace: ProductWorkspace, vectors: number): void {
  const { ends, notes, toDistance } = workspace;
  const offsets = Array.from({ length: vectors }, (_, vector) => 16 * vector);
  const [out, b, start] = [f.let(block.out), block.b, f.let(block.start)];
  const [at, endAt] = [f.let(integer(notes)), f.let(integer(ends))];
  f.repeat(M, () => {
    const sums = offsets.map((offset) => f.let(v128.load(start, offset)));
    const end = f.let(i32.load(endAt));
    f.while(i32.lt_u(at, end), () => {
      const number = f.let(v128.load32_splat(at));
      const row = f.let(i32.add(b, i32.load(at, toDistance)));
      sums.forEach((sum, j) => void sum.set(f.multiplyAdd(number, v128.load(row, offsets[j]), sum)));
      advance(at, 4);
    });
    f.if(relu, () => {
      const zero = f.let(lanes(0));
      for (const sum of sums) sum.set(f32x4.pmax(sum, zero));
    });
    sums.forEach((sum, j) => void f.store(out, sum, offsets[j]));
    advance(endAt, 4);
    advance(out, outRow);
    advance(start, startRow);
  });
}
