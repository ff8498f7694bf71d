// What changes parameters in place: the optimizers' steps, gradient clipping and the target network's blend. Each reads and
// writes every buffer once.
//
// Steps are computed in 32 bits, each number within a few units of its last place of what 64 bits would give. Constants arrive in
// 64 bits, because 1 − β must not be taken of a rounded β.

import { advance, type Code, choose, type Local } from './code.ts';
import { f32, f32x4, f64, f64x2, i32, i32x4, integerLanes, lanes, shuffle, type Value, v128 } from './expressions.ts';
import type { KernelFamily } from './family.ts';
import type { ModuleBuilder } from './module.ts';
import type { Tails } from './tails.ts';
import { forEachVector, mapBuffers, visitVectors } from './vectors.ts';

export const updateFamily: KernelFamily = {
  provides: ['adam', 'rmsProp', 'sgd', 'sumOfSquares', 'scaleInPlace', 'blend'],
  emit(m, tails) {
    emitAdam(m, tails);
    emitRmsProp(m, tails);
    emitSgd(m, tails);
    emitSumOfSquares(m, tails);
    m.kernel('scaleInPlace', { x: 'out', factor: 'f32' }, (f, { x, length, factor }) => {
      const factors = f.let(f32x4.splat(factor));
      mapBuffers(f, tails, length, x, [x], (value) => f32x4.mul(value, factors));
    });
    m.kernel('blend', { target: 'out', online: 'in', tau: 'f32' }, (f, { target, online, length, tau }) => {
      const part = f.let(f32x4.splat(tau));
      mapBuffers(f, tails, length, target, [target, online], (to, from) => f.multiplyAdd(part, f32x4.sub(from, to), to));
    });
  },
  adapt: ({ adam, rmsProp, sgd }) => ({
    adam(p, m, v, largest, g, { learningRate, beta1, beta2, epsilon, correction1, correction2, l2, shrink }) {
      adam(p, m, v, largest, g, learningRate / correction1, beta1, beta2, epsilon, Math.sqrt(correction2), l2, shrink);
    },
    rmsProp(p, v, mean, velocity, g, { learningRate, decay, epsilon, epsilonInside, momentum }) {
      rmsProp(p, v, mean, velocity, g, learningRate, decay, epsilon, epsilonInside ? 1 : 0, momentum);
    },
    sgd(p, velocity, g, { learningRate, momentum, nesterov, l2 }) {
      sgd(p, velocity, g, learningRate, momentum, nesterov ? 1 : 0, l2);
    },
  }),
};

/** Four times the constant, rounded to 32 bits. */
const constants = (f: Code, value: Value<'f64'>): Local<'v128'> => f.let(f32x4.splat(f32.demote_f64(value)));

/**
 * m ← β₁m + (1 − β₁)ĝ,   v ← β₂v + (1 − β₂)ĝ²,   p ← shrink·p − rate · m / (√v/root + ε),   ĝ = g + l2·p.
 *
 * Units that receive no gradient let their averages decay into the numbers below the smallest normal one, and there every operation
 * takes the machine a hundred times as long. So v becomes 0 below that number, and m already below 2⁻¹⁰⁰, because it is still to be
 * multiplied by the rate; neither could move a parameter. Plain Adam has a loop of its own: it is limited by arithmetic, not by memory.
 */
