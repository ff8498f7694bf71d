// Work on rows, the slices along the last axis: normalisations, and picking by index. Indices are Int32Array parameters, not
// tensors; an op keeps the array until gradients are taken, so it must not be changed in between.

import { apply } from '../autograd.ts';
import { backend, scratchIntegers } from '../current-backend.ts';
import type { Op } from '../op.ts';
import { formatShape, type Shape, ShapeError, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/** A tensor of at least one axis seen as a matrix: `rows` rows of `n` numbers. Throws ShapeError for a scalar. */
function asRows(who: string, shape: Shape): { rows: number; n: number } {
  if (shape.length === 0) throw new ShapeError(who, 'x must have at least one axis', [shape]);
  return { rows: sizeOf(shape, 0, shape.length - 1), n: shape[shape.length - 1] };
}

/** y = eˣ / Σ eˣ over the last axis.   dx = y · (dOut − Σ y · dOut). */
export const softmaxOp: Op<void> = {
  name: 'softmax',
  outputShape([x]) {
    asRows('softmax', x);
    return x;
  },
  forward(k, out, [x]) {
    const { rows, n } = asRows('softmax', x.shape);
    k.softmax(out.data, x.data, rows, n);
  },
  backward(k, [dx], dOut, { output }) {
    const { rows, n } = asRows('softmax', output.shape);
    if (dx) k.softmaxBackward(dx, output.data, dOut, rows, n);
  },
};
export const softmax = (x: Tensor): Tensor => apply(softmaxOp, undefined, x);

/** y = x − log Σ eˣ over the last axis.   dx = dOut − eʸ · Σ dOut. */
export const logSoftmaxOp: Op<void> = {
  name: 'logSoftmax',
  outputShape([x]) {
    asRows('logSoftmax', x);
    return x;
  },
  forward(k, out, [x]) {
    const { rows, n } = asRows('logSoftmax', x.shape);
    k.logSoftmax(out.data, x.data, rows, n);
  },
  backward(k, [dx], dOut, { output }) {
    const { rows, n } = asRows('logSoftmax', output.shape);
    if (dx) k.logSoftmaxBackward(dx, output.data, dOut, rows, n);
  },
};
export const logSoftmax = (x: Tensor): Tensor => apply(logSoftmaxOp, undefined, x);

/**
 * gain · x̂ + bias over the last axis, with x̂ = (x − mean)/√(variance + ε) [Ba 2016]; gain and bias are [n].
 * With g = gain · dOut:   dx = (g − mean(g) − x̂ · mean(g · x̂))/√(variance + ε),   dgain = Σ rows of dOut · x̂,   dbias = Σ rows of dOut.
 */
export const layerNormOp: Op<number> = {
  name: 'layerNorm',
  outputShape([x, gain, bias]) {
    const { n } = asRows('layerNorm', x);
    if (gain.length !== 1 || gain[0] !== n) throw new ShapeError('layerNorm', 'gain must have one number for each column', [x, gain]);
    if (bias.length !== 1 || bias[0] !== n) throw new ShapeError('layerNorm', 'bias must have one number for each column', [x, bias]);
    return x;
  },
  forward(k, out, [x, gain, bias], epsilon) {
    const { rows, n } = asRows('layerNorm', x.shape);
    const stats = backend().scratch(2 * rows);
    k.layerNorm(out.data, stats, x.data, gain.data, bias.data, rows, n, epsilon);
    return stats;
  },
  backward(k, [dx, dGain, dBias], dOut, { inputs: [x, gain], saved }) {
    const { rows, n } = asRows('layerNorm', x.shape);
    const stats = saved!; // forward keeps it
    if (dx) k.layerNormBackwardInput(dx, stats, x.data, gain.data, dOut, rows, n);
    if (dGain) k.layerNormBackwardGain(dGain, stats, x.data, dOut, rows, n);
    if (dBias) k.addColumnSums(dBias, dOut, rows, n);
  },
};
export const layerNorm = (x: Tensor, gain: Tensor, bias: Tensor, epsilon = 1e-5): Tensor => apply(layerNormOp, epsilon, x, gain, bias);

/**
 * One slice of each row: x[B,A,Z] or x[B,A] at index[B] → [B,Z] or [B].   dx = dOut where picked, 0 elsewhere.
 * Throws ShapeError when index does not have one entry for each row, RangeError when an entry is not in 0…A−1.
 */
export const selectOp: Op<Int32Array> = {
  name: 'select',
  outputShape([x], index) {
    if (x.length !== 2 && x.length !== 3) throw new ShapeError('select', 'x must be [B, A] or [B, A, Z]', [x]);
    if (index.length !== x[0]) throw new ShapeError('select', `index must have ${x[0]} entries, one for each row`, [[index.length], x]);
    return [x[0], ...x.slice(2)];
  },
  forward(k, out, [x], index) {
    const [rows, A, Z = 1] = x.shape;
    for (let row = 0; row < rows; row++) {
      if (index[row] >= 0 && index[row] < A) continue;
      throw new RangeError(`select: every index must be in 0…${A - 1}; got ${index[row]} in row ${row} of ${formatShape(x.shape)}`);
    }
    k.select(out.data, x.data, index, rows, A, Z);
  },
  backward(k, [dx], dOut, { inputs: [x], params: index }) {
    const [rows, A, Z = 1] = x.shape;
    if (dx) k.selectBackward(dx, index, dOut, rows, A, Z);
  },
};
export const select = (x: Tensor, index: Int32Array): Tensor => apply(selectOp, index, x);

/**
 * Rows of a table[V,D] by number: index, laid out as `shape` → [...shape, D].   dtable[index] += dOut.
 * Throws ShapeError when the shape does not hold the index, RangeError when an entry is not in 0…V−1.
 */
export const embedOp: Op<{ index: Int32Array; shape: Shape }> = {
  name: 'embed',
  outputShape([table], { index, shape }) {
    if (table.length !== 2) throw new ShapeError('embed', 'table must be [V, D]', [table]);
    if (sizeOf(shape) !== index.length) throw new ShapeError('embed', `shape must hold ${index.length} indices`, [shape]);
    return [...shape, table[1]];
  },
  forward(k, out, [table], { index }) {
    const [V, D] = table.shape;
    for (let at = 0; at < index.length; at++) {
      if (index[at] >= 0 && index[at] < V) continue;
      throw new RangeError(
        `embed: every index must be in 0…${V - 1}; got ${index[at]} at place ${at} for a table of ${formatShape(table.shape)}`,
      );
    }
    k.embed(out.data, table.data, index, index.length, D);
  },
  backward(k, [dTable], dOut, { inputs: [table], params: { index } }) {
    if (dTable) k.embedBackward(dTable, index, dOut, index.length, table.shape[1]);
  },
};
export const embed = (table: Tensor, index: Int32Array, shape: Shape = [index.length]): Tensor => apply(embedOp, { index, shape }, table);

/**
 * The first place of the largest number of each row of the last axis, in scratch; NaN counts as the largest. Not an op: it has
 * no derivative. Throws ShapeError when rows are empty.
 */
export function argmax(x: Tensor): Int32Array {
  const { rows, n } = asRows('argmax', x.shape);
  if (n === 0) throw new ShapeError('argmax', 'rows must not be empty', [x.shape]);
  const places = scratchIntegers(rows);
  backend().kernels.argmax(places, x.data, rows, n);
  return places;
}
