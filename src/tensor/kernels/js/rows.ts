// Work on the rows of a matrix [rows, n]: normalisations, each followed by its derivative, and picking by index.

import { exceeds } from './reduce.ts';

/** out ← e^(x − m) / Σ e^(x − m) with m the row's largest, which cancels and keeps large x from overflowing. */
export function softmax(out: Float32Array, x: Float32Array, rows: number, n: number): void {
  for (let row = 0; row < rows; row++) {
    const start = row * n;
    const end = start + n;
    const largest = largestOf(x, start, end);
    let sum = 0;
    for (let i = start; i < end; i++) {
      out[i] = Math.exp(x[i] - largest);
      sum += out[i];
    }
    for (let i = start; i < end; i++) out[i] /= sum;
  }
}

/** dxᵢ += yᵢ(dOutᵢ − Σⱼ yⱼ dOutⱼ):  ∂yⱼ/∂xᵢ = yⱼ(1[i = j] − yᵢ). */
export function softmaxBackward(dx: Float32Array, y: Float32Array, dOut: Float32Array, rows: number, n: number): void {
  for (let row = 0; row < rows; row++) {
    const start = row * n;
    const end = start + n;
    let sum = 0;
    for (let i = start; i < end; i++) sum += y[i] * dOut[i];
    for (let i = start; i < end; i++) dx[i] += y[i] * (dOut[i] - sum);
  }
}

/** out ← x − m − log Σ e^(x − m), with m the row's largest. */
export function logSoftmax(out: Float32Array, x: Float32Array, rows: number, n: number): void {
  for (let row = 0; row < rows; row++) {
    const start = row * n;
    const end = start + n;
    const largest = largestOf(x, start, end);
    let sum = 0;
    for (let i = start; i < end; i++) sum += Math.exp(x[i] - largest);
    const logSum = Math.log(sum);
    for (let i = start; i < end; i++) out[i] = x[i] - largest - logSum;
  }
}

/** dxᵢ += dOutᵢ − e^(yᵢ) Σⱼ dOutⱼ:  ∂yⱼ/∂xᵢ = 1[i = j] − softmax(x)ᵢ. */
export function logSoftmaxBackward(dx: Float32Array, y: Float32Array, dOut: Float32Array, rows: number, n: number): void {
  for (let row = 0; row < rows; row++) {
    const start = row * n;
    const end = start + n;
    let sum = 0;
    for (let i = start; i < end; i++) sum += dOut[i];
    for (let i = start; i < end; i++) dx[i] += dOut[i] - Math.exp(y[i]) * sum;
  }
}

function largestOf(x: Float32Array, start: number, end: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = start; i < end; i++) if (x[i] > largest) largest = x[i];
  return largest;
}

/** out ← gain · x̂ + bias, x̂ = (x − μ)/√(σ² + ε) over each row [Ba 2016]. The mean comes first: E[x²] − μ² would cancel. */
export function layerNorm(
  out: Float32Array,
  stats: Float32Array,
  x: Float32Array,
  gain: Float32Array,
  bias: Float32Array,
  rows: number,
  n: number,
  epsilon: number,
): void {
  for (let row = 0; row < rows; row++) {
    const start = row * n;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += x[start + i];
    const mean = sum / n;
    let squares = 0;
    for (let i = 0; i < n; i++) squares += (x[start + i] - mean) ** 2;
    const scale = 1 / Math.sqrt(squares / n + epsilon);
    for (let i = 0; i < n; i++) out[start + i] = gain[i] * (x[start + i] - mean) * scale + bias[i];
    stats[2 * row] = mean;
    stats[2 * row + 1] = scale;
  }
}

/** With g = gain · dOut and r = 1/√(σ² + ε):   dx += r · (g − mean(g) − x̂ · mean(g · x̂)). */
export function layerNormBackwardInput(
  dx: Float32Array,
  stats: Float32Array,
  x: Float32Array,
  gain: Float32Array,
  dOut: Float32Array,
  rows: number,
  n: number,
): void {
  for (let row = 0; row < rows; row++) {
    const start = row * n;
    const mean = stats[2 * row];
    const scale = stats[2 * row + 1];
    let sumG = 0;
    let sumGx = 0;
    for (let i = 0; i < n; i++) {
      const g = gain[i] * dOut[start + i];
      sumG += g;
      sumGx += g * (x[start + i] - mean) * scale;
    }
    for (let i = 0; i < n; i++) {
      const normal = (x[start + i] - mean) * scale; // x̂
      dx[start + i] += scale * (gain[i] * dOut[start + i] - sumG / n - (normal * sumGx) / n);
    }
  }
}

/** dGain += Σ over rows of dOut · x̂. */
export function layerNormBackwardGain(
  dGain: Float32Array,
  stats: Float32Array,
  x: Float32Array,
  dOut: Float32Array,
  rows: number,
  n: number,
): void {
  for (let row = 0; row < rows; row++) {
    const mean = stats[2 * row];
    const scale = stats[2 * row + 1];
    for (let i = 0; i < n; i++) dGain[i] += dOut[row * n + i] * (x[row * n + i] - mean) * scale;
  }
}

/** out[rows,Z] ← x[rows,A,Z] at index[rows] along A. */
export function select(out: Float32Array, x: Float32Array, index: Int32Array, rows: number, A: number, Z: number): void {
  for (let row = 0; row < rows; row++) {
    const from = (row * A + index[row]) * Z;
    for (let z = 0; z < Z; z++) out[row * Z + z] = x[from + z];
  }
}

/** dx += dOut at the places that were picked. */
export function selectBackward(dx: Float32Array, index: Int32Array, dOut: Float32Array, rows: number, A: number, Z: number): void {
  for (let row = 0; row < rows; row++) {
    const to = (row * A + index[row]) * Z;
    for (let z = 0; z < Z; z++) dx[to + z] += dOut[row * Z + z];
  }
}

/** out[count,width] ← table[·,width] at index[count]. */
export function embed(out: Float32Array, table: Float32Array, index: Int32Array, count: number, width: number): void {
  for (let at = 0; at < count; at++) {
    const from = index[at] * width;
    for (let i = 0; i < width; i++) out[at * width + i] = table[from + i];
  }
}

/** dTable[index] += dOut; a row that is used twice receives both. */
export function embedBackward(dTable: Float32Array, index: Int32Array, dOut: Float32Array, count: number, width: number): void {
  for (let at = 0; at < count; at++) {
    const to = index[at] * width;
    for (let i = 0; i < width; i++) dTable[to + i] += dOut[at * width + i];
  }
}

/** out[count,width] ← factor · bytes[·,width] at index[count]. */
export function gatherBytes(out: Float32Array, bytes: Uint8Array, index: Int32Array, count: number, width: number, factor: number): void {
  for (let at = 0; at < count; at++) {
    const from = index[at] * width;
    for (let i = 0; i < width; i++) out[at * width + i] = factor * bytes[from + i];
  }
}

/** out[rows] ← the first place of the largest of each row of x[rows,n]. NaN wins, as in maxAxis. */
export function argmax(out: Int32Array, x: Float32Array, rows: number, n: number): void {
  for (let row = 0; row < rows; row++) {
    let best = 0;
    for (let i = 1; i < n; i++) if (exceeds(x[row * n + i], x[row * n + best])) best = i;
    out[row] = best;
  }
}
