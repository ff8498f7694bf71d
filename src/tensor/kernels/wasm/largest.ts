// Where the largest of several numbers stands: argmax of rows, and the maximum over an axis. One number at a time, for rows are short,
// such as one number for each action. A single row stays with the JavaScript set.

import { argmax } from '../js/rows.ts';
import type { Callable } from './assembler.ts';
import { advance, result } from './code.ts';
import { f32, i32, integer } from './expressions.ts';
import type { KernelFamily } from './family.ts';
import type { ModuleBuilder } from './module.ts';

/** With fewer rows the call takes longer than the work. */
const leastRows = 8;

export const largestFamily: KernelFamily = {
  provides: ['argmax', 'maxAxis', 'maxAxisBackward'],
  emit(m) {
    const placeOfLargest = emitPlaceOfLargest(m);
    m.kernel('argmax', { out: 'out', x: 'in', rows: 'i32', n: 'i32' }, (f, { out, x, rows, n }) => {
      f.repeat(rows, () => {
        f.store(out, result('i32', placeOfLargest, x, n, 4));
        advance(out, 4);
        advance(x, i32.shl(n, 2));
      });
    });
    const sizes = { outer: 'i32', count: 'i32', inner: 'i32' } as const;
    m.kernel('maxAxis', { out: 'out', index: 'out', x: 'in', ...sizes }, (f, { out, index, x, outer, count, inner }) => {
      const stride = f.let(i32.shl(inner, 2));
      f.repeat(outer, () => {
        f.repeat(inner, () => {
          const place = f.let(result('i32', placeOfLargest, x, count, stride));
          f.store(out, f32.load(i32.add(x, i32.mul(place, stride))));
          f.store(index, f32.convert_i32_s(place));
          for (const address of [out, index, x]) advance(address, 4);
        });
        advance(x, i32.mul(stride, i32.sub(count, 1)));
      });
    });
    m.kernel('maxAxisBackward', { dx: 'out', index: 'in', dOut: 'in', ...sizes }, (f, { dx, index, dOut, outer, count, inner }) => {
      const stride = f.let(i32.shl(inner, 2));
      f.repeat(outer, () => {
        f.repeat(inner, () => {
          const winner = f.let(i32.add(dx, i32.mul(i32.trunc_f32_s(f32.load(index)), stride)));
          f.store(winner, f32.add(f32.load(winner), f32.load(dOut)));
          for (const address of [dx, index, dOut]) advance(address, 4);
        });
        advance(dx, i32.mul(stride, i32.sub(count, 1)));
      });
    });
  },
  adapt: ({ argmax: ofRows }) => ({
    argmax: (out, x, rows, n) => (rows < leastRows ? argmax : ofRows)(out, x, rows, n),
  }),
};

/** (x, count, stride) → the first place of the largest of `count` numbers that lie `stride` bytes apart. NaN wins. */
function emitPlaceOfLargest(m: ModuleBuilder): Callable {
  return m.function(
    'placeOfLargest',
    { x: 'i32', count: 'i32', stride: 'i32' },
    (f, { x, count, stride }) => {
      const best = f.let(f32.load(x));
      const place = f.let(integer(0));
      f.for(1, count, 1, (i) => {
        advance(x, stride);
        const value = f.let(f32.load(x));
        const firstNaN = i32.and(f32.ne(value, value), f32.eq(best, best));
        f.if(i32.or(f32.gt(value, best), firstNaN), () => {
          best.set(value);
          place.set(i);
        });
      });
      f.give(place);
    },
    'i32',
  );
}
