// Layer normalisation and its derivatives, row by row. The mean is taken in 64 bits and subtracted in two parts, so rows far from
// zero keep their digits; squares and products are summed in 32 bits, in eight lanes.

import { advance, type Code, type Local } from './code.ts';
import { f32, f32x4, f64, i32, lanes, sumOfLanes, type Value, v128 } from './expressions.ts';
import type { KernelFamily } from './family.ts';
import type { ModuleBuilder } from './module.ts';
import type { Tails } from './tails.ts';
import { mapVectors, sumFloats, sumVectors, visitVectors } from './vectors.ts';

export const layerNormFamily: KernelFamily = {
  provides: ['layerNorm', 'layerNormBackwardInput', 'layerNormBackwardGain'],
  emit(m, tails) {
    emitLayerNorm(m, tails);
    emitBackwardInput(m, tails);
    emitBackwardGain(m, tails);
  },
};

const splat = (f: Code, value: Value<'f32'>): Local<'v128'> => f.let(f32x4.splat(value));

/** out ← gain · (x − μ)/√(σ² + ε) + bias;   stats ← μ and 1/√(σ² + ε). */
function emitLayerNorm(m: ModuleBuilder, tails: Tails): void {
  m.kernel(
    'layerNorm',
    { out: 'out', stats: 'out', x: 'in', gain: 'in', bias: 'in', rows: 'i32', n: 'i32', epsilon: 'f64' },
    (f, { out, stats, x, gain, bias, rows, n, epsilon }) => {
      const count = f.let(f64.convert_i32_s(n));
      const rowBytes = f.let(i32.shl(n, 2));
      f.repeat(rows, () => {
        const mean = f.let(f64.div(sumFloats(f, tails, n, x), count));
        const rounded = f.let(f32.demote_f64(mean));
        const high = splat(f, rounded);
        const low = splat(f, f32.demote_f64(f64.sub(mean, f64.promote_f32(rounded))));
        const centred = (value: Value<'v128'>): Local<'v128'> => f.let(f32x4.sub(f32x4.sub(value, high), low));
        const squares = sumVectors(f, tails, n, [x], ([value], keep) => {
          const distance = centred(value);
          return keep(f32x4.mul(distance, distance));
        });
        const variance = f64.div(f64.promote_f32(squares), count);
        const scale = f.let(f32.demote_f64(f64.div(1, f64.sqrt(f64.add(variance, epsilon)))));
        const scales = splat(f, scale);
        mapVectors(f, tails, n, out, [x, gain, bias], (value, factor, shift) =>
          f.multiplyAdd(f32x4.mul(factor, centred(value)), scales, shift),
        );
        f.store(stats, rounded);
        f.store(stats, scale, 4);
        advance(stats, 8);
        for (const row of [out, x]) advance(row, rowBytes);
      });
    },
  );
}

/** With g = gain · dOut and r = 1/√(σ² + ε):   dx += r · (g − mean(g) − x̂ · mean(g · x̂)). */
function emitBackwardInput(m: ModuleBuilder, tails: Tails): void {
  m.kernel(
    'layerNormBackwardInput',
    { dx: 'out', stats: 'in', x: 'in', gain: 'in', dOut: 'in', rows: 'i32', n: 'i32' },
    (f, { dx, stats, x, gain, dOut, rows, n }) => {
      const count = f.let(f32.convert_i32_s(n));
      const rowBytes = f.let(i32.shl(n, 2));
      f.repeat(rows, () => {
        const mean = f.let(v128.load32_splat(stats));
        const scale = f.let(v128.load32_splat(stats, 4));
        const normal = (value: Value<'v128'>): Value<'v128'> => f32x4.mul(f32x4.sub(value, mean), scale);
        const [sumG, sumGx] = [f.let(lanes(0)), f.let(lanes(0))];
        visitVectors(f, tails, n, [gain, dOut, x], ([factor, d, value], keep) => {
          const g = f.let(f32x4.mul(factor, d));
          sumG.set(f32x4.add(sumG, g));
          sumGx.set(f32x4.add(sumGx, keep(f32x4.mul(g, normal(value)))));
        });
        const meanG = splat(f, f32.div(sumOfLanes(sumG), count));
        const meanGx = splat(f, f32.div(sumOfLanes(sumGx), count));
        mapVectors(f, tails, n, dx, [dx, gain, dOut, x], (before, factor, d, value) => {
          const rest = f.let(f32x4.sub(f32x4.sub(f32x4.mul(factor, d), meanG), f32x4.mul(normal(value), meanGx)));
          return f.multiplyAdd(scale, rest, before);
        });
        advance(stats, 8);
        for (const row of [dx, x, dOut]) advance(row, rowBytes);
      });
    },
  );
}

/** dGain += Σ over rows of dOut · x̂. */
function emitBackwardGain(m: ModuleBuilder, tails: Tails): void {
  m.kernel(
    'layerNormBackwardGain',
    { dGain: 'out', stats: 'in', x: 'in', dOut: 'in', rows: 'i32', n: 'i32' },
    (f, { dGain, stats, x, dOut, rows, n }) => {
      const rowBytes = f.let(i32.shl(n, 2));
      f.repeat(rows, () => {
        const mean = f.let(v128.load32_splat(stats));
        const scale = f.let(v128.load32_splat(stats, 4));
        mapVectors(
          f,
          tails,
          n,
          dGain,
          [dGain, x, dOut],
          (before, value, d) => f.multiplyAdd(f32x4.mul(d, f32x4.sub(value, mean)), scale, before),
          2,
        );
        advance(stats, 8);
        for (const row of [x, dOut]) advance(row, rowBytes);
      });
    },
  );
}
