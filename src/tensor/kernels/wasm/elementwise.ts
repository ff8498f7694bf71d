// One output for one input. + − × ÷ round as the JavaScript set does, to the same bits; constants are rounded to 32 bits first.

import type { Code } from './code.ts';
import { f32x4, lanes, v128 } from './expressions.ts';
import type { KernelFamily } from './family.ts';
import type { ModuleBuilder } from './module.ts';
import { exponential, type Formula, hyperbolicTangent, logarithm, logistic } from './polynomials.ts';
import type { Tails } from './tails.ts';
import { mapBuffers } from './vectors.ts';

export const arithmeticFamily: KernelFamily = { provides: ['add', 'sub', 'mul', 'div'], emit: emitArithmetic };

export const elementwiseFamily: KernelFamily = {
  provides: ['square', 'abs', 'relu', 'scale', 'clamp', 'leakyRelu'],
  emit(m, tails) {
    emitOfOneNumber(m, tails);
    emitWithConstants(m, tails);
  },
};

/** Long formulas, and a module apart: whoever adds two tensors need not wait for them. */
export const activationsFamily: KernelFamily = { provides: ['exp', 'log', 'tanh', 'sigmoid'], emit: emitActivations };

function emitArithmetic(m: ModuleBuilder, tails: Tails): void {
  for (const name of ['add', 'sub', 'mul', 'div'] as const) {
    m.kernel(name, { out: 'out', a: 'in', b: 'in' }, (f, { out, a, b, length }) => mapBuffers(f, tails, length, out, [a, b], f32x4[name]));
  }
}

function emitOfOneNumber(m: ModuleBuilder, tails: Tails): void {
  const kernel = (name: string, formula: (f: Code) => Formula): void =>
    m.kernel(name, { out: 'out', x: 'in' }, (f, { out, x, length }) => mapBuffers(f, tails, length, out, [x], formula(f)));
  kernel('square', () => (x) => f32x4.mul(x, x));
  kernel('abs', () => (x) => f32x4.abs(x));
  // pmax returns its first operand where the two are equal or one is NaN; + 0 makes 0 of −0.
  kernel('relu', (f) => {
    const zero = f.let(lanes(0));
    return (x) => f32x4.add(f32x4.pmax(x, zero), zero);
  });
}

function emitWithConstants(m: ModuleBuilder, tails: Tails): void {
  m.kernel('scale', { out: 'out', x: 'in', factor: 'f32' }, (f, { out, x, length, factor }) => {
    const factors = f.let(f32x4.splat(factor));
    mapBuffers(f, tails, length, out, [x], (value) => f32x4.mul(value, factors));
  });
  m.kernel('clamp', { out: 'out', x: 'in', low: 'f32', high: 'f32' }, (f, { out, x, length, low, high }) => {
    const [lows, highs] = [f.let(f32x4.splat(low)), f.let(f32x4.splat(high))];
    mapBuffers(f, tails, length, out, [x], (value) => f32x4.pmin(f32x4.pmax(value, lows), highs));
  });
  m.kernel('leakyRelu', { out: 'out', x: 'in', slope: 'f32' }, (f, { out, x, length, slope }) => {
    const [slopes, zero] = [f.let(f32x4.splat(slope)), f.let(lanes(0))];
    mapBuffers(f, tails, length, out, [x], (value) => v128.bitselect(value, f32x4.mul(value, slopes), f32x4.gt(value, zero)));
  });
}

function emitActivations(m: ModuleBuilder, tails: Tails): void {
  const formulas = { exp: exponential, log: logarithm, tanh: hyperbolicTangent, sigmoid: logistic };
  for (const [name, formula] of Object.entries(formulas)) {
    m.kernel(name, { out: 'out', x: 'in' }, (f, { out, x, length }) => mapBuffers(f, tails, length, out, [x], formula(f), 'long'));
  }
}
