// Loops over whole buffers or rows, four floats at a time. The body is a formula on vectors, written once: it is emitted for a run
// of several vectors, and for single ones, of which the last may hold one to three floats.

import { advance, type Code, type Local, result } from './code.ts';
import { f32x4, f64, f64x2, i32, i32x4, integer, integerLanes, lanes, shuffle, sumOfLanes, type Value, v128 } from './expressions.ts';
import { mostBuffers, type Tails } from './tails.ts';

/**
 * out[i] ← formula(x[i], …) for i < length, where `reads` are the addresses of the x. An `out` that is added to is also read.
 * The addresses are left where they are. `run` is how many vectors a round does: 2 pays for a short formula.
 */
export function mapVectors(
  f: Code,
  tails: Tails,
  length: Local<'i32'>,
  out: Local<'i32'>,
  reads: readonly Local<'i32'>[],
  formula: (...x: Local<'v128'>[]) => Value<'v128'>,
  run: 1 | 2 | 4 = 1,
): void {
  forEachVector(f, tails, length, reads, [out], (x) => [formula(...x)], run);
}

/** The same for several outputs: outs[n][i] ← the nth of the formulas. */
export function forEachVector(
  f: Code,
  tails: Tails,
  length: Local<'i32'>,
  reads: readonly Local<'i32'>[],
  outs: readonly Local<'i32'>[],
  formulas: (x: Local<'v128'>[]) => readonly Value<'v128'>[],
  run: 1 | 2 | 4 = 1,
): void {
  const pointers = new Map([...new Set([...reads, ...outs])].map((address) => [address, f.let(address)]));
  const pointer = (address: Local<'i32'>): Local<'i32'> => pointers.get(address) ?? address; // all of them have one
  const from = reads.map(pointer);
  const to = outs.map(pointer);
  const vectors = (count: number): void => {
    for (let n = 0; n < count; n++) {
      const x = from.map((address) => f.let(v128.load(address, 16 * n)));
      // All are computed before any is stored, for an output may be an input of the next.
      const computed = formulas(x).map((value) => f.let(value));
      computed.forEach((value, i) => void f.store(to[i], value, 16 * n));
    }
  };
  walk(f, tails, length, [...pointers.values()], to, run, vectors);
}

/**
 * Moves the pointers over the buffers: `vectors(run)` while there are so many, `vectors(1)` for the rest. The one to three floats
 * at the end are copied to where a whole vector has room, so that no code for parts of vectors is needed, and from there to `outs`.
 * `beforeTail` is what else is to be done before that last round.
 */
function walk(
  f: Code,
  tails: Tails,
  length: Local<'i32'>,
  pointers: readonly Local<'i32'>[],
  outs: readonly Local<'i32'>[],
  run: number,
  vectors: (count: number) => void,
  beforeTail: (count: Local<'i32'>) => void = () => {},
): void {
  if (pointers.length > mostBuffers) throw new RangeError(`walk: must have at most ${mostBuffers} buffers; got ${pointers.length}`);
  const left = f.let(i32.and(length, -4));
  const rest = f.let(i32.and(length, 3));
  const inTail = f.let(integer(0));
  const again = f.variable('i32');
  const last = outs.map(() => f.variable('i32'));
  const round = (count: number): void => {
    vectors(count);
    for (const address of pointers) advance(address, 16 * count);
    advance(left, -4 * count);
  };
  f.doWhile(again, () => {
    if (run > 1) f.while(i32.ge_s(left, 4 * run), () => round(run));
    f.while(left, () => round(1));
    again.set(i32.and(i32.ne(rest, 0), i32.eqz(inTail)));
    f.if(again, () => {
      outs.forEach((address, i) => void last[i].set(address));
      beforeTail(rest);
      pointers.forEach((address, i) => void address.set(result('i32', tails.bring, address, rest, tails.room + 16 * i)));
      left.set(4);
      inTail.set(1);
    });
  });
  if (outs.length > 0) f.if(inTail, () => outs.forEach((address, i) => void f.call(tails.bringBack, last[i], rest, address)));
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
  run: 1 | 2 = 2,
): void {
  const from = reads.map((address) => f.let(address));
  const counts = f.let(integerLanes(-1));
  const whole: Keep = (value) => value;
  const part: Keep = (value, otherwise) => (otherwise ? v128.bitselect(value, otherwise, counts) : v128.and(value, counts));
  const vectors = (count: number): void => {
    for (let turn = 0; turn < count; turn++) {
      const x = from.map((address) => f.let(v128.load(address, 16 * turn)));
      body(x, count > 1 ? whole : part, turn);
    }
  };
  walk(f, tails, length, from, [], run, vectors, (count) => counts.set(i32x4.lt_s(integerLanes(0, 1, 2, 3), i32x4.splat(count))));
}

/** Σ over a row of the formula on its vectors, summed in `run` times four lanes. The formula must make 0 of zeros, or use `keep`. */
export function sumVectors(
  f: Code,
  tails: Tails,
  length: Local<'i32'>,
  reads: readonly Local<'i32'>[],
  formula: (x: Local<'v128'>[], keep: Keep) => Value<'v128'>,
  run: 1 | 2 = 2,
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
