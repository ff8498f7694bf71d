// The tensor: a contiguous, row-major Float32Array and a shape, nothing else. There are no strides and no element types to
// know about, and gradients are kept elsewhere (autograd.ts).

import { backend, LastMade } from './current-backend.ts';
import { equalShapes, formatShape, type Shape, ShapeError, sizeOf } from './shape.ts';

export class Tensor {
  readonly data: Float32Array;
  readonly shape: Shape;

  /** Owns the buffer from now on, and copies the shape. Throws ShapeError when the shape is none or not that of so many numbers. */
  constructor(data: Float32Array, shape: Shape) {
    checkLengths(shape);
    if (data.length !== sizeOf(shape)) throw new ShapeError('Tensor', `shape must hold ${data.length} numbers`, [shape]);
    this.data = data;
    this.shape = [...shape];
  }

  /** The only number of a tensor that holds one. Throws ShapeError for any other. */
  item(): number {
    if (this.data.length !== 1) throw new ShapeError('item', 'the tensor must hold one number', [this.shape]);
    return this.data[0];
  }

  toString(): string {
    const shown = Array.from(this.data.subarray(0, 8), (x) => Number(x.toPrecision(6)));
    return `Tensor${formatShape(this.shape)} ${shown.join(' ')}${this.data.length > 8 ? ' …' : ''}`;
  }
}

function checkLengths(shape: Shape): void {
  if (!shape.every(isLength)) throw new ShapeError('Tensor', 'every axis must be a non-negative integer', [shape]);
}

const isLength = (length: number): boolean => Number.isInteger(length) && length >= 0;

/** A tensor that learns: tapes compute gradients for parameters and whatever depends on them, and for nothing else. */
export class Parameter extends Tensor {}

/** Numbers, possibly nested: `[[1, 2], [3, 4]]` is a [2, 2] tensor. */
export type Nested = number | readonly Nested[];

/**
 * A tensor with a copy of the given values. The shape is read off the nesting, or given for a flat list.
 * Throws ShapeError when rows differ in length or the shape does not hold that many values.
 */
export function tensor(values: Nested | ArrayLike<number>, shape?: Shape): Tensor {
  const flat = copyOf(values, shape);
  return new Tensor(flat.data, flat.shape);
}

/** As `tensor`, for values that are to be learned. Makes room in the backend, since whoever learns has more to keep. */
export function parameter(values: Nested | ArrayLike<number>, shape?: Shape): Parameter {
  backend().makeRoom();
  const flat = copyOf(values, shape);
  return new Parameter(flat.data, flat.shape);
}

/** A tensor of zeros. Throws ShapeError when the shape is none. */
export function zeros(shape: Shape): Tensor {
  checkLengths(shape); // before memory is taken
  return new Tensor(backend().alloc(sizeOf(shape)), shape);
}

const lastTensors = new LastMade<Tensor>();

/**
 * A tensor in scratch, its contents undefined. A scope that asks for the same shapes as one before it gets the same objects, and
 * so do the ops it hands them to.
 */
export function scratchTensor(shape: Shape): Tensor {
  const buffer = backend().scratch(sizeOf(shape));
  const last = lastTensors.of(buffer);
  return last !== undefined && equalShapes(last.shape, shape) ? last : around(buffer, shape);
}

/** The same for a batch of tensors of one shape: [count, …shape]. */
export function scratchBatch(count: number, shape: Shape): Tensor {
  const buffer = backend().scratch(count * sizeOf(shape));
  const last = lastTensors.of(buffer);
  const fits = last !== undefined && last.shape.length === 1 + shape.length && last.shape[0] === count;
  return fits && shape.every((length, axis) => last.shape[1 + axis] === length) ? last : around(buffer, [count, ...shape]);
}

function around(buffer: Float32Array, shape: Shape): Tensor {
  const made = new Tensor(buffer, shape);
  lastTensors.keep(buffer, made);
  return made;
}

/** A tensor of shape [] that holds one number. */
export const scalar = (value: number): Tensor => tensor(value);

function copyOf(values: Nested | ArrayLike<number>, shape: Shape | undefined): { data: Float32Array; shape: Shape } {
  const inferred = shapeOf(values);
  if (shape !== undefined && sizeOf(shape) !== sizeOf(inferred)) {
    throw new ShapeError('tensor', `shape must hold the ${sizeOf(inferred)} given values`, [shape]);
  }
  const data = backend().alloc(sizeOf(inferred));
  fill(data, 0, values, inferred, 0);
  return { data, shape: shape ?? inferred };
}

/** The shape that the first element at each depth suggests; fill() checks that all others agree. */
function shapeOf(values: Nested | ArrayLike<number>): number[] {
  const shape: number[] = [];
  let level: Nested | ArrayLike<number> = values;
  while (typeof level !== 'number') {
    shape.push(level.length);
    if (level.length === 0) break;
    level = level[0] as Nested; // an element of a nested list is nested, of a flat one a number
  }
  return shape;
}

function fill(data: Float32Array, at: number, values: Nested | ArrayLike<number>, shape: Shape, depth: number): number {
  if (typeof values === 'number') {
    if (depth !== shape.length) throw new ShapeError('tensor', 'every row must be nested equally deep', [shape]);
    data[at] = values;
    return at + 1;
  }
  if (values.length !== shape[depth]) {
    throw new ShapeError('tensor', `every row must have the length of the first; one has ${values.length}`, [shape]);
  }
  let next = at;
  for (let i = 0; i < values.length; i++) next = fill(data, next, values[i] as Nested, shape, depth + 1);
  return next;
}
