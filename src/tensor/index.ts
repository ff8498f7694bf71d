// The tensor floor's door.

export type { Gradients, Op, OpCall } from './autograd.ts';
export { apply, Tape } from './autograd.ts';
export type { Backend, JsBackendOptions } from './backend.ts';
export { backend, createJsBackend, useBackend } from './backend.ts';
export type { Activation, AdamStep, GemmOptions, Kernels, RmsPropStep, SgdStep, Window } from './kernels/kernels.ts';
export * from './ops/activations.ts';
export { affine, affineOp, matmul, matmulOp } from './ops/affine.ts';
export {
  abs,
  absOp,
  add,
  addOp,
  clamp,
  clampOp,
  div,
  divOp,
  exp,
  expOp,
  log,
  logOp,
  mul,
  mulOp,
  scale,
  scaleOp,
  square,
  squareOp,
  sub,
  subOp,
} from './ops/arithmetic.ts';
export type { RngState } from './rng.ts';
export { Rng } from './rng.ts';
export type { Plain } from './scratch.ts';
export type { AxisSplit, Shape } from './shape.ts';
export { equalShapes, formatShape, ShapeError, sizeOf } from './shape.ts';
export type { Nested } from './tensor.ts';
export { Parameter, parameter, scalar, Tensor, tensor, zeros } from './tensor.ts';
