// The speed limit: multiplications and additions of vectors in registers, no memory read. Each sum waits for its own last value,
// so twelve run side by side; with the factor and the summand that is fourteen of the sixteen registers.
//
//   sᵢ ← sᵢ · c + d,   i = 0 … 11

import { advance } from '../../src/tensor/kernels/wasm/code.ts';
import { lanes } from '../../src/tensor/kernels/wasm/expressions.ts';
import { type Case, checkClose } from '../case.ts';
import { emitted } from './emitted.ts';

const chains = 12;
const rounds = 20_000;
const [c, d] = [0.5, 1];

/** The loop as a case. With `relaxed`, a multiplication and its addition are one instruction where the machine has it. */
export function createPeak(relaxed = false): Case {
  const name = relaxed ? 'peak: fused s·c + d' : 'peak: s·c + d';
  const { run, alloc } = emitted(
    'peak',
    (m) =>
      m.kernel('peak', { out: 'out', rounds: 'i32' }, (f, { out, rounds: left }) => {
        const [factor, summand] = [f.let(lanes(c)), f.let(lanes(d))];
        const sums = Array.from({ length: chains }, (_, i) => f.let(lanes(i)));
        f.repeat(left, () => {
          for (const sum of sums) sum.set(f.multiplyAdd(sum, factor, summand));
        });
        for (const sum of sums) {
          f.store(out, sum);
          advance(out, 16);
        }
      }),
    { relaxed },
  );
  const out = alloc(4 * chains);
  const compute = (count: number): Float32Array => {
    run(out.byteOffset, out.length, count);
    return out;
  };
  return {
    name,
    work: { amount: 2 * 4 * chains * rounds, unit: 'FLOP' },
    ceiling: true,
    // After n rounds, s became cⁿs + d(1 − cⁿ)/(1 − c); all of it is exact in a float.
    check() {
      const wanted = Array.from(out, (_, i) => c ** 4 * Math.floor(i / 4) + (d * (1 - c ** 4)) / (1 - c));
      checkClose(name, compute(4), wanted, 0);
    },
    run: () => compute(rounds)[0],
  };
}
