// exp, log, tanh, the logistic and the normal distribution function on four floats, from + − × ÷ and the bits of a float alone:
// every engine gives the same bytes, where Math.exp and its kin differ. The first four lie within 2 units in the last place.
// Constants are put into variables before the loop, because making one takes as long as several multiplications.
//
// The coefficients of log and tanh are those of the Cephes library's single precision functions [Moshier 1989]; those of exp are
// made by Remez's exchange, for the least relative error.

import type { Code, Local } from './code.ts';
import { f32x4, i32x4, integerLanes, lanes, type Value, v128 } from './expressions.ts';

/** A function of each lane. */
export type Formula = (x: Value<'v128'>) => Value<'v128'>;

const constant = (f: Code, value: number): Local<'v128'> => f.let(lanes(value));

/** c₀xⁿ + c₁xⁿ⁻¹ + … + cₙ [Horner]. */
function polynomial(f: Code, x: Value<'v128'>, [first, ...rest]: readonly Local<'v128'>[]): Value<'v128'> {
  return rest.reduce<Value<'v128'>>((sum, coefficient) => f.multiplyAdd(sum, x, coefficient), first);
}

/**
 * 1.5 · 2²³: a number below 2²² that is added to it is rounded to a whole one, which the last bits of the sum then hold. Shifted up
 * by 23, those bits are an exponent, and all others are gone.
 */
const rounder = 1.5 * 2 ** 23;
/** What a float's exponent is stored with. */
const bias = 127;

/** ln 2 in two parts: whole numbers below 2¹⁵ times the first are exact. */
const ln2High = 0.693359375;
const ln2Low = -2.1219444e-4;

/** eˣ = 2ᵏ · eʳ with k the whole number nearest x/ln 2 and |r| ≤ ½ ln 2. */
export function exponential(f: Code): Formula {
  const [lowest, highest] = [constant(f, -104), constant(f, 89)]; // beyond them: 0 and ∞
  const perLn2 = constant(f, 1 / Math.LN2);
  const round = constant(f, rounder + 2 * bias);
  const [minusHigh, minusLow] = [constant(f, -ln2High), constant(f, -ln2Low)];
  // (eʳ − 1 − r)/r², with an error of 3.1e-9 in eʳ.
  const p = [1.3814539e-3, 8.3687454e-3, 4.1668389e-2, 0.16666521, 0.49999994].map((c) => constant(f, c));
  const one = constant(f, 1);
  return (x) => {
    const within = f.let(f32x4.pmin(f32x4.pmax(x, lowest), highest)); // NaN stays
    const sum = f.let(f.multiplyAdd(within, perLn2, round));
    const k = f.let(f32x4.sub(sum, round));
    const r = f.let(f.multiplyAdd(k, minusLow, f.multiplyAdd(k, minusHigh, within)));
    const power = f32x4.add(f.multiplyAdd(polynomial(f, r, p), f32x4.mul(r, r), r), one);
    // 2ᵏ in two factors: k may lie beyond the exponents that a float has.
    const half = f.let(i32x4.shr_s(sum, 1));
    return f32x4.mul(f32x4.mul(power, i32x4.shl(half, 23)), i32x4.shl(i32x4.sub(sum, half), 23));
  };
}

/**
 * eˣ = 2ᵏ · 2ʳ for x ≤ 0 with k the whole number nearest x/ln 2. That quotient is rounded, so the error is as large as if x had
 * been half a unit beside itself: right for differences, which have been rounded too. Below the smallest normal number it is 0.
 */
export function decayingExponential(f: Code): Formula {
  const lowest = constant(f, -88); // k is −127 then, and a float with the exponent 0 is 0
  const perLn2 = constant(f, 1 / Math.LN2);
  const round = constant(f, rounder + bias);
  // 2ʳ, with an error of 9.2e-8.
  const p = [1.3264659e-3, 9.6715661e-3, 5.5507343e-2, 0.24022241, 0.69314700365, 1].map((c) => constant(f, c));
  return (x) => {
    const exponent = f.let(f32x4.mul(f32x4.pmax(x, lowest), perLn2));
    const sum = f.let(f32x4.add(exponent, round));
    const r = f.let(f32x4.sub(exponent, f32x4.sub(sum, round)));
    return f32x4.mul(polynomial(f, r, p), i32x4.shl(sum, 23));
  };
}

