// gelu, its usual approximation, and their gradients. The transcendental parts are functions of one vector that the four kernels
// share: inlined they would take three times the bytes.

import type { Callable } from './assembler.ts';
import { type Code, type Local, result } from './code.ts';
import { f32x4, lanes, type Value } from './expressions.ts';
import type { KernelFamily } from './family.ts';
import type { ModuleBuilder } from './module.ts';
import { exponential, type Formula, hyperbolicTangent, normalDistribution } from './polynomials.ts';
import type { Tails } from './tails.ts';
import { mapBuffers } from './vectors.ts';

export const geluFamily: KernelFamily = {
  provides: ['gelu', 'geluBackward', 'geluTanh', 'geluTanhBackward'],
  emit(m, tails) {
    const exp = emitFormula(m, 'expOf', exponential);
    emitExact(m, tails, exp);
    emitApproximate(m, tails, exp);
  },
};

/** A formula as a function of one vector. */
function emitFormula(m: ModuleBuilder, name: string, formula: (f: Code) => Formula): Formula {
  const callable: Callable = m.function(name, { x: 'v128' }, (f, { x }) => f.give(formula(f)(x)), 'v128');
  return (x) => result('v128', callable, x);
}

/** out ← formula(x), and dx += derivative(x) · dOut. */
function emitPair(m: ModuleBuilder, tails: Tails, name: string, formula: (f: Code) => Formula, derivative: (f: Code) => Formula): void {
  m.kernel(name, { out: 'out', x: 'in' }, (f, { out, x, length }) => mapBuffers(f, tails, length, out, [x], formula(f), 'long'));
  m.kernel(`${name}Backward`, { dx: 'out', x: 'in', dOut: 'in' }, (f, { dx, x, dOut, length }) => {
    const slope = derivative(f);
    mapBuffers(f, tails, length, dx, [dx, x, dOut], (sum, value, d) => f.multiplyAdd(slope(value), d, sum), 'long');
  });
}

/** gelu = xΦ(x), whose derivative is Φ(x) + xφ(x) with φ(x) = e^(−x²/2)/√(2π). */
function emitExact(m: ModuleBuilder, tails: Tails, exp: Formula): void {
  const cdf = emitFormula(m, 'normalCdf', (f) => normalDistribution(f, exp));
  emitPair(
    m,
    tails,
    'gelu',
    () => (x) => f32x4.mul(x, cdf(x)),
    (f) => {
      const [minusHalf, scale] = [f.let(lanes(-0.5)), f.let(lanes(1 / Math.sqrt(2 * Math.PI)))];
      const density = (x: Value<'v128'>): Value<'v128'> => f32x4.mul(scale, exp(f32x4.mul(f32x4.mul(minusHalf, x), x)));
      return (x) => f.multiplyAdd(x, density(x), cdf(x));
    },
  );
}

/** ½x(1 + t) with t = tanh(u), u = √(2/π)(x + 0.044715x³), whose derivative is ½(1 + t) + ½x(1 − t²) u′. */
function emitApproximate(m: ModuleBuilder, tails: Tails, exp: Formula): void {
  const tanh = emitFormula(m, 'tanhOf', (f) => hyperbolicTangent(f, exp));
  const scale = Math.sqrt(2 / Math.PI);
  const inner = (f: Code): ((x: Local<'v128'>) => Local<'v128'>) => {
    const [linear, cubic] = [f.let(lanes(scale)), f.let(lanes(0.044715 * scale))];
    return (x) => f.let(tanh(f32x4.mul(x, f.multiplyAdd(f32x4.mul(x, x), cubic, linear))));
  };
  emitPair(
    m,
    tails,
    'geluTanh',
    (f) => {
      const [t, half] = [inner(f), f.let(lanes(0.5))];
      return (given) => {
        const x = f.let(f32x4.mul(given, half));
        return f.multiplyAdd(x, t(f.let(given)), x);
      };
    },
    (f) => {
      const [tanhOfInner, half, one] = [inner(f), f.let(lanes(0.5)), f.let(lanes(1))];
      const [linear, cubic] = [f.let(lanes(scale)), f.let(lanes(3 * 0.044715 * scale))];
      return (given) => {
        const x = f.let(given);
        const t = tanhOfInner(x);
        const slope = f.multiplyAdd(f32x4.mul(x, x), cubic, linear); // u′
        const moving = f32x4.mul(f32x4.mul(x, f32x4.sub(one, f32x4.mul(t, t))), slope);
        return f32x4.mul(half, f32x4.add(f32x4.add(one, t), moving));
      };
    },
  );
}
