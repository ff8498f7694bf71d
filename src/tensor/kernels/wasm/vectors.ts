// Loops over whole buffers, four floats at a time. The body is a formula on vectors, written once: it is emitted for a run of
// several vectors, for single ones, and for the last one to three floats.

import { advance, type Code, type Local, result } from './code.ts';
import { i32, type Value, v128 } from './expressions.ts';
import type { Tails } from './tails.ts';

/**
 * out[i] ← formula(x[i], …) for i < length, where `reads` are the addresses of the x. An `out` that is added to is also read.
 * The addresses are left where they are. `run` is how many vectors a round does: 4 for a short formula, 1 for a long one.
 */
export function mapVectors(
  f: Code,
  tails: Tails,
  length: Local<'i32'>,
  out: Local<'i32'>,
  reads: readonly Local<'i32'>[],
  formula: (...x: Local<'v128'>[]) => Value<'v128'>,
  run: 1 | 2 | 4 = 4,
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
  run: 1 | 2 | 4 = 4,
): void {
  const from = reads.map((address) => f.let(address));
  const to = outs.map((address) => f.let(address));
  const left = f.let(length);
  const round = (vectors: number): void => {
    for (let n = 0; n < vectors; n++) {
      const x = from.map((address) => f.let(v128.load(address, 16 * n)));
      // All are computed before any is stored, for an output may be an input of the next.
      const computed = formulas(x).map((value) => f.let(value));
      computed.forEach((value, i) => void f.store(to[i], value, 16 * n));
    }
    for (const address of [...from, ...to]) advance(address, 16 * vectors);
    advance(left, -4 * vectors);
  };
  if (run > 1) f.while(i32.ge_s(left, 4 * run), () => round(run));
  f.while(i32.ge_s(left, 4), () => round(1));
  f.if(left, () => {
    const x = from.map((address) => f.let(result('v128', tails.load, address, left)));
    const computed = formulas(x).map((value) => f.let(value));
    computed.forEach((value, i) => void f.call(tails.store, to[i], value, left));
  });
}
