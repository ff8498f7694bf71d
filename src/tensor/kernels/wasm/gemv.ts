// One row times a matrix, which is what choosing an action costs. Every number of b is used once, so the product is as fast as b
// can be read: in the order it lies in memory, several rows at a time, while the sums stay in the nearest cache.

import { advance, type Code, type Local } from './code.ts';
import { f32, f32x4, i32, lanes, v128 } from './expressions.ts';
import type { KernelFamily } from './family.ts';
import type { ModuleBuilder } from './module.ts';

/** How many rows of b are read together. */
const together = 4;

type Row = { readonly [N in 'out' | 'a' | 'b' | 'start' | 'startColumn' | 'N' | 'K' | 'relu']: Local<'i32'> };

export const gemvFamily: KernelFamily = { provides: [], emit: emitGemv };

/**
 * out[N] ← a[K] · b[K,N] + start, then relu where that is not 0; so often, for a batch. start is read at j·startColumn bytes, which are
 * 4, or 0 for sums that start with the zeros that lie nowhere.
 */
function emitGemv(m: ModuleBuilder): void {
  m.kernel(
    'gemv',
    { out: 'out', a: 'in', b: 'in', start: 'in', startColumn: 'i32', N: 'i32', K: 'i32', relu: 'i32', batch: 'i32' },
    (f, { out, a, b, start, batch, ...same }) => {
      const { startColumn, N, K } = same;
      f.repeat(batch, () => {
        timesMatrix(f, { out: f.let(out), a: f.let(a), b: f.let(b), start: f.let(start), ...same });
        advance(out, i32.shl(N, 2));
        advance(a, i32.shl(K, 2));
        advance(b, i32.shl(i32.mul(K, N), 2));
        advance(start, i32.mul(startColumn, N));
      });
    },
  );
}

function timesMatrix(f: Code, row: Row): void {
  const { out, a, b, start, startColumn, N, K, relu } = row;
  const whole = f.let(i32.and(N, -4));
  eachVector(f, out, whole, (address) => {
    f.store(address, v128.load(start));
    advance(start, i32.shl(startColumn, 2));
  });
  const bRow = f.let(i32.shl(N, 2));
  const [aAt, bAt] = [f.let(a), f.let(b)];
  const addRows = (rows: number): void => {
    const factors = Array.from({ length: rows }, (_, r) => f.let(v128.load32_splat(aAt, 4 * r)));
    const from = [f.let(bAt)];
    while (from.length < rows) from.push(f.let(i32.add(from[from.length - 1], bRow)));
    eachVector(f, out, whole, (address) => {
      const sum = f.let(v128.load(address));
      factors.forEach((factor, r) => void sum.set(f.multiplyAdd(factor, v128.load(from[r]), sum)));
      f.store(address, sum);
      for (const pointer of from) advance(pointer, 16);
    });
    advance(aAt, 4 * rows);
    advance(bAt, i32.mul(bRow, rows));
  };
  f.repeat(i32.div_u(K, together), () => addRows(together));
  f.repeat(i32.rem_u(K, together), () => addRows(1));
  f.if(relu, () => {
    const zero = f.let(lanes(0));
    eachVector(f, out, whole, (address) => f.store(address, f32x4.pmax(v128.load(address), zero)));
  });
  restOfColumns(f, row, whole, bRow);
}

/** Runs the body with the address of every four floats. */
function eachVector(f: Code, start: Local<'i32'>, count: Local<'i32'>, body: (address: Local<'i32'>) => void): void {
  const address = f.let(start);
  const end = f.let(i32.add(start, i32.shl(count, 2)));
  f.while(i32.lt_u(address, end), () => {
    body(address);
    advance(address, 16);
  });
}

/** The last one to three columns, each as two sums, over even and odd k: a single one would wait for itself. */
function restOfColumns(f: Code, { out, a, b, start, startColumn, N, K, relu }: Row, whole: Local<'i32'>, bRow: Local<'i32'>): void {
  advance(out, i32.shl(whole, 2));
  advance(b, i32.shl(whole, 2));
  f.repeat(i32.and(N, 3), () => {
    const [aAt, bAt] = [f.let(a), f.let(b)];
    const [even, odd] = [f.let(f32.load(start)), f.variable('f32')];
    const addProduct = (sum: Local<'f32'>): void => {
      sum.set(f32.add(f32.mul(f32.load(aAt), f32.load(bAt)), sum));
      advance(aAt, 4);
      advance(bAt, bRow);
    };
    odd.set(0);
    f.repeat(i32.shr_u(K, 1), () => {
      addProduct(even);
      addProduct(odd);
    });
    f.if(i32.and(K, 1), () => addProduct(even));
    const sum: Local<'f32'> = f.let(f32.add(even, odd));
    f.if(relu, () => f.if(f32.lt(sum, 0), () => sum.set(0)));
    f.store(out, sum);
    advance(out, 4);
    advance(b, 4);
    advance(start, startColumn);
  });
}
