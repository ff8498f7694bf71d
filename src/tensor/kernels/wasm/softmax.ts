// Softmax, its logarithm and cross-entropy on the rows of a matrix, with their derivatives. e to a power is the polynomial of
// polynomials.ts; rows are summed in 32 bits, in eight or sixteen lanes.

import type { Callable } from './assembler.ts';
import { advance, type Code, type Local, result } from './code.ts';
import { f32, f32x4, i32, lanes, type Value, v128 } from './expressions.ts';
import type { KernelFamily } from './family.ts';
import type { ModuleBuilder } from './module.ts';
import { decayingExponential, exponential, logarithm } from './polynomials.ts';
import type { Tails } from './tails.ts';
import { mapVectors, sumVectors, visitVectors } from './vectors.ts';

export const softmaxFamily: KernelFamily = {
  provides: [
    'softmax',
    'logSoftmax',
    'softmaxBackward',
    'logSoftmaxBackward',
    'crossEntropy',
    'crossEntropyBackward',
    'crossEntropyBackwardTarget',
  ],
  emit(m, tails) {
    emitForward(m, tails);
    emitSoftmaxBackward(m, tails);
    emitLogSoftmaxBackward(m, tails);
    emitCrossEntropy(m, tails);
    emitCrossEntropyTarget(m, tails);
  },
  adapt: ({ sumOfLogProducts }, kernels) => ({
    crossEntropy(out, logp, x, p, rows, n) {
      kernels.logSoftmax(logp, x, rows, n);
      sumOfLogProducts(out, logp, p, rows, n);
    },
  }),
};

/** For each row, whose addresses are moved on. */
function eachRow(f: Code, rows: Local<'i32'>, n: Local<'i32'>, addresses: readonly Local<'i32'>[], body: () => void): void {
  const rowBytes = f.let(i32.shl(n, 2));
  f.repeat(rows, () => {
    body();
    for (const address of addresses) advance(address, rowBytes);
  });
}

/** (x, n) → four times the row's largest, NaN not counting. */
function emitLargest(m: ModuleBuilder, tails: Tails): Callable {
  return m.function(
    'largest',
    { x: 'i32', n: 'i32' },
    (f, { x, n }) => {
      const none = f.let(lanes(Number.NEGATIVE_INFINITY));
      const some = [0, 1, 2, 3].map(() => f.let(none));
      visitVectors(f, tails, n, [x], ([value], keep, turn) => some[turn].set(f32x4.pmax(some[turn], keep(value, none))), 4);
      const largest = f.let(f32x4.pmax(f32x4.pmax(some[0], some[1]), f32x4.pmax(some[2], some[3])));
      const lane = (i: number): Value<'f32'> => f32x4.extract_lane(largest, i);
      f.give(f32x4.splat(f32.max(f32.max(lane(0), lane(1)), f32.max(lane(2), lane(3)))));
    },
    'v128',
  );
}

/** (out, x, n, largest): out ← e^(x − largest) for a row, and the result is their sum. */
function emitExponentials(m: ModuleBuilder, tails: Tails): Callable {
  return m.function(
    'exponentials',
    { out: 'i32', x: 'i32', n: 'i32', largest: 'v128' },
    (f, { out, x, n, largest }) => {
      const exp = decayingExponential(f);
      mapVectors(f, tails, n, out, [x], (value) => exp(f32x4.sub(value, largest)), 'long');
      f.give(sumVectors(f, tails, n, [out], ([e]) => e, 4));
    },
    'f32',
  );
}

/** Softmax is e^(x − m) / Σ e^(x − m), its logarithm x − m − ln Σ e^(x − m), with m the row's largest. */
function emitForward(m: ModuleBuilder, tails: Tails): void {
  const largestOf = emitLargest(m, tails);
  const exponentials = emitExponentials(m, tails);
  m.kernel('softmax', { out: 'out', x: 'in', rows: 'i32', n: 'i32' }, (f, { out, x, rows, n }) =>
    eachRow(f, rows, n, [out, x], () => {
      const perSum = f.let(f32x4.splat(f32.div(1, result('f32', exponentials, out, x, n, result('v128', largestOf, x, n)))));
      mapVectors(f, tails, n, out, [out], (e) => f32x4.mul(e, perSum), 4);
    }),
  );
  m.kernel('logSoftmax', { out: 'out', x: 'in', rows: 'i32', n: 'i32' }, (f, { out, x, rows, n }) => {
    const log = logarithm(f);
    eachRow(f, rows, n, [out, x], () => {
      const largest = f.let(result('v128', largestOf, x, n));
      const logSum = f.let(log(f32x4.splat(result('f32', exponentials, out, x, n, largest))));
      mapVectors(f, tails, n, out, [x], (value) => f32x4.sub(f32x4.sub(value, largest), logSum));
    });
  });
}

