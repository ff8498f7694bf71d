// What changes parameters in place: the optimizers' steps, gradient clipping, and the target network's blend. One pass over
// each buffer; only + − × ÷ and √, which every engine rounds alike, so equal gradients give equal bytes everywhere.

import type { AdamStep, RmsPropStep, SgdStep } from '../kernels.ts';

/**
 * Adam [Kingma & Ba 2015, alg. 1], with ĝ = g + l2·p:
 *   m ← β₁m + (1 − β₁)ĝ,   v ← β₂v + (1 − β₂)ĝ²,   p ← shrink·p − α · (m/c₁) / (√(v/c₂) + ε),   cᵢ = 1 − βᵢᵗ.
 * AMSGrad [Reddi 2018, alg. 2] puts the largest v so far in v's place; a shrink below 1 is AdamW [Loshchilov & Hutter 2019, alg. 2].
 */
export function adam(
  p: Float32Array,
  m: Float32Array,
  v: Float32Array,
  largest: Float32Array | null,
  g: Float32Array,
  step: AdamStep,
): void {
  const { beta1, beta2, epsilon, l2, shrink } = step;
  const rate = step.learningRate / step.correction1;
  const root = Math.sqrt(step.correction2);
  for (let i = 0; i < p.length; i++) {
    const gradient = l2 === 0 ? g[i] : g[i] + l2 * p[i]; // 0 · ∞ would be NaN
    const mean = beta1 * m[i] + (1 - beta1) * gradient;
    let meanSquare = beta2 * v[i] + (1 - beta2) * gradient * gradient;
    m[i] = mean;
    v[i] = meanSquare;
    if (largest !== null) {
      meanSquare = Math.max(largest[i], meanSquare);
      largest[i] = meanSquare;
    }
    p[i] = shrink * p[i] - (rate * mean) / (Math.sqrt(meanSquare) / root + epsilon);
  }
}

/**
 * RMSprop [Tieleman & Hinton 2012]: v ← ρv + (1 − ρ)g² and, when centred [Graves 2013, §4.2], mean ← ρ·mean + (1 − ρ)g.
 * With s = v − mean²:   scaled = g / (√s + ε), or g / √(s + ε) with ε inside;   velocity ← μ·velocity + scaled;   p ← p − α·velocity.
 */
export function rmsProp(
  p: Float32Array,
  v: Float32Array,
  mean: Float32Array | null,
  velocity: Float32Array | null,
  g: Float32Array,
  step: RmsPropStep,
): void {
  const { learningRate, decay, epsilon, epsilonInside, momentum } = step;
  for (let i = 0; i < p.length; i++) {
    let spread = decay * v[i] + (1 - decay) * g[i] * g[i];
    v[i] = spread;
    if (mean !== null) {
      const average = decay * mean[i] + (1 - decay) * g[i];
      mean[i] = average;
      // A variance is never negative, but the two stored averages are rounded apart from each other.
      spread = Math.max(0, spread - average * average);
    }
    let change = g[i] / (epsilonInside ? Math.sqrt(spread + epsilon) : Math.sqrt(spread) + epsilon);
    if (velocity !== null) {
      change += momentum * velocity[i];
      velocity[i] = change;
    }
    p[i] -= learningRate * change;
  }
}

/**
 * SGD with ĝ = g + l2·p:   velocity ← μ·velocity + ĝ;   p ← p − α·velocity, or p − α(ĝ + μ·velocity) with Nesterov's
 * look ahead [Sutskever 2013, §2]. A velocity of zeros is the right beginning: the first step is then ĝ itself.
 */
export function sgd(p: Float32Array, velocity: Float32Array | null, g: Float32Array, step: SgdStep): void {
  const { learningRate, momentum, nesterov, l2 } = step;
  for (let i = 0; i < p.length; i++) {
    const gradient = g[i] + l2 * p[i];
    let change = gradient;
    if (velocity !== null) {
      change = momentum * velocity[i] + gradient;
      velocity[i] = change;
      if (nesterov) change = gradient + momentum * change;
    }
    p[i] -= learningRate * change;
  }
}

/** Σ x[i]², summed in float64. */
export function sumOfSquares(x: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * x[i];
  return sum;
}

export function scaleInPlace(x: Float32Array, factor: number): void {
  for (let i = 0; i < x.length; i++) x[i] *= factor;
}

/** target ← target + τ(online − target): a small τ follows slowly, τ = 0 not at all. */
export function blend(target: Float32Array, online: Float32Array, tau: number): void {
  for (let i = 0; i < target.length; i++) target[i] += tau * (online[i] - target[i]);
}
