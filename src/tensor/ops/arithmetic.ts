// Elementwise arithmetic. Shapes must be equal: there is no implicit broadcasting, so [B] against [B, 1] is an error and never
// a silent [B, B]. Spell a broadcast with expand() (layout.ts).

import { apply } from '../autograd.ts';
import type { Op } from '../op.ts';
import { equalShapes, type Shape, ShapeError } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/** The shape rule of every op that pairs elements. */
export function sameShape(who: string, [a, b]: readonly Shape[]): Shape {
  if (!equalShapes(a, b)) {
    const hint = '. There is no implicit broadcasting: reshape or expand one of them';
    throw new ShapeError(who, 'shapes must be equal', [a, b], hint);
  }
  return a;
}

/** a + b.   da = dOut,   db = dOut. */
export const addOp: Op<void> = {
  name: 'add',
  outputShape: (inputs) => sameShape('add', inputs),
  forward: (k, out, [a, b]) => k.add(out.data, a.data, b.data),
  backward(k, [da, db], dOut) {
    if (da) k.addScaled(da, dOut, 1);
    if (db) k.addScaled(db, dOut, 1);
  },
};
export const add = (a: Tensor, b: Tensor): Tensor => apply(addOp, undefined, a, b);

/** a − b.   da = dOut,   db = −dOut. */
export const subOp: Op<void> = {
  name: 'sub',
  outputShape: (inputs) => sameShape('sub', inputs),
  forward: (k, out, [a, b]) => k.sub(out.data, a.data, b.data),
  backward(k, [da, db], dOut) {
    if (da) k.addScaled(da, dOut, 1);
    if (db) k.addScaled(db, dOut, -1);
  },
};
export const sub = (a: Tensor, b: Tensor): Tensor => apply(subOp, undefined, a, b);

/** a · b, element by element.   da = dOut · b,   db = dOut · a. */
export const mulOp: Op<void> = {
  name: 'mul',
  outputShape: (inputs) => sameShape('mul', inputs),
  forward: (k, out, [a, b]) => k.mul(out.data, a.data, b.data),
  backward(k, [da, db], dOut, { inputs: [a, b] }) {
    if (da) k.addProduct(da, dOut, b.data);
    if (db) k.addProduct(db, dOut, a.data);
  },
};
export const mul = (a: Tensor, b: Tensor): Tensor => apply(mulOp, undefined, a, b);

/** a / b.   da = dOut / b,   db = −dOut · a / b². */
export const divOp: Op<void> = {
  name: 'div',
  outputShape: (inputs) => sameShape('div', inputs),
  forward: (k, out, [a, b]) => k.div(out.data, a.data, b.data),
  backward(k, [da, db], dOut, { inputs: [a, b] }) {
    if (da) k.addQuotient(da, dOut, b.data);
    if (db) k.divBackwardDivisor(db, a.data, b.data, dOut);
  },
};
export const div = (a: Tensor, b: Tensor): Tensor => apply(divOp, undefined, a, b);

/** factor · x.   dx = factor · dOut. */
export const scaleOp: Op<number> = {
  name: 'scale',
  outputShape: ([x]) => x,
  forward: (k, out, [x], factor) => k.scale(out.data, x.data, factor),
  backward(k, [dx], dOut, { params: factor }) {
    if (dx) k.addScaled(dx, dOut, factor);
  },
};
export const scale = (x: Tensor, factor: number): Tensor => apply(scaleOp, factor, x);

/** x².   dx = 2x · dOut. */
export const squareOp: Op<void> = {
  name: 'square',
  outputShape: ([x]) => x,
  forward: (k, out, [x]) => k.square(out.data, x.data),
  backward(k, [dx], dOut, { inputs: [x] }) {
    if (dx) k.squareBackward(dx, x.data, dOut);
  },
};
export const square = (x: Tensor): Tensor => apply(squareOp, undefined, x);

/** eˣ.   dx = y · dOut, where y is the output. */
export const expOp: Op<void> = {
  name: 'exp',
  outputShape: ([x]) => x,
  forward: (k, out, [x]) => k.exp(out.data, x.data),
  backward(k, [dx], dOut, { output }) {
    if (dx) k.addProduct(dx, dOut, output.data);
  },
};
export const exp = (x: Tensor): Tensor => apply(expOp, undefined, x);

/** The natural logarithm.   dx = dOut / x. */
export const logOp: Op<void> = {
  name: 'log',
  outputShape: ([x]) => x,
  forward: (k, out, [x]) => k.log(out.data, x.data),
  backward(k, [dx], dOut, { inputs: [x] }) {
    if (dx) k.addQuotient(dx, dOut, x.data);
  },
};
export const log = (x: Tensor): Tensor => apply(logOp, undefined, x);

/** |x|.   dx = sign(x) · dOut, 0 at 0. */
export const absOp: Op<void> = {
  name: 'abs',
  outputShape: ([x]) => x,
  forward: (k, out, [x]) => k.abs(out.data, x.data),
  backward(k, [dx], dOut, { inputs: [x] }) {
    if (dx) k.absBackward(dx, x.data, dOut);
  },
};
export const abs = (x: Tensor): Tensor => apply(absOp, undefined, x);

/** x limited to low … high.   dx = dOut inside the limits, 0 outside. */
export const clampOp: Op<{ low: number; high: number }> = {
  name: 'clamp',
  outputShape([x], { low, high }) {
    if (!(low <= high)) throw new RangeError(`clamp: low must not exceed high; got low ${low} and high ${high}`);
    return x;
  },
  forward: (k, out, [x], { low, high }) => k.clamp(out.data, x.data, low, high),
  backward(k, [dx], dOut, { inputs: [x], params: { low, high } }) {
    if (dx) k.clampBackward(dx, x.data, dOut, low, high);
  },
};
export const clamp = (x: Tensor, low: number, high: number): Tensor => apply(clampOp, { low, high }, x);