function emitAdam(m: ModuleBuilder, tails: Tails): void {
  m.kernel(
    'adam',
    {
      p: 'out',
      m: 'out',
      v: 'out',
      largest: 'out',
      g: 'in',
      rate: 'f64',
      beta1: 'f64',
      beta2: 'f64',
      epsilon: 'f64',
      root: 'f64',
      l2: 'f64',
      shrink: 'f64',
    },
    (f, { p, m: mean, v, largest, g, length, ...step }) => {
      const keep1 = constants(f, step.beta1);
      const keep2 = constants(f, step.beta2);
      const take1 = constants(f, f64.sub(1, step.beta1));
      const take2 = constants(f, f64.sub(1, step.beta2));
      const rate = constants(f, step.rate);
      const epsilon = constants(f, step.epsilon);
      const perRoot = constants(f, f64.div(1, step.root));
      const l2 = constants(f, step.l2);
      const shrink = constants(f, step.shrink);
      const leastMean = f.let(lanes(2 ** -100));
      const leastSquare = f.let(lanes(2 ** -126));
      const withoutSign = f.let(integerLanes(0x7fffffff)); // as a variable: f32x4.abs would make it again each time
      const atLeast = (least: Local<'v128'>, value: Local<'v128'>) =>
        f.let(v128.andnot(value, f32x4.lt(v128.and(value, withoutSign), least)));

      const averages = (m0: Local<'v128'>, v0: Local<'v128'>, gradient: Local<'v128'>) => {
        const m1 = f.let(f.multiplyAdd(keep1, m0, f32x4.mul(take1, gradient)));
        const v1 = f.let(f.multiplyAdd(keep2, v0, f32x4.mul(take2, f32x4.mul(gradient, gradient))));
        return [atLeast(leastMean, m1), atLeast(leastSquare, v1)] as const;
      };
      const stepped = (kept: Value<'v128'>, m1: Local<'v128'>, v1: Local<'v128'>): Value<'v128'> =>
        f32x4.sub(kept, f32x4.div(f32x4.mul(rate, m1), f.multiplyAdd(f32x4.sqrt(v1), perRoot, epsilon)));
      const plain = i32.eqz(i32.or(i32.or(i32.ne(largest, 0), f64.ne(step.l2, 0)), f64.ne(step.shrink, 1)));
      f.if(plain, () =>
        forEachVector(
          f,
          tails,
          length,
          [p, mean, v, g],
          [mean, v, p],
          ([parameter, m0, v0, gradient]) => {
            const [m1, v1] = averages(m0, v0, gradient);
            return [m1, v1, stepped(parameter, m1, v1)];
          },
          'whole',
        ),
      );
      const present = f.let(everyBit(i32.ne(largest, 0)));
      const penalized = f.let(everyBit(f64.ne(step.l2, 0))); // 0 · ∞ would be NaN
      const most = f.let(choose(largest, largest, v)); // v stands in for what is absent, and is stored last
      forEachVector(
        f,
        tails,
        length,
        [p, mean, v, g, most],
        [mean, most, v, p],
        ([parameter, m0, v0, gradient, most0]) => {
          const penalty = v128.and(f32x4.mul(l2, parameter), penalized);
          const [m1, v1] = averages(m0, v0, f.let(f32x4.add(gradient, penalty)));
          const most1 = f.let(f32x4.max(v128.bitselect(most0, v1, present), v1));
          return [m1, most1, v1, stepped(f32x4.mul(shrink, parameter), m1, most1)];
        },
        'long',
      );
    },
  );
}

/**
 * v ← ρv + (1 − ρ)g²;   centred: mean ← ρ·mean + (1 − ρ)g, s = max(0, v − mean²), otherwise s = v;
 * change = g / (√s + ε) or g / √(s + ε);   velocity ← change + μ·velocity;   p ← p − α·velocity, or − α·change without one.
 */
function emitRmsProp(m: ModuleBuilder, tails: Tails): void {
  m.kernel(
    'rmsProp',
    {
      p: 'out',
      v: 'out',
      mean: 'out',
      velocity: 'out',
      g: 'in',
      learningRate: 'f64',
      decay: 'f64',
      epsilon: 'f64',
      epsilonInside: 'i32',
      momentum: 'f64',
    },
    (f, { p, v, mean, velocity, g, length, epsilonInside, ...step }) => {
      const keep = constants(f, step.decay);
      const take = constants(f, f64.sub(1, step.decay));
      const rate = constants(f, step.learningRate);
      const momentum = constants(f, step.momentum);
      const epsilon = constants(f, step.epsilon);
      const inside = f.let(v128.and(epsilon, everyBit(epsilonInside)));
      const outside = f.let(v128.andnot(epsilon, everyBit(epsilonInside)));
      const centred = f.let(everyBit(i32.ne(mean, 0)));
      const moving = f.let(everyBit(i32.ne(velocity, 0)));
      const least = f.let(v128.andnot(lanes(Number.NEGATIVE_INFINITY), centred)); // 0 if centred
      // v stands in for what is absent: it is stored last, over whatever was stored for that.
      const means = f.let(choose(mean, mean, v));
      const velocities = f.let(choose(velocity, velocity, v));
      forEachVector(
        f,
        tails,
        length,
        [p, v, means, velocities, g],
        [means, velocities, v, p],
        ([parameter, v0, mean0, velocity0, gradient]) => {
          const v1 = f.let(f.multiplyAdd(keep, v0, f32x4.mul(take, f32x4.mul(gradient, gradient))));
          const mean1 = f.let(f.multiplyAdd(keep, mean0, f32x4.mul(take, gradient)));
          const spread = f32x4.max(least, f32x4.sub(v1, v128.and(f32x4.mul(mean1, mean1), centred)));
          const scaled = f32x4.div(gradient, f32x4.add(f32x4.sqrt(f32x4.add(spread, inside)), outside));
          const change = f.let(f.multiplyAdd(momentum, v128.and(velocity0, moving), scaled));
          return [mean1, change, v1, f32x4.sub(parameter, f32x4.mul(rate, change))];
        },
        'long',
      );
    },
  );
}

