// The tensor floor's door.

export type { Gradients } from './autograd.ts';
export { apply, applyToAll, Tape } from './autograd.ts';
export type { Backend, BackendStats, JsBackendOptions } from './backend.ts';
export { createJsBackend } from './backend.ts';
export { backend, scratchIntegers, useBackend } from './current-backend.ts';
export type { Activation, AdamStep, GemmOptions, Kernels, RmsPropStep, SgdStep, Window } from './kernels/kernels.ts';
export type { WasmBackend, WasmBackendOptions } from './kernels/wasm/backend.ts';
export { createWasmBackend } from './kernels/wasm/backend.ts';
export type { LimitLoop } from './kernels/wasm/limits.ts';
export { multiplyAddLoops, streamLoop, updateLoop } from './kernels/wasm/limits.ts';
export type { ThreadReport } from './kernels/wasm/threads/pool.ts';
export type { ThreadOptions } from './kernels/wasm/threads/team.ts';
export { logarithm } from './logarithm.ts';
export type { Op, OpCall } from './op.ts';
export * from './ops/activations.ts';
export { affine, affineOp, matmul, matmulOp } from './ops/affine.ts';
export { allOps } from './ops/all.ts';
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
export type { Conv2dOptions, Conv2dParams } from './ops/conv2d.ts';
export { conv2d, conv2dOp } from './ops/conv2d.ts';
export { concat, concatOp, expand, expandOp, reshape, reshapeOp, slice, sliceOp, transpose, transposeOp } from './ops/layout.ts';
export {
  crossEntropy,
  crossEntropyOp,
  huber,
  huberOp,
  quantileHuber,
  quantileHuberOp,
  squared,
  squaredOp,
  tdHuber,
  tdHuberOp,
} from './ops/losses.ts';
export type { PoolOptions, PoolParams } from './ops/pool.ts';
export { averagePool, averagePoolOp, maxPool, maxPoolOp } from './ops/pool.ts';
export type { Axes, AxisRun, ReduceOptions } from './ops/reduce.ts';
export { max, maxOp, mean, meanOp, sum, sumOp } from './ops/reduce.ts';
export {
  argmax,
  embed,
  embedOp,
  layerNorm,
  layerNormOp,
  logSoftmax,
  logSoftmaxOp,
  select,
  selectOp,
  softmax,
  softmaxOp,
} from './ops/rows.ts';
export type { Pair, Stepping } from './ops/window.ts';
export type { RngState } from './rng.ts';
export { Rng } from './rng.ts';
export type { Plain } from './scratch.ts';
export type { AxisSplit, Shape } from './shape.ts';
export { equalShapes, formatShape, ShapeError, sizeOf } from './shape.ts';
export type { Nested } from './tensor.ts';
export { Parameter, parameter, scalar, scratchBatch, scratchTensor, Tensor, tensor, zeros } from './tensor.ts';
