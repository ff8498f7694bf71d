// Copies of the rows that an index names, and their adjoint. Short rows stay with the JavaScript set, whose loop is over before an
// emitted one has begun.

import { embed, embedBackward, select, selectBackward } from '../js/rows.ts';
import { advance, type Code, type Local } from './code.ts';
import { f32x4, i32 } from './expressions.ts';
import type { KernelFamily } from './family.ts';
import { mapVectors } from './vectors.ts';

const leastWidth = 16;

const sizes = { rows: 'i32', distance: 'i32', width: 'i32' } as const;
type Picked = { readonly [N in keyof typeof sizes | 'index']: Local<'i32'> };

/**
 * Runs the body with the place picked for each row: among the rows of `all`, number row·distance + index[row]. `distance` is how
 * many of them each row chooses from, or 0 where all rows choose from the same.
 */
function eachPicked(
  f: Code,
  one: Local<'i32'>,
  all: Local<'i32'>,
  { index, rows, distance, width }: Picked,
  body: (place: Local<'i32'>) => void,
): void {
  const rowBytes = f.let(i32.shl(width, 2));
  const step = f.let(i32.mul(distance, rowBytes));
  f.repeat(rows, () => {
    body(f.let(i32.add(all, i32.mul(i32.load(index), rowBytes))));
    advance(one, rowBytes);
    advance(all, step);
    advance(index, 4);
  });
}

export const picksFamily: KernelFamily = {
  provides: ['select', 'selectBackward', 'embed', 'embedBackward'],
  emit(m, tails) {
    m.kernel('pick', { out: 'out', x: 'in', index: 'in', ...sizes }, (f, { out, x, length: _, ...picked }) =>
      eachPicked(f, out, x, picked, (place) => mapVectors(f, tails, picked.width, out, [place], (value) => value)),
    );
    m.kernel('addPicked', { dx: 'out', index: 'in', dOut: 'in', ...sizes }, (f, { dx, dOut, length: _, ...picked }) =>
      eachPicked(f, dOut, dx, picked, (place) => mapVectors(f, tails, picked.width, place, [place, dOut], (sum, d) => f32x4.add(sum, d))),
    );
  },
  adapt({ pick, addPicked }) {
    return {
      select(out, x, index, rows, A, Z) {
        if (Z < leastWidth) select(out, x, index, rows, A, Z);
        else pick(out, x, index, rows, A, Z);
      },
      selectBackward(dx, index, dOut, rows, A, Z) {
        if (Z < leastWidth) selectBackward(dx, index, dOut, rows, A, Z);
        else addPicked(dx, index, dOut, rows, A, Z);
      },
      embed(out, table, index, count, width) {
        if (width < leastWidth) embed(out, table, index, count, width);
        else pick(out, table, index, count, 0, width);
      },
      embedBackward(dTable, index, dOut, count, width) {
        if (width < leastWidth) embedBackward(dTable, index, dOut, count, width);
        else addPicked(dTable, index, dOut, count, 0, width);
      },
    };
  },
};
