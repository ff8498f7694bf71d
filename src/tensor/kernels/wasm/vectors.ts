// Loops over whole buffers or rows, four floats at a time. The body is a formula on vectors, written once, and emitted for runs of
// several vectors, for single ones and for the last, which may hold one to three floats. It is read whole and stored in part.

import { advance, type Code, type Local, result } from './code.ts';
import { f32x4, f64, f64x2, i32, integerLanes, lanes, shuffle, sumOfLanes, type Value, v128 } from './expressions.ts';
import type { Tails } from './tails.ts';

/**
 * How many vectors a round of a loop does; 2 pays for a short formula. The formula is emitted once more for a last vector of less
 * than four floats, unless it is `long`: then each vector is asked whether it is that one, which a long formula hides. `whole`
 * leaves that vector to a loop that follows.
 */
export type Run = 1 | 2 | 4 | 'long' | 'whole';

/**
 * out[i] ← formula(x[i], …) for i < length, where `reads` are the addresses of the x. An `out` that is added to is also read.
 * For whole buffers: the addresses are moved along, and the length is counted down.
 */
export function mapBuffers(
  f: Code,
  tails: Tails,
  length: Local<'i32'>,
  out: Local<'i32'>,
  reads: readonly Local<'i32'>[],
  formula: (...x: Local<'v128'>[]) => Value<'v128'>,
  run: Run = 1,
): void {
  forEachVector(f, tails, length, reads, [out], (x) => [formula(...x)], run);
}

/** The same for a part of each buffer, such as a row: addresses and length are left as they are. */
export function mapVectors(
  f: Code,
  tails: Tails,
  length: Local<'i32'>,
  out: Local<'i32'>,
  reads: readonly Local<'i32'>[],
  formula: (...x: Local<'v128'>[]) => Value<'v128'>,
  run: Run = 1,
): void {
  const to = f.let(out);
  const from = reads.map((address) => (address === out ? to : f.let(address)));
  mapBuffers(f, tails, f.let(length), to, from, formula, run);
}

/** The same as mapBuffers for several outputs: outs[n][i] ← the nth of the formulas. */
export function forEachVector(
  f: Code,
  tails: Tails,
  left: Local<'i32'>,
  reads: readonly Local<'i32'>[],
  outs: readonly Local<'i32'>[],
  formulas: (x: Local<'v128'>[]) => readonly Value<'v128'>[],
  run: Run = 1,
): void {
  const moved = [...new Set([...reads, ...outs])];
  type Store = (values: readonly Local<'v128'>[], n: number) => void;
  const vectors = (count: number, store: Store): void => {
    for (let n = 0; n < count; n++) {
      const x = reads.map((address) => f.let(v128.load(address, 16 * n)));
      const values = formulas(x).map((value) => f.let(value));
      store(values, n); // all are computed before any is stored, for an output may be an input of the next
    }
  };
  const whole: Store = (values, n) => values.forEach((value, i) => void f.store(outs[i], value, 16 * n));
  const part: Store = (values) => values.forEach((value, i) => void f.call(tails.store, outs[i], value, left));
  if (run === 'long') {
    const either: Store = (values, n) =>
      f.if(
        i32.lt_s(left, 4),
        () => part(values, n),
        () => whole(values, n),
      );
    walk(f, left, 1, moved, 1, () => vectors(1, either));
  } else {
    if (run !== 'whole' && run > 1) walk(f, left, 4 * run, moved, run, () => vectors(run, whole));
    walk(f, left, 4, moved, 1, () => vectors(1, whole));
    if (run !== 'whole') f.if(left, () => vectors(1, part));
  }
}

/** As long as at least so many floats are left: does `count` vectors of them and moves the pointers on. */
function walk(f: Code, left: Local<'i32'>, atLeast: number, pointers: readonly Local<'i32'>[], count: number, vectors: () => void): void {
  f.while(i32.ge_s(left, atLeast), () => {
    vectors();
    for (const address of pointers) advance(address, 16 * count);
    advance(left, -4 * count);
  });
}

