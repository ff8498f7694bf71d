// Rearranging numbers: reshape, transpose, expand, concat, slice. Tensors are contiguous, so each makes a copy, and each
// derivative carries dOut back the way the numbers came. expand is the only broadcast there is, and it is spelled.

import { apply, applyToAll } from '../autograd.ts';
import type { Op } from '../op.ts';
import { equalShapes, formatShape, resolveAxis, type Shape, ShapeError, sizeOf, splitAt } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/** The same numbers under another shape; one −1 stands for whatever length fits.   dx = dOut. */
export const reshapeOp: Op<Shape> = {
  name: 'reshape',
  outputShape: ([x], shape) => completeShape(x, shape),
  forward: (k, out, [x]) => k.copyBlocks(out.data, x.data, 1, x.data.length, 0, 0, 0, 0),
  backward(k, [dx], dOut) {
    if (dx) k.addScaled(dx, dOut, 1);
  },
};
export const reshape = (x: Tensor, shape: Shape): Tensor => apply(reshapeOp, shape, x);

function completeShape(x: Shape, shape: Shape): Shape {
  let known = 1;
  let open = 0;
  for (const length of shape) {
    if (length === -1) open++;
    else if (Number.isInteger(length) && length >= 0) known *= length;
    else throw new ShapeError('reshape', 'lengths must be whole numbers, or −1 for one of them', [x, shape]);
  }
  const size = sizeOf(x);
  if (open === 0) {
    if (known !== size) throw new ShapeError('reshape', 'both shapes must hold equally many numbers', [x, shape]);
    return shape;
  }
  if (open > 1) throw new ShapeError('reshape', 'at most one length may be −1', [x, shape]);
  const rest = size / known;
  if (!Number.isInteger(rest)) throw new ShapeError('reshape', 'some length must fit in place of −1', [x, shape]);
  return shape.map((length) => (length === -1 ? rest : length));
}

const areLengths = (shape: Shape): boolean => shape.every((length) => Number.isInteger(length) && length >= 0);

/** The strides of a contiguous tensor: how far apart neighbours along each axis lie. */
const stridesOf = (shape: Shape): number[] => shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));

/** Axis k of the result is axis permutation[k] of x.   dx = dOut with the axes put back. */
export const transposeOp: Op<readonly number[]> = {
  name: 'transpose',
  outputShape([x], permutation) {
    if (permutation.length !== x.length || !x.every((_, axis) => permutation.includes(axis))) {
      throw new ShapeError('transpose', 'permutation must name each axis once', [x], `; permutation is ${formatShape(permutation)}`);
    }
    return permutation.map((axis) => x[axis]);
  },
  forward: (k, out, [x], permutation) => k.gatherStrided(out.data, x.data, out.shape, permutedStrides(x.shape, permutation), 0),
  backward(k, [dx], dOut, { inputs: [x], params: permutation, output }) {
    if (dx) k.scatterStrided(dx, dOut, output.shape, permutedStrides(x.shape, permutation), 0);
  },
};
/** Without a permutation the axes are reversed: [M, N] → [N, M]. */
export const transpose = (x: Tensor, permutation: readonly number[] = x.shape.map((_, axis) => x.shape.length - 1 - axis)): Tensor =>
  apply(transposeOp, permutation, x);

/** Strides that read x in the order of its permuted axes. */
function permutedStrides(x: Shape, permutation: readonly number[]): number[] {
  const strides = stridesOf(x);
  return permutation.map((axis) => strides[axis]);
}

/**
 * x repeated to a larger shape. Shapes are compared from their last axes; an axis of length 1, or one that x lacks in front,
 * is repeated.   dx = Σ of dOut over the repetitions.
 */
export const expandOp: Op<Shape> = {
  name: 'expand',
  outputShape([x], shape) {
    const lacking = shape.length - x.length;
    if (!areLengths(shape)) throw new ShapeError('expand', 'lengths must be whole numbers', [x, shape]);
    if (lacking < 0 || !x.every((length, axis) => length === 1 || length === shape[lacking + axis])) {
      const hint = '. Shapes are compared from their last axes; reshape to put an axis of length 1 where x should repeat';
      throw new ShapeError('expand', 'each axis of x must have length 1 or the new length', [x, shape], hint);
    }
    return shape;
  },
  forward: (k, out, [x]) => k.gatherStrided(out.data, x.data, out.shape, repeatingStrides(x.shape, out.shape), 0),
  backward(k, [dx], dOut, { inputs: [x], output }) {
    if (dx) k.scatterStrided(dx, dOut, output.shape, repeatingStrides(x.shape, output.shape), 0);
  },
};
export const expand = (x: Tensor, shape: Shape): Tensor => apply(expandOp, shape, x);

