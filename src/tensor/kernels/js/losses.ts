// Losses, one number for each sample and never averaged here, each followed by its derivatives.

import { logSoftmax } from './rows.ts';

/** out ← (a − b)². */
export function squared(out: Float32Array, a: Float32Array, b: Float32Array): void {
  for (let i = 0; i < out.length; i++) {
    const d = a[i] - b[i];
    out[i] = d * d;
  }
}

/** ∂(a − b)²/∂a = 2(a − b); the derivative in b is the same with a and b exchanged. */
export function squaredBackward(da: Float32Array, a: Float32Array, b: Float32Array, dOut: Float32Array): void {
  for (let i = 0; i < da.length; i++) da[i] += 2 * (a[i] - b[i]) * dOut[i];
}

/** out ← h(a − b), Huber's function: ½d² where |d| ≤ δ, δ(|d| − ½δ) elsewhere [Huber 1964]. */
export function huber(out: Float32Array, a: Float32Array, b: Float32Array, delta: number): void {
  for (let i = 0; i < out.length; i++) out[i] = huberOf(a[i] - b[i], delta);
}

/** h′(d) = clamp(d, −δ, δ); the derivative in b is the same with a and b exchanged. */
export function huberBackward(da: Float32Array, a: Float32Array, b: Float32Array, dOut: Float32Array, delta: number): void {
  for (let i = 0; i < da.length; i++) da[i] += huberSlope(a[i] - b[i], delta) * dOut[i];
}

/** With the temporal difference d = predicted − (reward + discount · next):   out ← h(d),   slope ← h′(d). */
export function tdHuber(
  out: Float32Array,
  slope: Float32Array,
  predicted: Float32Array,
  next: Float32Array,
  reward: Float32Array,
  discount: Float32Array,
  delta: number,
): void {
  for (let i = 0; i < out.length; i++) {
    const d = predicted[i] - (reward[i] + discount[i] * next[i]);
    out[i] = huberOf(d, delta);
    slope[i] = huberSlope(d, delta);
  }
}

function huberOf(d: number, delta: number): number {
  const size = Math.abs(d);
  return size <= delta ? 0.5 * d * d : delta * (size - 0.5 * delta);
}

const huberSlope = (d: number, delta: number): number => Math.min(Math.max(d, -delta), delta);

/** out ← −Σₙ p · log softmax(x). An outcome without probability costs nothing, even where its log is −∞. */
export function crossEntropy(out: Float32Array, logp: Float32Array, x: Float32Array, p: Float32Array, rows: number, n: number): void {
  logSoftmax(logp, x, rows, n);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let i = row * n; i < (row + 1) * n; i++) if (p[i] !== 0) sum -= p[i] * logp[i];
    out[row] = sum;
  }
}

/** With log softmax(x)ᵢ = xᵢ − log Σ eˣ:   ∂/∂xᵢ = softmax(x)ᵢ · Σp − pᵢ. */
export function crossEntropyBackward(
  dx: Float32Array,
  logp: Float32Array,
  p: Float32Array,
  dOut: Float32Array,
  rows: number,
  n: number,
): void {
  for (let row = 0; row < rows; row++) {
    let mass = 0;
    for (let i = row * n; i < (row + 1) * n; i++) mass += p[i];
    for (let i = row * n; i < (row + 1) * n; i++) dx[i] += (Math.exp(logp[i]) * mass - p[i]) * dOut[row];
  }
}

/** ∂/∂pᵢ = −log softmax(x)ᵢ. */
export function crossEntropyBackwardTarget(dp: Float32Array, logp: Float32Array, dOut: Float32Array, rows: number, n: number): void {
  for (let row = 0; row < rows; row++) {
    for (let i = row * n; i < (row + 1) * n; i++) dp[i] -= logp[i] * dOut[row];
  }
}

/**
 * out ← Σᵢ meanⱼ |τᵢ − 1[u < 0]| · h(u) with u = goalⱼ − xᵢ: quantile regression, where xᵢ settles at the goal's quantile
 * τᵢ = (i + ½)/N because overshooting costs 1 − τᵢ and undershooting τᵢ [Dabney 2018, §4].
 */
export function quantileHuber(
  out: Float32Array,
  x: Float32Array,
  goal: Float32Array,
  rows: number,
  N: number,
  G: number,
  delta: number,
): void {
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let i = 0; i < N; i++) {
      const tau = (i + 0.5) / N;
      for (let j = 0; j < G; j++) {
        const u = goal[row * G + j] - x[row * N + i];
        sum += (u < 0 ? 1 - tau : tau) * huberOf(u, delta);
      }
    }
    out[row] = sum / G;
  }
}

/** ∂/∂goalⱼ = (1/G) Σᵢ |τᵢ − 1[u < 0]| · h′(u);   ∂/∂xᵢ is the same with −Σⱼ, as u falls when x rises. */
export function quantileHuberBackward(
  dx: Float32Array | null,
  dGoal: Float32Array | null,
  x: Float32Array,
  goal: Float32Array,
  dOut: Float32Array,
  rows: number,
  N: number,
  G: number,
  delta: number,
): void {
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < N; i++) {
      const tau = (i + 0.5) / N;
      for (let j = 0; j < G; j++) {
        const u = goal[row * G + j] - x[row * N + i];
        const slope = (((u < 0 ? 1 - tau : tau) * huberSlope(u, delta)) / G) * dOut[row];
        if (dx) dx[row * N + i] -= slope;
        if (dGoal) dGoal[row * G + j] += slope;
      }
    }
  }
}
