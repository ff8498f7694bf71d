// Losses of a prediction and a goal, and their derivatives. Differences are taken in 32 bits, where they are exact for numbers that
// are close to each other.

import { advance, type Code, type Local } from './code.ts';
import { f32, f32x4, i32, lanes, type Value, v128 } from './expressions.ts';
import type { KernelFamily } from './family.ts';
import type { ModuleBuilder } from './module.ts';
import type { Tails } from './tails.ts';
import { forEachVector, mapBuffers, mapVectors, sumVectors } from './vectors.ts';

export const lossesFamily: KernelFamily = {
  provides: ['squared', 'squaredBackward', 'huber', 'huberBackward', 'tdHuber', 'quantileHuber', 'quantileHuberBackward'],
  emit(m, tails) {
    emitSquared(m, tails);
    emitHuber(m, tails);
    emitTdHuber(m, tails);
    emitQuantileHuber(m, tails);
    emitQuantileHuberBackward(m, tails);
  },
  adapt: ({ quantileHuberBackward }) => ({
    quantileHuberBackward(dx, dGoal, x, goal, dOut, rows, N, G, delta) {
      quantileHuberBackward(x, goal, dOut, dx, dGoal, rows, N, G, delta); // the first of an emitted kernel's buffers is never null
    },
  }),
};

function emitSquared(m: ModuleBuilder, tails: Tails): void {
  m.kernel('squared', { out: 'out', a: 'in', b: 'in' }, (f, { out, a, b, length }) =>
    mapBuffers(f, tails, length, out, [a, b], (x, y) => {
      const d = f.let(f32x4.sub(x, y));
      return f32x4.mul(d, d);
    }),
  );
  m.kernel('squaredBackward', { da: 'out', a: 'in', b: 'in', dOut: 'in' }, (f, { da, a, b, dOut, length }) =>
    mapBuffers(f, tails, length, da, [da, a, b, dOut], (sum, x, y, d) => {
      const twice = f.let(f32x4.sub(x, y));
      twice.set(f32x4.add(twice, twice));
      return f.multiplyAdd(twice, d, sum);
    }),
  );
}

/** What Huber's function needs, in all lanes. */
interface Huber {
  readonly delta: Local<'v128'>;
  readonly minusDelta: Local<'v128'>;
  readonly half: Local<'v128'>;
}

const huberOf = (f: Code, delta: Local<'f32'>): Huber => ({
  delta: f.let(f32x4.splat(delta)),
  minusDelta: f.let(f32x4.splat(f32.neg(delta))),
  half: f.let(lanes(0.5)),
});

/** ½d² where |d| ≤ δ, δ(|d| − ½δ) elsewhere. */
function huberLoss(f: Code, { delta, half }: Huber, d: Local<'v128'>): Value<'v128'> {
  const size = f.let(f32x4.abs(d));
  const near = f32x4.mul(f32x4.mul(half, d), d);
  return v128.bitselect(near, f32x4.mul(delta, f32x4.sub(size, f32x4.mul(half, delta))), f32x4.le(size, delta));
}

/** clamp(d, −δ, δ); NaN stays. */
const huberSlope = ({ delta, minusDelta }: Huber, d: Value<'v128'>): Value<'v128'> => f32x4.pmin(f32x4.pmax(d, minusDelta), delta);

function emitHuber(m: ModuleBuilder, tails: Tails): void {
  m.kernel('huber', { out: 'out', a: 'in', b: 'in', delta: 'f32' }, (f, { out, a, b, length, delta }) => {
    const huber = huberOf(f, delta);
    mapBuffers(f, tails, length, out, [a, b], (x, y) => huberLoss(f, huber, f.let(f32x4.sub(x, y))));
  });
  m.kernel('huberBackward', { da: 'out', a: 'in', b: 'in', dOut: 'in', delta: 'f32' }, (f, { da, a, b, dOut, length, delta }) => {
    const huber = huberOf(f, delta);
    mapBuffers(f, tails, length, da, [da, a, b, dOut], (sum, x, y, d) => f.multiplyAdd(huberSlope(huber, f32x4.sub(x, y)), d, sum));
  });
}