const lastStrides = new WeakMap<Shape, { readonly x: Shape; readonly strides: readonly number[] }>();

/** Strides that read x as if it had the larger shape: a repeated axis does not move. Those made last for that very shape are kept. */
function repeatingStrides(x: Shape, shape: Shape): readonly number[] {
  const last = lastStrides.get(shape);
  if (last !== undefined && equalShapes(last.x, x)) return last.strides;
  const strides = stridesOf(x);
  const lacking = shape.length - x.length;
  const repeating = shape.map((_, axis) => (axis < lacking || x[axis - lacking] === 1 ? 0 : strides[axis - lacking]));
  lastStrides.set(shape, { x, strides: repeating });
  return repeating;
}

/** Tensors one after another along an axis; all other axes must agree.   Each gradient is the tensor's own part of dOut. */
export const concatOp: Op<number> = {
  name: 'concat',
  outputShape(inputs, axis) {
    if (inputs.length === 0) throw new ShapeError('concat', 'there must be at least one tensor', [], 'none');
    const at = resolveAxis('concat', inputs[0], axis);
    const length = inputs.reduce((total, x) => total + x[at], 0);
    const whole = withLength(inputs[0], at, length);
    if (!inputs.every((x) => equalShapes(withLength(x, at, length), whole))) {
      throw new ShapeError('concat', `all axes but axis ${at} must agree`, inputs);
    }
    return whole;
  },
  forward(k, out, inputs, axis) {
    const { outer, length, inner } = splitAt('concat', out.shape, axis);
    let offset = 0;
    for (const x of inputs) {
      const part = splitAt('concat', x.shape, axis).length * inner;
      k.copyBlocks(out.data, x.data, outer, part, offset, length * inner, 0, part);
      offset += part;
    }
  },
  backward(k, dInputs, dOut, { inputs, params: axis, output }) {
    const { outer, length, inner } = splitAt('concat', output.shape, axis);
    let offset = 0;
    inputs.forEach((x, i) => {
      const part = splitAt('concat', x.shape, axis).length * inner;
      const dx = dInputs[i];
      if (dx) k.addBlocks(dx, dOut, outer, part, 0, part, offset, length * inner);
      offset += part;
    });
  },
};
export const concat = (inputs: readonly Tensor[], axis: number): Tensor => applyToAll(concatOp, axis, inputs);

/** The places start … end − 1 along an axis; negative ones count from the end.   dx = dOut there, 0 elsewhere. */
export const sliceOp: Op<{ axis: number; start: number; end: number }> = {
  name: 'slice',
  outputShape([x], { axis, start, end }) {
    const at = resolveAxis('slice', x, axis);
    const { from, to } = resolveRange(x[at], start, end);
    if (!(Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from <= to && to <= x[at])) {
      throw new ShapeError('slice', `start … end must lie within axis ${at}`, [x], `; start is ${start} and end ${end}`);
    }
    return withLength(x, at, to - from);
  },
  forward(k, out, [x], { axis, start, end }) {
    const { outer, length, inner } = splitAt('slice', x.shape, axis);
    const { from, to } = resolveRange(length, start, end);
    k.copyBlocks(out.data, x.data, outer, (to - from) * inner, 0, (to - from) * inner, from * inner, length * inner);
  },
  backward(k, [dx], dOut, { inputs: [x], params: { axis, start, end } }) {
    const { outer, length, inner } = splitAt('slice', x.shape, axis);
    const { from, to } = resolveRange(length, start, end);
    if (dx) k.addBlocks(dx, dOut, outer, (to - from) * inner, from * inner, length * inner, 0, (to - from) * inner);
  },
};
/** Without an end, everything from start on. */
export const slice = (x: Tensor, axis: number, start: number, end: number = x.shape.at(axis) ?? 0): Tensor =>
  apply(sliceOp, { axis, start, end }, x);

function resolveRange(length: number, start: number, end: number): { from: number; to: number } {
  return { from: start < 0 ? start + length : start, to: end < 0 ? end + length : end };
}

/** The shape with another length at one axis. */
const withLength = (shape: Shape, at: number, length: number): Shape => shape.map((old, axis) => (axis === at ? length : old));