/** All bits where the flag is 1, none where it is 0. */
const everyBit = (flag: Value<'i32'>): Value<'v128'> => i32x4.splat(i32.sub(0, flag));

/** velocity ← μ·velocity + ĝ;   p ← p − α·velocity, or p − α(ĝ + μ·velocity) with Nesterov's look ahead;   ĝ = g + l2·p. */
function emitSgd(m: ModuleBuilder, tails: Tails): void {
  m.kernel(
    'sgd',
    { p: 'out', velocity: 'out', g: 'in', learningRate: 'f64', momentum: 'f64', nesterov: 'i32', l2: 'f64' },
    (f, { p, velocity, g, length, nesterov, ...step }) => {
      const rate = constants(f, step.learningRate);
      const momentum = constants(f, step.momentum);
      const l2 = constants(f, step.l2);
      const ahead = f.let(everyBit(nesterov));
      const moving = f.let(everyBit(i32.ne(velocity, 0)));
      const velocities = f.let(choose(velocity, velocity, p)); // p stands in for what is absent, and is stored last
      forEachVector(
        f,
        tails,
        length,
        [p, velocities, g],
        [velocities, p],
        ([parameter, before, gradient]) => {
          const total = f.let(f.multiplyAdd(l2, parameter, gradient));
          const moved = f.let(f.multiplyAdd(momentum, v128.and(before, moving), total));
          const change = v128.bitselect(f.multiplyAdd(momentum, moved, total), moved, v128.and(ahead, moving));
          return [moved, f32x4.sub(parameter, f32x4.mul(rate, change))];
        },
        'long',
      );
    },
  );
}

/**
 * Σ x², squared and summed in 64 bits, so that it neither overflows nor loses small terms. The four quarters of the buffer are read
 * side by side, because processors fetch ahead in several places at once.
 */
function emitSumOfSquares(m: ModuleBuilder, tails: Tails): void {
  m.kernel(
    'sumOfSquares',
    { x: 'in' },
    (f, { x, length }) => {
      const rounds = f.let(i32.shr_u(length, 4));
      const quarter = f.let(i32.shl(rounds, 4)); // bytes
      const quarters = [f.let(x)];
      while (quarters.length < 4) quarters.push(f.let(i32.add(quarters[quarters.length - 1], quarter)));
      const sums = quarters.map(() => f.let(lanes(0)));
      const add = (sum: Local<'v128'>, pair: Value<'v128'>): void => {
        const wide = f.let(f64x2.promote_low_f32x4(pair));
        sum.set(f64x2.add(sum, f64x2.mul(wide, wide)));
      };
      f.repeat(rounds, () => {
        for (const offset of [0, 8]) quarters.forEach((address, i) => void add(sums[i], v128.load64_zero(address, offset)));
        for (const address of quarters) advance(address, 16);
      });
      const addBoth = ([floats]: Local<'v128'>[]): void => {
        add(sums[0], floats);
        add(sums[1], shuffle(floats, floats, 2, 3, 0, 1));
      };
      visitVectors(f, tails, f.let(i32.and(length, 15)), [quarters[3]], addBoth, 1);
      const total = f.let(f64x2.add(f64x2.add(sums[0], sums[1]), f64x2.add(sums[2], sums[3])));
      f.give(f64.add(f64x2.extract_lane(total, 0), f64x2.extract_lane(total, 1)));
    },
    'f64',
  );
}