/** A value with only the lanes that count: those that stand for nothing become `otherwise`, 0 by default. */
export type Keep = (value: Value<'v128'>, otherwise?: Value<'v128'>) => Value<'v128'>;

/**
 * Runs the body with every four floats, for sums and the like. The lanes of the last vector that stand for nothing hold zeros;
 * `keep` puts in what leaves the result as it is, where formulas have made other numbers of them. `turn` counts 0 … run − 1, so
 * that neighbouring vectors need not wait for each other's sums.
 */
export function visitVectors(
  f: Code,
  tails: Tails,
  length: Local<'i32'>,
  reads: readonly Local<'i32'>[],
  body: (x: Local<'v128'>[], keep: Keep, turn: number) => void,
  run: 1 | 2 | 4 = 2,
): void {
  const from = reads.map((address) => f.let(address));
  const counts = f.let(integerLanes(-1));
  const whole: Keep = (value) => value;
  const part: Keep = (value, otherwise) => (otherwise ? v128.bitselect(value, otherwise, counts) : v128.and(value, counts));
  const left = f.let(length);
  const vectors = (count: number): void => {
    for (let turn = 0; turn < count; turn++) {
      const x = from.map((address) => f.let(v128.load(address, 16 * turn)));
      if (count === 1) {
        f.if(i32.lt_s(left, 4), () => {
          counts.set(result('v128', tails.mask, left));
          for (const vector of x) vector.set(v128.and(vector, counts));
        });
      }
      body(x, count > 1 ? whole : part, turn);
    }
  };
  if (run > 1) walk(f, left, 4 * run, from, run, () => vectors(run));
  walk(f, left, 1, from, 1, () => vectors(1));
}

/** Σ over a row of the formula on its vectors, summed in `run` times four lanes. The formula must make 0 of zeros, or use `keep`. */
export function sumVectors(
  f: Code,
  tails: Tails,
  length: Local<'i32'>,
  reads: readonly Local<'i32'>[],
  formula: (x: Local<'v128'>[], keep: Keep) => Value<'v128'>,
  run: 1 | 2 | 4 = 2,
): Local<'f32'> {
  const sums = Array.from({ length: run }, () => f.let(lanes(0)));
  visitVectors(f, tails, length, reads, (x, keep, turn) => sums[turn].set(f32x4.add(sums[turn], formula(x, keep))), run);
  while (sums.length > 1) {
    const last = sums.pop();
    if (last) sums[0].set(f32x4.add(sums[0], last));
  }
  return f.let(sumOfLanes(sums[0]));
}

/**
 * Σ of a row of floats, in 64 bits however long it is, so that nothing is lost. Only runs of eight vectors are added up in 32, as a
 * tree, for widening every float would take longer than reading it.
 */
export function sumFloats(f: Code, tails: Tails, length: Local<'i32'>, start: Local<'i32'>): Local<'f64'> {
  const [low, high, zero] = [f.let(lanes(0)), f.let(lanes(0)), f.let(lanes(0))];
  const add = (floats: Local<'v128'>): void => {
    low.set(f64x2.add(low, f64x2.promote_low_f32x4(floats)));
    high.set(f64x2.add(high, f64x2.promote_low_f32x4(shuffle(floats, zero, 2, 3, 4, 5))));
  };
  const [address, left] = [f.let(start), f.let(length)];
  const tree = (first: number, count: number): Value<'v128'> =>
    count === 1 ? v128.load(address, 16 * first) : f32x4.add(tree(first, count / 2), tree(first + count / 2, count / 2));
  f.while(i32.ge_s(left, 32), () => {
    add(f.let(tree(0, 8)));
    advance(address, 128);
    advance(left, -32);
  });
  visitVectors(f, tails, left, [address], ([floats]) => add(floats), 1);
  low.set(f64x2.add(low, high));
  return f.let(f64.add(f64x2.extract_lane(low, 0), f64x2.extract_lane(low, 1)));
}
