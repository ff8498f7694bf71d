// Copies of many columns of b, panel after panel, for products that read them again and again. Rows are copied in the order they
// lie in memory, each through all panels, because processors fetch ahead along rows and not down columns.

import type { Callable } from './assembler.ts';
import { advance } from './code.ts';
import { i32, integer, type Value, v128 } from './expressions.ts';
import type { KernelFamily } from './family.ts';
import { emitPacking } from './gemm-pack.ts';
import { reserveProductWorkspace } from './gemm-workspace.ts';
import type { ModuleBuilder } from './module.ts';
import type { Tails } from './tails.ts';

/** These copies, by a function of a module of its own, and the functions it is made of, which convolutions use as well. */
export const slabFamily: KernelFamily = { provides: [], emit: emitSlab };

const parameters = { b: 'i32', bLine: 'i32', transposeB: 'i32', K: 'i32', columns: 'i32', all: 'i32' } as const;

/**
 * (b, bLine, transposeB, K, columns, all): memory from `packed` on ← the panels of b[K, columns], of which the last 1 to 3
 * columns are filled up with zeros. Where `all` is 0, b is read where it lies, and only those last columns are copied.
 */
export const importPackSlab = (m: ModuleBuilder): Callable => m.elsewhere('packSlab', parameters);

function emitSlab(m: ModuleBuilder, tails: Tails): void {
  const { packed } = reserveProductWorkspace(m);
  const packing = emitPacking(m, tails);
  m.shared('packSlab', parameters, (f, { b, bLine, transposeB, K, columns, all }) => {
    const to = f.let(integer(packed));
    const whole = f.let(i32.and(columns, -4));
    const either = (ofColumns: () => void, ofRows: () => void): void => f.if(transposeB, ofColumns, ofRows);
    /** Panels of 16 columns, then one of 12, 8 or 4: copies each and moves on to the next. */
    const panels = (from: 16 | 12, copy: (vectors: number) => void, nextColumn: Value<'i32'>): void => {
      const panel = (vectors: number): void => {
        copy(vectors);
        advance(to, i32.mul(K, 16 * vectors));
        advance(b, i32.mul(nextColumn, 4 * vectors));
        advance(whole, -4 * vectors);
      };
      if (from === 16) f.while(i32.ge_s(whole, 16), () => panel(4));
      for (const vectors of [3, 2, 1]) f.if(i32.ge_s(whole, 4 * vectors), () => panel(vectors));
    };
    f.if(
      all,
      () =>
        either(
          () => panels(16, (vectors) => f.call(packing.columns, to, b, bLine, K, vectors), bLine),
          () => {
            const count = f.let(i32.shr_u(whole, 4));
            const panelBytes = f.let(i32.shl(K, 6));
            const [row, toRow] = [f.let(b), f.let(to)];
            f.repeat(K, () => {
              const [fromAt, toAt] = [f.let(row), f.let(toRow)];
              f.repeat(count, () => {
                for (const offset of [0, 16, 32, 48]) f.store(toAt, v128.load(fromAt, offset), offset);
                advance(fromAt, 64);
                advance(toAt, panelBytes);
              });
              advance(row, bLine);
              advance(toRow, 64);
            });
            advance(to, i32.mul(panelBytes, count));
            advance(b, i32.shl(count, 6));
            whole.set(i32.and(whole, 12));
            panels(12, (vectors) => f.call(packing.rows[vectors - 1], to, b, bLine, K), integer(4));
          },
        ),
      () => advance(b, i32.shl(whole, 2)),
    );
    const rest = f.let(i32.and(columns, 3));
    f.if(rest, () =>
      either(
        () => f.call(packing.tailColumns, to, b, bLine, K, rest),
        () => f.call(packing.tailRows, to, b, bLine, K, rest),
      ),
    );
  });
}