/** ln x = k ln 2 + ln(1 + r) with x = 2ᵏ(1 + r) and √½ ≤ 1 + r < √2. */
export function logarithm(f: Code): Formula {
  const smallest = constant(f, 2 ** -126);
  const raise = constant(f, 2 ** 23);
  const [zero, one] = [constant(f, 0), constant(f, 1)];
  const half = constant(f, 0.5);
  const [high, low] = [constant(f, ln2High), constant(f, ln2Low)];
  const [infinity, minusInfinity] = [constant(f, Number.POSITIVE_INFINITY), constant(f, Number.NEGATIVE_INFINITY)];
  const notANumber = constant(f, Number.NaN);
  const coefficients = [
    7.0376836292e-2, -0.1151461031, 0.1167699874, -0.12420140846, 0.14249322787, -0.16668057665, 0.20000714765, -0.24999993993,
    0.33333331174,
  ];
  const p = coefficients.map((c) => constant(f, c));
  const rootHalf = f.let(integerLanes(0x3f3504f3)); // the bits of √½
  const raised = constant(f, -23);
  return (given) => {
    const x = f.let(given);
    // Numbers below the smallest normal one are raised by 2²³ first.
    const tiny = f.let(f32x4.lt(x, smallest));
    const bits = f.let(v128.bitselect(f32x4.mul(x, raise), x, tiny));
    const exponent = f.let(i32x4.shr_s(i32x4.sub(bits, rootHalf), 23));
    const k = f.let(f32x4.add(f32x4.convert_i32x4_s(exponent), v128.and(raised, tiny)));
    const r = f.let(f32x4.sub(i32x4.sub(bits, i32x4.shl(exponent, 23)), one));
    const squared = f.let(f32x4.mul(r, r));
    const cubic = f32x4.mul(f32x4.mul(polynomial(f, r, p), r), squared);
    const small = f32x4.sub(f.multiplyAdd(k, low, cubic), f32x4.mul(half, squared));
    const y = f.multiplyAdd(k, high, f32x4.add(r, small));
    // ln 0 = −∞, ln ∞ = ∞; of a negative number and of NaN it is NaN.
    const atEnds = v128.bitselect(minusInfinity, v128.bitselect(infinity, notANumber, f32x4.eq(x, infinity)), f32x4.eq(x, zero));
    const ordinary = v128.and(f32x4.gt(x, zero), f32x4.lt(x, infinity));
    return v128.bitselect(y, atEnds, ordinary);
  };
}

/** tanh |x| = z + z³P(z²) where z = |x| is small, 1 − 2/(e²ᶻ + 1) elsewhere; x gives its sign. */
export function hyperbolicTangent(f: Code, exp: Formula = exponential(f)): Formula {
  const coefficients = [-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 0.133314422036, -0.333332819422];
  const p = coefficients.map((c) => constant(f, c));
  const [one, two, joint] = [constant(f, 1), constant(f, 2), constant(f, 0.625)];
  const sign = constant(f, -0);
  return (given) => {
    const x = f.let(given);
    const z = f.let(v128.andnot(x, sign)); // |x|
    const squared = f.let(f32x4.mul(z, z));
    const near = f.let(f.multiplyAdd(f32x4.mul(polynomial(f, squared, p), squared), z, z));
    const far = f32x4.sub(one, f32x4.div(two, f32x4.add(exp(f32x4.add(z, z)), one)));
    return v128.or(v128.bitselect(near, far, f32x4.lt(z, joint)), v128.and(x, sign));
  };
}

/** 1/(1 + e⁻ˣ), as e⁻|x|/(1 + e⁻|x|) where x < 0: e to a large power would overflow. */
export function logistic(f: Code, exp: Formula = exponential(f)): Formula {
  const [zero, one, sign] = [constant(f, 0), constant(f, 1), constant(f, -0)];
  return (given) => {
    const x = f.let(given);
    const e = f.let(exp(v128.or(x, sign))); // of −|x|
    return f32x4.div(v128.bitselect(one, e, f32x4.ge(x, zero)), f32x4.add(e, one));
  };
}

/**
 * The normal distribution function Φ. With t = 1/(1 + p|x|/√2) the part of it beyond |x| is ½e^(−x²/2) P(t), within 10⁻⁷
 * [Abramowitz & Stegun 1964, 7.1.26]: below 0 that is Φ itself, so nothing cancels.
 */
export function normalDistribution(f: Code, exp: Formula = exponential(f)): Formula {
  const coefficients = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592];
  const p = coefficients.map((c) => constant(f, c / 2));
  const [zero, one, minusHalf] = [constant(f, 0), constant(f, 1), constant(f, -0.5)];
  const slope = constant(f, 0.3275911 * Math.SQRT1_2);
  return (given) => {
    const x = f.let(given);
    const t = f.let(f32x4.div(one, f.multiplyAdd(f32x4.abs(x), slope, one)));
    const beyond = f.let(f32x4.mul(f32x4.mul(polynomial(f, t, p), t), exp(f32x4.mul(f32x4.mul(minusHalf, x), x))));
    return v128.bitselect(beyond, f32x4.sub(one, beyond), f32x4.lt(x, zero));
  };
}
