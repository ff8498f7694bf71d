// Sums, means and maxima over one axis, several, or all. A run of neighbouring axes is one axis of the row-major layout, so one
// kernel call reduces it: [outer, length, inner] → [outer, inner]. Separate runs are reduced one after another.

import { apply } from '../autograd.ts';
import { backend } from '../current-backend.ts';
import type { Op } from '../op.ts';
import { type AxisSplit, resolveAxis, type Shape, ShapeError, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/** The axes first … last − 1, counted from the front; `keepAxes` leaves each of them with length 1. */
export interface AxisRun {
  readonly first: number;
  readonly last: number;
  readonly keepAxes: boolean;
}

/** Every run that was asked for so far, made once: there are few, and the same object marks a call as the same. */
const runs: AxisRun[] = [];

function axisRun(first: number, last: number, keepAxes: boolean): AxisRun {
  for (const run of runs) if (run.first === first && run.last === last && run.keepAxes === keepAxes) return run;
  const run = { first, last, keepAxes };
  runs.push(run);
  return run;
}

function splitRun(shape: Shape, { first, last }: AxisRun): AxisSplit {
  return { outer: sizeOf(shape, 0, first), length: sizeOf(shape, first, last), inner: sizeOf(shape, last) };
}

function reducedShape(shape: Shape, { first, last, keepAxes }: AxisRun): Shape {
  return [...shape.slice(0, first), ...(keepAxes ? shape.slice(first, last).fill(1) : []), ...shape.slice(last)];
}

function requireLength(who: string, shape: Shape, run: AxisRun): void {
  if (splitRun(shape, run).length === 0) throw new ShapeError(who, 'there must be something to reduce', [shape]);
}

/** Σ x over a run of axes.   dx = dOut, for every term. */
export const sumOp: Op<AxisRun> = {
  name: 'sum',
  outputShape: ([x], run) => reducedShape(x, run),
  forward(k, out, [x], run) {
    const { outer, length, inner } = splitRun(x.shape, run);
    k.sumAxis(out.data, x.data, outer, length, inner, 1);
  },
  backward(k, [dx], dOut, { inputs: [x], params }) {
    const { outer, length, inner } = splitRun(x.shape, params);
    if (dx) k.sumAxisBackward(dx, dOut, outer, length, inner, 1);
  },
};

/** (1/n) Σ x over a run of axes that hold n numbers.   dx = dOut/n, for every term. */
export const meanOp: Op<AxisRun> = {
  name: 'mean',
  outputShape([x], run) {
    requireLength('mean', x, run);
    return reducedShape(x, run);
  },
  forward(k, out, [x], run) {
    const { outer, length, inner } = splitRun(x.shape, run);
    k.sumAxis(out.data, x.data, outer, length, inner, 1 / length);
  },
  backward(k, [dx], dOut, { inputs: [x], params }) {
    const { outer, length, inner } = splitRun(x.shape, params);
    if (dx) k.sumAxisBackward(dx, dOut, outer, length, inner, 1 / length);
  },
};

/** The largest x over a run of axes; NaN counts as the largest.   dx = dOut at the first place of the largest, 0 elsewhere. */
export const maxOp: Op<AxisRun> = {
  name: 'max',
  outputShape([x], run) {
    requireLength('max', x, run);
    return reducedShape(x, run);
  },
  forward(k, out, [x], run) {
    const { outer, length, inner } = splitRun(x.shape, run);
    const index = backend().scratch(outer * inner);
    k.maxAxis(out.data, index, x.data, outer, length, inner);
    return index;
  },
  backward(k, [dx], dOut, { inputs: [x], params, saved }) {
    const { outer, length, inner } = splitRun(x.shape, params);
    if (dx) k.maxAxisBackward(dx, saved!, dOut, outer, length, inner); // forward keeps the places
  },
};

/** One axis or several; negative ones count from the end. */
export type Axes = number | readonly number[];

export interface ReduceOptions {
  /** Leave each reduced axis in the shape, with length 1. Default false. */
  readonly keepAxes?: boolean;
}

/** The sum over the given axes, or over all. Throws ShapeError for axes that do not exist or are named twice. */
export const sum = (x: Tensor, axes?: Axes, options?: ReduceOptions): Tensor => reduce(sumOp, x, axes, options?.keepAxes);

/** The mean over the given axes, or over all. Throws ShapeError as sum does, and when there is nothing to average. */
export const mean = (x: Tensor, axes?: Axes, options?: ReduceOptions): Tensor => reduce(meanOp, x, axes, options?.keepAxes);

/** The largest over the given axes, or over all. Throws ShapeError as sum does, and when there is nothing to choose from. */
export const max = (x: Tensor, axes?: Axes, options?: ReduceOptions): Tensor => reduce(maxOp, x, axes, options?.keepAxes);

function reduce(op: Op<AxisRun>, x: Tensor, axes: Axes | undefined, keepAxes = false): Tensor {
  if (axes === undefined) return apply(op, axisRun(0, x.shape.length, keepAxes), x);
  if (typeof axes === 'number') {
    const first = resolveAxis(op.name, x.shape, axes);
    return apply(op, axisRun(first, first + 1, keepAxes), x);
  }
  const chosen = new Set(axes.map((axis) => resolveAxis(op.name, x.shape, axis)));
  if (chosen.size !== axes.length) throw new ShapeError(op.name, 'axes must differ', [x.shape], `; axes are ${axes.join(', ')}`);
  let result = x;
  // From the back, so that the axes still to be reduced keep their numbers.
  for (let last = x.shape.length; last > 0; last--) {
    if (!chosen.has(last - 1)) continue;
    let first = last - 1;
    while (chosen.has(first - 1)) first--;
    result = apply(op, axisRun(first, last, keepAxes), result);
    last = first;
  }
  return result;
}
