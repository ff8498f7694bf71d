// Moving numbers without computing: strided reading (transpose, expand) and copies of blocks (reshape, concat, slice), each
// with its adjoint, which adds what it moves.

/** out[i₀,i₁,…] ← x[offset + Σ iₖ·strides[k]], with out of shape `sizes`, filled row by row of the last axis. */
export function gatherStrided(
  out: Float32Array,
  x: Float32Array,
  sizes: readonly number[],
  strides: readonly number[],
  offset: number,
): void {
  const { length, stride } = lastAxis(sizes, strides);
  const place = startingPlace(sizes);
  let from = offset;
  for (let at = 0; at < out.length; at += length) {
    for (let i = 0; i < length; i++) out[at + i] = x[from + i * stride];
    from = nextRow(place, sizes, strides, from);
  }
}

/** dx[offset + Σ iₖ·strides[k]] += dOut[i₀,i₁,…]. A stride of 0 reads one number many times, so it receives a sum. */
export function scatterStrided(
  dx: Float32Array,
  dOut: Float32Array,
  sizes: readonly number[],
  strides: readonly number[],
  offset: number,
): void {
  const { length, stride } = lastAxis(sizes, strides);
  const place = startingPlace(sizes);
  let to = offset;
  for (let at = 0; at < dOut.length; at += length) {
    for (let i = 0; i < length; i++) dx[to + i * stride] += dOut[at + i];
    to = nextRow(place, sizes, strides, to);
  }
}

/** The axis of the inner loop; a scalar is a row of one. */
function lastAxis(sizes: readonly number[], strides: readonly number[]): { length: number; stride: number } {
  const last = sizes.length - 1;
  return last < 0 ? { length: 1, stride: 0 } : { length: sizes[last], stride: strides[last] };
}

/** The indices of the first row: one counter for each axis but the last. */
const startingPlace = (sizes: readonly number[]): number[] => sizes.slice(0, -1).fill(0);

/** Counts one row further, like an odometer, and returns where that row starts. */
function nextRow(place: number[], sizes: readonly number[], strides: readonly number[], start: number): number {
  let next = start;
  for (let axis = place.length - 1; axis >= 0; axis--) {
    next += strides[axis];
    if (++place[axis] < sizes[axis]) return next;
    next -= sizes[axis] * strides[axis];
    place[axis] = 0;
  }
  return next;
}

/** out[o·outStride + outOffset + i] ← x[o·xStride + xOffset + i] for o < count, i < length. */
export function copyBlocks(
  out: Float32Array,
  x: Float32Array,
  count: number,
  length: number,
  outOffset: number,
  outStride: number,
  xOffset: number,
  xStride: number,
): void {
  for (let o = 0; o < count; o++) {
    const to = o * outStride + outOffset;
    const from = o * xStride + xOffset;
    for (let i = 0; i < length; i++) out[to + i] = x[from + i];
  }
}

/** The same walk, adding. */
export function addBlocks(
  dx: Float32Array,
  dOut: Float32Array,
  count: number,
  length: number,
  dxOffset: number,
  dxStride: number,
  dOutOffset: number,
  dOutStride: number,
): void {
  for (let o = 0; o < count; o++) {
    const to = o * dxStride + dxOffset;
    const from = o * dOutStride + dOutOffset;
    for (let i = 0; i < length; i++) dx[to + i] += dOut[from + i];
  }
}
