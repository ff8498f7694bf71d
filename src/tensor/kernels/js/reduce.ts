// Reductions over the middle of [outer, length, inner], the row-major view of any tensor around one axis or a run of
// neighbouring axes. Element (o, i, n) sits at (o·length + i)·inner + n.

/** out[outer,inner] ← factor · Σ over length of x[outer,length,inner]. */
export function sumAxis(out: Float32Array, x: Float32Array, outer: number, length: number, inner: number, factor: number): void {
  for (let o = 0; o < outer; o++) {
    for (let n = 0; n < inner; n++) {
      const start = o * length * inner + n;
      let sum = 0;
      for (let i = 0; i < length; i++) sum += x[start + i * inner];
      out[o * inner + n] = sum * factor;
    }
  }
}

/** dx[outer,length,inner] += factor · dOut[outer,inner]: every term has the weight `factor` in its sum. */
export function sumAxisBackward(dx: Float32Array, dOut: Float32Array, outer: number, length: number, inner: number, factor: number): void {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < length; i++) {
      const start = (o * length + i) * inner;
      for (let n = 0; n < inner; n++) dx[start + n] += dOut[o * inner + n] * factor;
    }
  }
}

/** out[outer,inner] ← the largest along length; index[outer,inner] ← the first place where it stands. NaN wins. */
export function maxAxis(out: Float32Array, index: Float32Array, x: Float32Array, outer: number, length: number, inner: number): void {
  for (let o = 0; o < outer; o++) {
    for (let n = 0; n < inner; n++) {
      const start = o * length * inner + n;
      let best = 0;
      for (let i = 1; i < length; i++) if (exceeds(x[start + i * inner], x[start + best * inner])) best = i;
      out[o * inner + n] = x[start + best * inner];
      index[o * inner + n] = best;
    }
  }
}

/** dx += dOut at the place that won: only there does the output move. */
export function maxAxisBackward(
  dx: Float32Array,
  index: Float32Array,
  dOut: Float32Array,
  outer: number,
  length: number,
  inner: number,
): void {
  for (let o = 0; o < outer; o++) {
    for (let n = 0; n < inner; n++) dx[(o * length + index[o * inner + n]) * inner + n] += dOut[o * inner + n];
  }
}

/** Whether a later value takes over from the best so far. NaN takes over from every number and is never replaced. */
export const exceeds = (value: number, best: number): boolean => value > best || (Number.isNaN(value) && !Number.isNaN(best));

/** dBias[N] += Σ over rows of dOut[M,N]. */
export function addColumnSums(dBias: Float32Array, dOut: Float32Array, M: number, N: number): void {
  for (let i = 0; i < M; i++) {
    for (let j = 0; j < N; j++) dBias[j] += dOut[i * N + j];
  }
}