/** With d = predicted − (reward + discount · next): out ← its loss, slope ← the derivative. */
function emitTdHuber(m: ModuleBuilder, tails: Tails): void {
  m.kernel(
    'tdHuber',
    { out: 'out', slope: 'out', predicted: 'in', next: 'in', reward: 'in', discount: 'in', delta: 'f32' },
    (f, { out, slope, predicted, next, reward, discount, length, delta }) => {
      const huber = huberOf(f, delta);
      const formulas = ([value, after, gain, share]: Local<'v128'>[]): Value<'v128'>[] => {
        const d = f.let(f32x4.sub(value, f.multiplyAdd(share, after, gain)));
        return [huberLoss(f, huber, d), huberSlope(huber, d)];
      };
      forEachVector(f, tails, length, [predicted, next, reward, discount], [out, slope], formulas, 'long');
    },
  );
}

/** out ← Σᵢ meanⱼ |τᵢ − 1[u < 0]| · h(u) with u = goalⱼ − xᵢ, τᵢ = (i + ½)/N. Vectors run along the goals. */
function emitQuantileHuber(m: ModuleBuilder, tails: Tails): void {
  m.kernel(
    'quantileHuber',
    { out: 'out', x: 'in', goal: 'in', rows: 'i32', N: 'i32', G: 'i32', delta: 'f32' },
    (f, { out, x, goal, rows, N, G, delta }) => {
      const huber = huberOf(f, delta);
      const zero = f.let(lanes(0));
      const total = f.variable('f32');
      f.repeat(rows, () => {
        total.set(0);
        f.for(0, N, 1, (i) => {
          const { under, over } = quantile(f, i, N);
          const predicted = f.let(v128.load32_splat(x));
          const loss = (target: Value<'v128'>): Value<'v128'> => {
            const u = f.let(f32x4.sub(target, predicted));
            return f32x4.mul(v128.bitselect(over, under, f32x4.lt(u, zero)), huberLoss(f, huber, u));
          };
          const sum = sumVectors(f, tails, G, [goal], ([target], keep) => keep(loss(target)), 1);
          total.set(f32.add(total, sum));
          advance(x, 4);
        });
        f.store(out, f32.div(total, f32.convert_i32_s(G)));
        advance(out, 4);
        advance(goal, i32.shl(G, 2));
      });
    },
  );
}

/** dGoalⱼ += (1/G) Σᵢ |τᵢ − 1[u < 0]| · h′(u) · dOut, and dxᵢ the same with −Σⱼ; an address of 0 means that one is not wanted. */
function emitQuantileHuberBackward(m: ModuleBuilder, tails: Tails): void {
  m.kernel(
    'quantileHuberBackward',
    { x: 'in', goal: 'in', dOut: 'in', dx: 'out', dGoal: 'out', rows: 'i32', N: 'i32', G: 'i32', delta: 'f32' },
    (f, { x, goal, dOut, dx, dGoal, rows, N, G, delta }) => {
      const huber = huberOf(f, delta);
      const zero = f.let(lanes(0));
      const [wantsX, wantsGoal] = [f.let(i32.ne(dx, 0)), f.let(i32.ne(dGoal, 0))];
      f.repeat(rows, () => {
        const d = f.let(f32x4.splat(f32.div(f32.load(dOut), f32.convert_i32_s(G))));
        f.for(0, N, 1, (i) => {
          const { under, over } = quantile(f, i, N);
          const predicted = f.let(v128.load32_splat(x));
          const slope = (target: Value<'v128'>): Value<'v128'> => {
            const u = f.let(f32x4.sub(target, predicted));
            return f32x4.mul(v128.bitselect(over, under, f32x4.lt(u, zero)), huberSlope(huber, u));
          };
          f.if(wantsX, () => {
            const sum = sumVectors(f, tails, G, [goal], ([target], keep) => keep(f32x4.mul(slope(target), d)), 1);
            f.store(dx, f32.sub(f32.load(dx), sum));
            advance(dx, 4);
          });
          f.if(wantsGoal, () => {
            mapVectors(f, tails, G, dGoal, [dGoal, goal], (before, target) => f.multiplyAdd(slope(target), d, before), 'long');
          });
          advance(x, 4);
        });
        const rowBytes = f.let(i32.shl(G, 2));
        for (const address of [goal, dGoal]) advance(address, rowBytes);
        advance(dOut, 4);
      });
    },
  );
}

/** τ and 1 − τ, what undershooting and overshooting cost the i-th of N quantiles. */
function quantile(f: Code, i: Local<'i32'>, N: Local<'i32'>): { readonly under: Local<'v128'>; readonly over: Local<'v128'> } {
  const tau = f.let(f32.div(f32.add(f32.convert_i32_s(i), 0.5), f32.convert_i32_s(N)));
  return { under: f.let(f32x4.splat(tau)), over: f.let(f32x4.splat(f32.sub(1, tau))) };
}
