// Initialisers: what a weight holds before anything is learned. Each draws values whose size depends on how many inputs feed
// one output (fan-in) and how many outputs one input feeds (fan-out), so that signals keep their size through deep networks.

import { type Rng, type Shape, sizeOf } from '../tensor/index.ts';

/**
 * The first values of a parameter, row-major. For a linear weight [in, out] the fans are in and out; for a convolution
 * [kernelH, kernelW, C, O] they are kernelH·kernelW·C and kernelH·kernelW·O; a bias has the fans of its weight.
 */
export type Initializer = (shape: Shape, fanIn: number, fanOut: number, rng: Rng) => ArrayLike<number>;

/** U(−b, b) with b = √(6/fanIn): keeps the variance of relu networks [He 2015, §2.2]. */
export const heUniform: Initializer = (shape, fanIn, _fanOut, rng) => uniform(shape, Math.sqrt(6 / fanIn), rng);

/** N(0, 2/fanIn): the same variance as heUniform, from a normal distribution [He 2015, §2.2]. */
export const heNormal: Initializer = (shape, fanIn, _fanOut, rng) => normal(shape, Math.sqrt(2 / fanIn), rng);

/** U(−b, b) with b = √(6/(fanIn + fanOut)): a compromise between the forward and the backward pass [Glorot & Bengio 2010, eq. 16]. */
export const glorotUniform: Initializer = (shape, fanIn, fanOut, rng) => uniform(shape, Math.sqrt(6 / (fanIn + fanOut)), rng);

/** U(−b, b) with b = 1/√fanIn [LeCun 1998, §4.6]: PyTorch's default for the weights and biases of linear and convolution layers. */
export const fanInUniform: Initializer = (shape, fanIn, _fanOut, rng) => uniform(shape, 1 / Math.sqrt(fanIn), rng);

/** The same value everywhere. */
export const constant =
  (value: number): Initializer =>
  (shape) =>
    new Float64Array(sizeOf(shape)).fill(value);

/**
 * gain · Q, with Q a uniformly random matrix of orthonormal columns, or of orthonormal rows when it is wider than tall
 * [Saxe 2014, §3]. The matrix is [everything but the last axis, last axis]: inputs by outputs for every layer here.
 */
export const orthogonal =
  (gain = 1): Initializer =>
  (shape, _fanIn, _fanOut, rng) => {
    const columns = shape[shape.length - 1] ?? 1;
    const rows = sizeOf(shape) / columns;
    const vectors = orthonormalVectors(Math.min(rows, columns), Math.max(rows, columns), rng);
    const values = new Float64Array(rows * columns);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) values[i * columns + j] = gain * (rows >= columns ? vectors[j][i] : vectors[i][j]);
    }
    return values;
  };

/**
 * Gram–Schmidt on normal vectors: from each, take away what the earlier ones already span, then scale to length one. One
 * pass leaves rounding errors behind that grow with the number of vectors; a second removes them [Giraud 2005].
 */
function orthonormalVectors(count: number, length: number, rng: Rng): Float64Array[] {
  const vectors: Float64Array[] = [];
  while (vectors.length < count) {
    const vector = normal([length], 1, rng);
    for (let pass = 0; pass < 2; pass++) for (const earlier of vectors) addMultiple(vector, earlier, -dot(vector, earlier));
    const norm = Math.sqrt(dot(vector, vector));
    // A draw that lies in the span of the others has no direction left; it is as good as impossible, and drawn again.
    if (norm > 1e-8) vectors.push(vector.map((x) => x / norm));
  }
  return vectors;
}

function uniform(shape: Shape, bound: number, rng: Rng): Float64Array {
  return new Float64Array(sizeOf(shape)).map(() => rng.uniform(-bound, bound));
}

function normal(shape: Shape, deviation: number, rng: Rng): Float64Array {
  return new Float64Array(sizeOf(shape)).map(() => deviation * rng.normal());
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function addMultiple(a: Float64Array, b: Float64Array, factor: number): void {
  for (let i = 0; i < a.length; i++) a[i] += factor * b[i];
}
