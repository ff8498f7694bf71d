// deepq keeps images as [B, H, W, C] and filters as [kernel, kernel, C, O]; some engines want [B, C, H, W] and [O, C, kernel, kernel].
// Arrays are moved before anything is timed.

/** An array with its axes in another order: axis i of the result is axis `axes[i]` of the array. */
export function permuted({ data, shape }, axes) {
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1));
  const to = axes.map((axis) => shape[axis]);
  const out = new Float32Array(data.length);
  const place = to.map(() => 0);
  for (let i = 0; i < out.length; i++) {
    out[i] = data[axes.reduce((at, axis, k) => at + place[k] * strides[axis], 0)];
    for (let k = place.length - 1; k >= 0 && ++place[k] === to[k]; k--) place[k] = 0;
  }
  return { data: out, shape: to };
}

/** Observations or output images, [B, H, W, C] → [B, C, H, W]; vectors as they are. */
export const imagesFirst = (array) => (array.shape.length === 4 ? permuted(array, [0, 3, 1, 2]) : array);
export const imagesLast = (array) => permuted(array, [0, 2, 3, 1]);
/** Filters, [kernel, kernel, C, O] → [O, C, kernel, kernel]. */
export const filtersFirst = (array) => permuted(array, [3, 2, 0, 1]);
export const filtersLast = (array) => permuted(array, [2, 3, 1, 0]);

/** The arrays prefix0, prefix1, … in order. */
export function numbered(inputs, prefix) {
  const found = [];
  while (`${prefix}${found.length}` in inputs) found.push(inputs[`${prefix}${found.length}`]);
  return found;
}

/** All parameters of a network for images [B, C, H, W]; the matrix behind the last convolution gets its rows in that order. */
export function parametersFirst({ conv }, parameters) {
  return parameters.map((array, i) => {
    if (array.shape.length === 4) return filtersFirst(array);
    return i === 2 * conv.length && conv.length > 0 ? reordered(array, conv.at(-1).filters, true) : array;
  });
}

/** And back. */
export function parametersLast({ conv }, parameters) {
  return parameters.map((array, i) => {
    if (array.shape.length === 4) return filtersLast(array);
    return i === 2 * conv.length && conv.length > 0 ? reordered(array, conv.at(-1).filters, false) : array;
  });
}

/** Rows of [pixels · C, N] as [C · pixels, N], or the other way round. */
function reordered({ data, shape }, C, first) {
  const pixels = shape[0] / C;
  const split = first ? [pixels, C, shape[1]] : [C, pixels, shape[1]];
  return { data: permuted({ data, shape: split }, [1, 0, 2]).data, shape };
}
