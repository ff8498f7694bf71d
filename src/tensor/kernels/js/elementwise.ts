// One output for one input: arithmetic and activations, each followed by its derivative. All buffers have the same length.

import type { Activation } from '../kernels.ts';

export function add(out: Float32Array, a: Float32Array, b: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = a[i] + b[i];
}

export function sub(out: Float32Array, a: Float32Array, b: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = a[i] - b[i];
}

export function mul(out: Float32Array, a: Float32Array, b: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = a[i] * b[i];
}

export function div(out: Float32Array, a: Float32Array, b: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = a[i] / b[i];
}

/** db −= dOut · a / b²:  ∂(a/b)/∂b = −a/b². */
export function divBackwardDivisor(db: Float32Array, a: Float32Array, b: Float32Array, dOut: Float32Array): void {
  for (let i = 0; i < db.length; i++) db[i] -= (dOut[i] * a[i]) / (b[i] * b[i]);
}

export function scale(out: Float32Array, x: Float32Array, factor: number): void {
  for (let i = 0; i < out.length; i++) out[i] = x[i] * factor;
}

/** dx += factor · x: the derivative of every sum, and of scale. */
export function addScaled(dx: Float32Array, x: Float32Array, factor: number): void {
  for (let i = 0; i < dx.length; i++) dx[i] += x[i] * factor;
}

/** dx += x · y: the derivative of mul, and of exp, where y is the output. */
export function addProduct(dx: Float32Array, x: Float32Array, y: Float32Array): void {
  for (let i = 0; i < dx.length; i++) dx[i] += x[i] * y[i];
}

/** dx += x / y: the derivative of div in its dividend, and of log. */
export function addQuotient(dx: Float32Array, x: Float32Array, y: Float32Array): void {
  for (let i = 0; i < dx.length; i++) dx[i] += x[i] / y[i];
}

export function square(out: Float32Array, x: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = x[i] * x[i];
}

/** ∂x²/∂x = 2x. */
export function squareBackward(dx: Float32Array, x: Float32Array, dOut: Float32Array): void {
  for (let i = 0; i < dx.length; i++) dx[i] += 2 * x[i] * dOut[i];
}

export function exp(out: Float32Array, x: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = Math.exp(x[i]);
}

export function log(out: Float32Array, x: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = Math.log(x[i]);
}

export function abs(out: Float32Array, x: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = Math.abs(x[i]);
}

/** ∂|x|/∂x = sign(x), and 0 at 0. */
export function absBackward(dx: Float32Array, x: Float32Array, dOut: Float32Array): void {
  for (let i = 0; i < dx.length; i++) dx[i] += Math.sign(x[i]) * dOut[i];
}

export function clamp(out: Float32Array, x: Float32Array, low: number, high: number): void {
  for (let i = 0; i < out.length; i++) out[i] = Math.min(Math.max(x[i], low), high);
}

/** dx += dOut where low ≤ x ≤ high: outside, the output does not move. */
export function clampBackward(dx: Float32Array, x: Float32Array, dOut: Float32Array, low: number, high: number): void {
  for (let i = 0; i < dx.length; i++) if (x[i] >= low && x[i] <= high) dx[i] += dOut[i];
}

/** out ← max(0, x); NaN stays NaN. */
export function relu(out: Float32Array, x: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = Math.max(0, x[i]);
}

/** dx += dOut where y > 0.  y is relu's output, so the input need not be kept. */
export function reluBackward(dx: Float32Array, y: Float32Array, dOut: Float32Array): void {
  for (let i = 0; i < dx.length; i++) if (y[i] > 0) dx[i] += dOut[i];
}

/** out ← x where x > 0, slope · x elsewhere [Maas 2013]. */
export function leakyRelu(out: Float32Array, x: Float32Array, slope: number): void {
  for (let i = 0; i < out.length; i++) out[i] = x[i] > 0 ? x[i] : slope * x[i];
}

export function leakyReluBackward(dx: Float32Array, x: Float32Array, dOut: Float32Array, slope: number): void {
  for (let i = 0; i < dx.length; i++) dx[i] += x[i] > 0 ? dOut[i] : slope * dOut[i];
}

export function tanh(out: Float32Array, x: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = Math.tanh(x[i]);
}

/** ∂tanh(x)/∂x = 1 − y². */
export function tanhBackward(dx: Float32Array, y: Float32Array, dOut: Float32Array): void {
  for (let i = 0; i < dx.length; i++) dx[i] += (1 - y[i] * y[i]) * dOut[i];
}

export function sigmoid(out: Float32Array, x: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = 1 / (1 + Math.exp(-x[i]));
}

/** ∂σ(x)/∂x = y(1 − y). */
export function sigmoidBackward(dx: Float32Array, y: Float32Array, dOut: Float32Array): void {
  for (let i = 0; i < dx.length; i++) dx[i] += y[i] * (1 - y[i]) * dOut[i];
}

export function gelu(out: Float32Array, x: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = x[i] * normalCdf(x[i]);
}

/** ∂(xΦ(x))/∂x = Φ(x) + xφ(x),  φ(x) = e^(−x²/2)/√(2π). */
export function geluBackward(dx: Float32Array, x: Float32Array, dOut: Float32Array): void {
  for (let i = 0; i < dx.length; i++) {
    const density = Math.exp(-0.5 * x[i] * x[i]) / Math.sqrt(2 * Math.PI);
    dx[i] += (normalCdf(x[i]) + x[i] * density) * dOut[i];
  }
}

const geluScale = Math.sqrt(2 / Math.PI);
const geluCubic = 0.044715;

export function geluTanh(out: Float32Array, x: Float32Array): void {
  for (let i = 0; i < out.length; i++) {
    const t = Math.tanh(geluScale * (x[i] + geluCubic * x[i] ** 3));
    out[i] = 0.5 * x[i] * (1 + t);
  }
}

/** With t = tanh(u), u = √(2/π)(x + 0.044715x³):  ½(1 + t) + ½x(1 − t²)·√(2/π)(1 + 3·0.044715x²). */
export function geluTanhBackward(dx: Float32Array, x: Float32Array, dOut: Float32Array): void {
  for (let i = 0; i < dx.length; i++) {
    const t = Math.tanh(geluScale * (x[i] + geluCubic * x[i] ** 3));
    const inner = geluScale * (1 + 3 * geluCubic * x[i] * x[i]);
    dx[i] += (0.5 * (1 + t) + 0.5 * x[i] * (1 - t * t) * inner) * dOut[i];
  }
}

/** Applies an activation where it stands, for kernels that fuse one into their store. */
export function activate(out: Float32Array, activation: Activation): void {
  if (activation === 'relu') relu(out, out);
  else if (activation === 'tanh') tanh(out, out);
  else if (activation === 'sigmoid') sigmoid(out, out);
}

/**
 * Φ(x) = ½ + φ(x)·(x + x³/3 + x⁵/(3·5) + …) [Marsaglia 2004]. All terms have one sign, so nothing cancels; beyond |x| = 9 it
 * is 0 or 1 to the last bit of a double.
 */
function normalCdf(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x < -9) return 0;
  if (x > 9) return 1;
  let term = x;
  let sum = x;
  for (let n = 3; Math.abs(term) > 1e-17 * Math.abs(sum); n += 2) {
    term *= (x * x) / n;
    sum += term;
  }
  return 0.5 + (sum * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI);
}
