// The derivatives of what is one output for one input, each added to its destination. Sums of products are rounded twice in 32
// bits, where the JavaScript set computes in 64 and rounds once.

import type { Code, Local } from './code.ts';
import { f32x4, lanes, type Value, v128 } from './expressions.ts';
import type { KernelFamily } from './family.ts';
import type { ModuleBuilder } from './module.ts';
import type { Tails } from './tails.ts';
import { mapBuffers } from './vectors.ts';

export const elementwiseBackwardFamily: KernelFamily = {
  provides: [
    'addScaled',
    'addProduct',
    'addQuotient',
    'divBackwardDivisor',
    'squareBackward',
    'absBackward',
    'reluBackward',
    'tanhBackward',
    'sigmoidBackward',
    'clampBackward',
    'leakyReluBackward',
  ],
  emit(m, tails) {
    emitSums(m, tails);
    emitDerivatives(m, tails);
    emitWithConstants(m, tails);
  },
};

function emitSums(m: ModuleBuilder, tails: Tails): void {
  m.kernel('addScaled', { dx: 'out', x: 'in', factor: 'f32' }, (f, { dx, x, length, factor }) => {
    const factors = f.let(f32x4.splat(factor));
    mapBuffers(f, tails, length, dx, [dx, x], (sum, value) => f.multiplyAdd(value, factors, sum));
  });
  m.kernel('addProduct', { dx: 'out', x: 'in', y: 'in' }, (f, { dx, x, y, length }) =>
    mapBuffers(f, tails, length, dx, [dx, x, y], (sum, a, b) => f.multiplyAdd(a, b, sum)),
  );
  m.kernel('addQuotient', { dx: 'out', x: 'in', y: 'in' }, (f, { dx, x, y, length }) =>
    mapBuffers(f, tails, length, dx, [dx, x, y], (sum, a, b) => f32x4.add(sum, f32x4.div(a, b))),
  );
  // −dOut · a/b² as two quotients: b² may overflow where they do not.
  m.kernel('divBackwardDivisor', { db: 'out', a: 'in', b: 'in', dOut: 'in' }, (f, { db, a, b, dOut, length }) =>
    mapBuffers(f, tails, length, db, [db, a, b, dOut], (sum, dividend, divisor, d) =>
      f32x4.sub(sum, f32x4.mul(f32x4.div(d, divisor), f32x4.div(dividend, divisor))),
    ),
  );
}

/** What is added to dx, of what the kernel was given and dOut. */
type Derivative = (x: Local<'v128'>, dOut: Local<'v128'>) => Value<'v128'>;

function emitDerivatives(m: ModuleBuilder, tails: Tails): void {
  const kernel = (name: string, derivative: (f: Code) => Derivative, run: 1 | 2 = 1): void =>
    m.kernel(name, { dx: 'out', x: 'in', dOut: 'in' }, (f, { dx, x, dOut, length }) => {
      const formula = derivative(f);
      mapBuffers(f, tails, length, dx, [dx, x, dOut], (sum, value, d) => f32x4.add(sum, formula(value, d)), run);
    });
  kernel('squareBackward', () => (x, d) => f32x4.mul(f32x4.add(x, x), d));
  // sign(x) is 1 with the sign of x, 0 at 0 and NaN, all bits set, at NaN.
  kernel('absBackward', (f) => {
    const [zero, one, signBit] = [f.let(lanes(0)), f.let(lanes(1)), f.let(lanes(-0))];
    return (x, d) => {
      const sign = v128.and(v128.bitselect(x, one, signBit), f32x4.ne(x, zero));
      return f32x4.mul(v128.or(sign, f32x4.ne(x, x)), d);
    };
  });
  kernel(
    'reluBackward',
    (f) => {
      const zero = f.let(lanes(0));
      return (y, d) => v128.and(d, f32x4.gt(y, zero));
    },
    2,
  );
  kernel('tanhBackward', (f) => {
    const one = f.let(lanes(1));
    return (y, d) => f32x4.mul(f32x4.sub(one, f32x4.mul(y, y)), d);
  });
  kernel('sigmoidBackward', (f) => {
    const one = f.let(lanes(1));
    return (y, d) => f32x4.mul(f32x4.mul(y, f32x4.sub(one, y)), d);
  });
}

function emitWithConstants(m: ModuleBuilder, tails: Tails): void {
  m.kernel('clampBackward', { dx: 'out', x: 'in', dOut: 'in', low: 'f32', high: 'f32' }, (f, { dx, x, dOut, length, low, high }) => {
    const [lows, highs] = [f.let(f32x4.splat(low)), f.let(f32x4.splat(high))];
    mapBuffers(f, tails, length, dx, [dx, x, dOut], (sum, value, d) =>
      f32x4.add(sum, v128.and(d, v128.and(f32x4.ge(value, lows), f32x4.le(value, highs)))),
    );
  });
  m.kernel('leakyReluBackward', { dx: 'out', x: 'in', dOut: 'in', slope: 'f32' }, (f, { dx, x, dOut, length, slope }) => {
    const [slopes, zero] = [f.let(f32x4.splat(slope)), f.let(lanes(0))];
    mapBuffers(f, tails, length, dx, [dx, x, dOut], (sum, value, d) =>
      f32x4.add(sum, v128.bitselect(d, f32x4.mul(d, slopes), f32x4.gt(value, zero))),
    );
  });
}
