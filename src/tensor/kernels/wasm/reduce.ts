// Sums over the middle of [outer, length, inner]. Along the axis that lies densely in memory they are made in 64 bits, for the memory
// is slower than that; across it in 32, for a few columns at a time, with all rows for these before the next.

import type { Callable } from './assembler.ts';
import { advance, type Code, type Local } from './code.ts';
import { f32, f32x4, f64, i32, i32x4, lanes, type Value, v128 } from './expressions.ts';
import type { KernelFamily } from './family.ts';
import type { ModuleBuilder } from './module.ts';
import type { Tails } from './tails.ts';
import { mapVectors, sumFloats } from './vectors.ts';

export const reduceFamily: KernelFamily = {
  provides: ['addColumnSums', 'sumAxis', 'sumAxisBackward'],
  emit(m, tails) {
    const columnSums = emitColumnSums(m);
    emitAddColumnSums(m, columnSums);
    emitSumAxis(m, tails, columnSums);
    emitSumAxisBackward(m, tails);
  },
};

/** (out, x, M, N, factor, keep): out[N] ← factor · Σ over rows of x[M,N], plus what out holds where `keep` is −1 and not 0. */
function emitColumnSums(m: ModuleBuilder): Callable {
  return m.function(
    'columnSums',
    { out: 'i32', x: 'i32', M: 'i32', N: 'i32', factor: 'f32', keep: 'i32' },
    (f, { out, x, M, N, factor, keep }) => {
      const rowBytes = f.let(i32.shl(N, 2));
      const factors = f.let(f32x4.splat(factor));
      const kept = f.let(i32x4.splat(keep));
      const left = f.let(N);
      const group = (vectors: number): void => {
        const row = f.let(x);
        const sums = Array.from({ length: vectors }, () => f.let(lanes(0)));
        f.repeat(M, () => {
          sums.forEach((sum, i) => void sum.set(f32x4.add(sum, v128.load(row, 16 * i))));
          advance(row, rowBytes);
        });
        sums.forEach((sum, i) => void f.store(out, f.multiplyAdd(sum, factors, v128.and(v128.load(out, 16 * i), kept)), 16 * i));
        for (const address of [out, x]) advance(address, 16 * vectors);
        advance(left, -4 * vectors);
      };
      f.while(i32.ge_s(left, 16), () => group(4));
      f.while(i32.ge_s(left, 4), () => group(1));
      f.repeat(left, () => {
        const before = f32.reinterpret_i32(i32.and(i32.load(out), keep));
        f.store(out, f32.add(f32.mul(sumOfColumn(f, x, M, rowBytes), factor), before));
        for (const address of [out, x]) advance(address, 4);
      });
    },
  );
}

/** dBias[N] += Σ over rows of dOut[M,N]. */
function emitAddColumnSums(m: ModuleBuilder, columnSums: Callable): void {
  m.kernel('addColumnSums', { dBias: 'out', dOut: 'in', M: 'i32', N: 'i32' }, (f, { dBias, dOut, M, N }) =>
    f.callWith(columnSums, { out: dBias, x: dOut, M, N, factor: 1, keep: -1 }),
  );
}

/** Σ of single floats a row apart, as four sums: one would wait for itself. */
function sumOfColumn(f: Code, start: Local<'i32'>, rows: Local<'i32'>, rowBytes: Local<'i32'>): Value<'f32'> {
  const address = f.let(start);
  const sums = [0, 1, 2, 3].map(() => {
    const sum = f.variable('f32');
    sum.set(0);
    return sum;
  });
  const add = (sum: Local<'f32'>): void => {
    sum.set(f32.add(sum, f32.load(address)));
    advance(address, rowBytes);
  };
  f.repeat(i32.shr_u(rows, 2), () => sums.forEach(add));
  f.repeat(i32.and(rows, 3), () => add(sums[0]));
  return f32.add(f32.add(sums[0], sums[1]), f32.add(sums[2], sums[3]));
}

/** out[outer,inner] ← factor · Σ over length of x[outer,length,inner]. */
function emitSumAxis(m: ModuleBuilder, tails: Tails, columnSums: Callable): void {
  m.kernel(
    'sumAxis',
    { out: 'out', x: 'in', outer: 'i32', count: 'i32', inner: 'i32', factor: 'f64' },
    (f, { out, x, outer, count, inner, factor }) => {
      const rowBytes = f.let(i32.shl(inner, 2));
      f.repeat(outer, () => {
        f.if(
          i32.eq(inner, 1),
          () => f.store(out, f32.demote_f64(f64.mul(sumFloats(f, tails, count, x), factor))),
          () => f.callWith(columnSums, { out, x, M: count, N: inner, factor: f32.demote_f64(factor), keep: 0 }),
        );
        advance(out, rowBytes);
        advance(x, i32.mul(count, rowBytes));
      });
    },
  );
}

/** dx[outer,length,inner] += factor · dOut[outer,inner]. */
function emitSumAxisBackward(m: ModuleBuilder, tails: Tails): void {
  m.kernel(
    'sumAxisBackward',
    { dx: 'out', dOut: 'in', outer: 'i32', count: 'i32', inner: 'i32', factor: 'f32' },
    (f, { dx, dOut, outer, count, inner, factor }) => {
      const factors = f.let(f32x4.splat(factor));
      const rowBytes = f.let(i32.shl(inner, 2));
      f.if(
        i32.eq(inner, 1),
        () =>
          f.repeat(outer, () => {
            const term = f.let(f32x4.mul(v128.load32_splat(dOut), factors));
            mapVectors(f, tails, count, dx, [dx], (sum) => f32x4.add(sum, term));
            advance(dx, i32.shl(count, 2));
            advance(dOut, 4);
          }),
        () =>
          f.repeat(outer, () => {
            f.repeat(count, () => {
              mapVectors(f, tails, inner, dx, [dx, dOut], (sum, d) => f.multiplyAdd(d, factors, sum));
              advance(dx, rowBytes);
            });
            advance(dOut, rowBytes);
          }),
      );
    },
  );
}