/** dxᵢ += yᵢ(dOutᵢ − Σⱼ yⱼ dOutⱼ) */
function emitSoftmaxBackward(m: ModuleBuilder, tails: Tails): void {
  m.kernel('softmaxBackward', { dx: 'out', y: 'in', dOut: 'in', rows: 'i32', n: 'i32' }, (f, { dx, y, dOut, rows, n }) => {
    eachRow(f, rows, n, [dx, y, dOut], () => {
      const sum = f.let(f32x4.splat(sumVectors(f, tails, n, [y, dOut], ([value, d]) => f32x4.mul(value, d))));
      mapVectors(f, tails, n, dx, [dx, y, dOut], (before, value, d) => f.multiplyAdd(value, f32x4.sub(d, sum), before));
    });
  });
}

/**
 * The derivative of logSoftmax, dxᵢ += dOutᵢ − e^(yᵢ) Σⱼ dOutⱼ, and with p in place of dOut and −dOut[row] times as much that of
 * cross-entropy: dxᵢ += (e^(logpᵢ) Σⱼ pⱼ − pᵢ) · dOut[row].
 */
function emitLogSoftmaxBackward(m: ModuleBuilder, tails: Tails): void {
  const row = m.function(
    'logSoftmaxBackwardRow',
    { dx: 'i32', y: 'i32', given: 'i32', n: 'i32', factor: 'f32' },
    (f, { dx, y, given, n, factor }) => {
      const exp = exponential(f);
      const factors = f.let(f32x4.splat(factor));
      const sum = f.let(f32x4.splat(sumVectors(f, tails, n, [given], ([d]) => d)));
      const derivative = (value: Value<'v128'>, d: Value<'v128'>): Value<'v128'> => f32x4.sub(d, f32x4.mul(exp(value), sum));
      mapVectors(f, tails, n, dx, [dx, y, given], (before, value, d) => f.multiplyAdd(derivative(value, d), factors, before), 'long');
    },
  );
  m.kernel('logSoftmaxBackward', { dx: 'out', y: 'in', dOut: 'in', rows: 'i32', n: 'i32' }, (f, { dx, y, dOut, rows, n }) => {
    eachRow(f, rows, n, [dx, y, dOut], () => f.call(row, dx, y, dOut, n, 1));
  });
  m.kernel(
    'crossEntropyBackward',
    { dx: 'out', logp: 'in', p: 'in', dOut: 'in', rows: 'i32', n: 'i32' },
    (f, { dx, logp, p, dOut, rows, n }) => {
      eachRow(f, rows, n, [dx, logp, p], () => {
        f.call(row, dx, logp, p, n, f32.neg(f32.load(dOut)));
        advance(dOut, 4);
      });
    },
  );
}

/** dpᵢ += −logpᵢ · dOut[row]. */
function emitCrossEntropyTarget(m: ModuleBuilder, tails: Tails): void {
  m.kernel('crossEntropyBackwardTarget', { dp: 'out', logp: 'in', dOut: 'in', rows: 'i32', n: 'i32' }, (f, { dp, logp, dOut, rows, n }) => {
    eachRow(f, rows, n, [dp, logp], () => {
      const d = f.let(v128.load32_splat(dOut));
      mapVectors(f, tails, n, dp, [dp, logp], (before, log) => f32x4.sub(before, f32x4.mul(log, d)));
      advance(dOut, 4);
    });
  });
}

/** out ← −Σₙ p · logp, where p = 0 contributes 0 even if logp is −∞. */
function emitCrossEntropy(m: ModuleBuilder, tails: Tails): void {
  m.kernel('sumOfLogProducts', { out: 'out', logp: 'in', p: 'in', rows: 'i32', n: 'i32' }, (f, { out, logp, p, rows, n }) => {
    const zero = f.let(lanes(0));
    eachRow(f, rows, n, [logp, p], () => {
      const sum = sumVectors(f, tails, n, [logp, p], ([log, part]) => v128.and(f32x4.mul(log, part), f32x4.ne(part, zero)));
      f.store(out, f32.sub(0, sum));
      advance(out, 4);
    });
  });
}
