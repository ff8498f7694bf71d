// Copies of many columns of b, panel after panel, for products that read them again and again. Rows are copied in the order they
// lie in memory, each through all panels, because processors fetch ahead along rows and not down columns.

import type { Callable } from './assembler.ts';
import { advance, choose } from './code.ts';
import { i32, integer, v128 } from './expressions.ts';
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
    const nextColumn = f.let(choose(transposeB, bLine, integer(4)));
    f.if(
      all,
      () => {
        f.if(i32.eqz(transposeB), () => {
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
        });
        // Panels of 16 columns, then one of 12, 8 or 4.
        f.while(whole, () => {
          const columnsHere = f.let(choose(i32.lt_s(whole, 16), whole, integer(16)));
          const [vectors, toRow] = [i32.shr_u(columnsHere, 2), f.let(i32.shl(columnsHere, 2))];
          either(
            () => f.call(packing.columns, to, b, bLine, K, vectors, toRow),
            () => f.call(packing.rows, to, b, bLine, K, vectors, toRow),
          );
          advance(to, i32.mul(K, toRow));
          advance(b, i32.mul(nextColumn, columnsHere));
          advance(whole, i32.sub(0, columnsHere));
        });
      },
      () => advance(b, i32.mul(whole, nextColumn)),
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
