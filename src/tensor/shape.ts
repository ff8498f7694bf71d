// Shapes: the sizes of a tensor's axes, outermost first. Tensors are contiguous and row-major, so a shape is all there is to
// know about a layout. Also the error that every shape rule throws.

/** The sizes of the axes, outermost first. `[]` is a scalar: one number. */
export type Shape = readonly number[];

/** How many numbers a tensor of this shape holds; or one of the axes `from` … `to` − 1 alone. */
export function sizeOf(shape: Shape, from = 0, to: number = shape.length): number {
  let size = 1;
  for (let axis = from; axis < to; axis++) size *= shape[axis];
  return size;
}

/** `[32, 4]`, as error messages print it. */
export const formatShape = (shape: Shape): string => `[${shape.join(', ')}]`;

/** Whether both shapes have the same axes. */
export function equalShapes(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false;
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  return true;
}

/** The row-major view of a tensor around one axis: element (o, i, n) sits at (o·length + i)·inner + n. */
export interface AxisSplit {
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}

/** Splits a shape around an axis. Negative axes count from the end. Throws ShapeError when there is no such axis. */
export function splitAt(who: string, shape: Shape, axis: number): AxisSplit {
  const at = resolveAxis(who, shape, axis);
  return { outer: sizeOf(shape, 0, at), length: shape[at], inner: sizeOf(shape, at + 1) };
}

/** The axis counted from the front; −1 is the last. Throws ShapeError when there is no such axis. */
export function resolveAxis(who: string, shape: Shape, axis: number): number {
  const at = axis < 0 ? axis + shape.length : axis;
  if (!Number.isInteger(at) || at < 0 || at >= shape.length) {
    throw new ShapeError(who, `axis must be in ${-shape.length}…${shape.length - 1}`, [shape], `; axis is ${axis}`);
  }
  return at;
}

/** An operation was given shapes that it has no meaning for. The facts are in the message and in the fields. */
export class ShapeError extends Error {
  readonly operation: string;
  readonly shapes: readonly Shape[];

  constructor(operation: string, requirement: string, shapes: readonly Shape[], hint = '') {
    super(`${operation}: ${requirement}; got ${shapes.map(formatShape).join(' and ')}${hint}`);
    this.name = 'ShapeError';
    this.operation = operation;
    this.shapes = shapes;
  }
}
