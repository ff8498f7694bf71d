// Products whose a is full of zeros, as it is behind relu, which stops about half of what passes it, forward and backward. A term
// with a factor of 0 changes no sum, so it need not be computed:
//
//   for each row of a:   note its numbers that are not 0, and how far into b the row lies that each is multiplied with
//   for each panel of 16 columns:   for each row:   for each note:   sum[j] += number · b[there + j]
//
// The other terms are added in their order, so the sums are those of the full product. Where b holds infinities or NaN they would
// not be, for 0 · ∞ is NaN: such products are computed in full.

import type { Callable } from './assembler.ts';
import { advance, type Code, choose, type Local } from './code.ts';
import { f32, f32x4, i8x16, i32, i32x4, integer, integerLanes, lanes, shuffle, v128 } from './expressions.ts';
import type { KernelFamily } from './family.ts';
import { panelParameters } from './gemm-panel.ts';
import { type ProductWorkspace, reserveProductWorkspace } from './gemm-workspace.ts';
import type { ModuleBuilder } from './module.ts';

/** What is done of a product where that pays, by functions of a module of their own. */
export const sparseFamily: KernelFamily = {
  provides: [],
  emit(m) {
    emitAllFinite(m);
    emitSparseBlock(m);
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

/** (b, bytes) → 1 where all numbers in so many bytes are finite. */
export const importAllFinite = (m: ModuleBuilder): Callable => m.elsewhere('allFinite', allFiniteParameters, 'i32');

function emitAllFinite(m: ModuleBuilder): void {
  m.shared(
    'allFinite',
    allFiniteParameters,
    (f, { b, bytes }) => {
      const end = f.let(i32.add(b, bytes));
      const withoutSign = f.let(integerLanes(0x7fffffff));
      const largest = f.let(lanes(0)); // as whole numbers, in which the bits of floats above 0 are in order
      f.while(i32.lt_u(b, end), () => {
        largest.set(i32x4.max_s(largest, v128.and(v128.load(b), withoutSign)));
        advance(b, 16);
      });
      f.give(i32.eqz(v128.any_true(i32x4.ge_s(largest, integerLanes(0x7f800000)))));
    },
    'i32',
  );
}

/**
 * Addresses and distances as for a panel (gemm-panel.ts), but for so many panels of 16 columns, which lie bPanel bytes apart in b.
 * `start` is read at i·startRow + j·startColumn.
 */
const blockParameters = { ...panelParameters, bPanel: 'i32', startColumn: 'i32', panels: 'i32' } as const;
type Block = { readonly [N in keyof typeof blockParameters]: Local<'i32'> };

export const importSparseBlock = (m: ModuleBuilder): Callable => m.elsewhere('sparseBlock', blockParameters);

function emitSparseBlock(m: ModuleBuilder): void {
  const workspace = reserveProductWorkspace(m);
  m.shared('sparseBlock', blockParameters, (f, block) => {
    const { out, b, bPanel, start, startColumn, panels } = block;
    noteRows(f, block, workspace);
    f.repeat(panels, () => {
      sparsePanel(f, block, workspace);
      advance(out, 64);
      advance(b, bPanel);
      advance(start, i32.shl(startColumn, 4));
    });
  });
}

function noteRows(f: Code, { a, aRow, aColumn, M, K, bRow }: Block, { ends, notes, toDistance, fronts }: ProductWorkspace): void {
  const [at, endAt] = [f.let(integer(notes)), f.let(integer(ends))];
  const step = f.let(i32x4.splat(i32.shl(bRow, 2)));
  const first = f.let(i32x4.mul(i32x4.splat(bRow), integerLanes(0, 1, 2, 3)));
  const zero = f.let(lanes(0));
  f.for(0, 16, 1, (set) => {
    const to = f.let(i32.shl(set, 4));
    f.for(0, 4, 1, (lane) => {
      f.store(to, i32.add(i32.mul(lane, 0x04040404), 0x03020100), fronts); // its bytes; stays if the set has the lane
      advance(to, i32.shl(i32.and(i32.shr_u(set, lane), 1), 2));
    });
  });
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
    f.store(at, zero); // makes an odd number of notes even
    f.store(at, zero, toDistance);
    at.set(i32.and(i32.add(at, 4), -8));
    f.store(endAt, at);
    advance(endAt, 4);
    advance(a, aRow);
  });
}

const offsets = [0, 16, 32, 48];

/** 16 columns of the product with the rows that were noted. */
function sparsePanel(f: Code, { outRow, startRow, M, relu, ...block }: Block, { ends, notes, toDistance }: ProductWorkspace): void {
  const [out, b, start] = [f.let(block.out), block.b, f.let(block.start)];
  const [at, endAt] = [f.let(integer(notes)), f.let(integer(ends))];
  f.repeat(M, () => {
    const sums = offsets.map((offset) => f.let(v128.load(start, offset)));
    const end = f.let(i32.load(endAt));
    f.while(i32.lt_u(at, end), () => {
      for (const note of [0, 4]) {
        const number = f.let(v128.load32_splat(at, note));
        const row = f.let(i32.add(b, i32.load(at, toDistance + note)));
        sums.forEach((sum, j) => void sum.set(f.multiplyAdd(number, v128.load(row, offsets[j]), sum)));
      }
      advance(at, 8);
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
