// Every op of the reference data in terms of this project's ops. Those that it has under another name, or not at all, are composed:
// a square root is e^(½ log x). Images arrive as [B, C, H, W] and are transposed on the way in and out.

import { gelu, leakyRelu, relu, sigmoid, tanh } from '../../../src/tensor/ops/activations.ts';
import { affine, matmul } from '../../../src/tensor/ops/affine.ts';
import { abs, add, clamp, div, exp, log, mul, scale, square, sub } from '../../../src/tensor/ops/arithmetic.ts';
import { conv2d } from '../../../src/tensor/ops/conv2d.ts';
import { concat, expand, reshape, slice, transpose } from '../../../src/tensor/ops/layout.ts';
import { crossEntropy, huber, squared } from '../../../src/tensor/ops/losses.ts';
import { maxPool } from '../../../src/tensor/ops/pool.ts';
import { max, mean, sum } from '../../../src/tensor/ops/reduce.ts';
import { embed, layerNorm, logSoftmax, select, softmax } from '../../../src/tensor/ops/rows.ts';
import { scalar, type Tensor, tensor } from '../../../src/tensor/tensor.ts';
import { attention, linear, transformerBlock } from './attention.ts';
import type { CaseParams, Formula } from './formula.ts';

const unary =
  (f: (x: Tensor, params: CaseParams) => Tensor): Formula =>
  ({ inputs: { x }, params }) =>
    f(x, params);

const binary =
  (f: (a: Tensor, b: Tensor) => Tensor): Formula =>
  ({ inputs: { a, b }, shape }) =>
    f(expand(a, shape), expand(b, shape));

const filled = (like: Tensor, value: number): Tensor => expand(scalar(value), like.shape);
const power = (x: Tensor, exponent: number): Tensor => exp(scale(log(x), exponent));

const channelsLast = (x: Tensor): Tensor => transpose(x, [0, 2, 3, 1]);
const channelsFirst = (x: Tensor): Tensor => transpose(x, [0, 3, 1, 2]);

function reduced(perSample: Tensor, { reduction }: CaseParams): Tensor {
  return reduction === 'mean' ? mean(perSample) : reduction === 'sum' ? sum(perSample) : perSample;
}

const loss =
  (f: (x: Tensor, y: Tensor, params: CaseParams) => Tensor): Formula =>
  ({ inputs: { x, y }, params }) =>
    reduced(f(x, y, params), params);

/** A product of two batches, one of which may lack axes or repeat along them. */
const broadcastMatmul: Formula = ({ inputs: { a, b }, shape }) => {
  if (a.shape.length === 1) return reshape(matmul(reshape(a, [1, -1]), b), shape);
  const batch = shape.slice(0, -2);
  if (batch.length === 0) return matmul(a, b);
  const whole = (x: Tensor): Tensor => {
    const matrix = x.shape.slice(-2);
    return reshape(expand(x, [...batch, ...matrix]), [-1, ...matrix]);
  };
  return reshape(matmul(whole(a), whole(b)), shape);
};

const oneHot = (labels: Int32Array, count: number): Tensor =>
  tensor(Array.from(labels, (label) => Array.from({ length: count }, (_, i) => (i === label ? 1 : 0))));

/** Labels as certain outcomes. */
const labelled: Formula = ({ inputs: { x }, indices: { label }, params }) => reduced(crossEntropy(x, oneHot(label, x.shape[1])), params);

/** sign(e)·√|e|, the shape of factorised noise [Fortunato 2018, §3]. */
const noiseShape = (e: Tensor): number[] => Array.from(e.data, (value) => Math.sign(value) * Math.sqrt(Math.abs(value)));

const noisyLinear: Formula = ({ inputs }) => {
  const [columns, rows] = [noiseShape(inputs['eps_in']), noiseShape(inputs['eps_out'])];
  const noise = tensor(rows.map((row) => columns.map((column) => row * column)));
  const w = add(inputs['w_mu'], mul(inputs['w_sigma'], noise));
  return linear(inputs['x'], w, add(inputs['b_mu'], mul(inputs['b_sigma'], tensor(rows))));
};

export const formulas: Readonly<Record<string, Formula>> = {
  add: binary(add),
  sub: binary(sub),
  mul: binary(mul),
  div: binary(div),

  relu: unary(relu),
  tanh: unary(tanh),
  sigmoid: unary(sigmoid),
  gelu: unary((x) => gelu(x)),
  gelu_tanh: unary((x) => gelu(x, 'tanh')),
  silu: unary((x) => mul(x, sigmoid(x))),
  softplus: unary((x) => log(add(filled(x, 1), exp(x)))),
  elu: unary((x) => add(relu(x), sub(exp(scale(relu(scale(x, -1)), -1)), filled(x, 1)))),
  leaky_relu: unary((x, { slope }) => leakyRelu(x, slope)),
  exp: unary(exp),
  log: unary(log),
  sqrt: unary((x) => power(x, 0.5)),
  abs: unary(abs),
  neg: unary((x) => scale(x, -1)),
  square: unary(square),
  clamp: unary((x, { min = 0, max = 0 }) => clamp(x, min, max)),

  sum_all: unary((x) => sum(x)),
  mean_all: unary((x) => mean(x)),
  sum_axis: unary((x, { axis }) => sum(x, axis)),
  mean_axis_keep: unary((x, { axis }) => mean(x, axis, { keepAxes: true })),
  sum_axes: unary((x, { axes }) => sum(x, axes)),
  var_axis: unary((x, { axis }) => mean(square(sub(x, expand(mean(x, axis, { keepAxes: true }), x.shape))), axis)),
  logsumexp: ({ inputs: { x }, shape }) => reshape(slice(sub(x, logSoftmax(x)), -1, 0, 1), shape), // the same in every column
  max_axis: unary((x, { axis }) => max(x, axis)),

  gather: ({ inputs: { x }, indices: { index }, shape }) => reshape(select(x, index), shape),
  embedding: ({ inputs: { weight }, indices: { index }, shape }) => embed(weight, index, shape.slice(0, -1)),
  concat: ({ inputs: { a, b }, params: { axis = 0 } }) => concat([a, b], axis),
  permute_flatten: ({ inputs: { x }, params: { perm }, shape }) => reshape(transpose(x, perm), shape),
  slice: unary((x, { axis = 0, start = 0, end }) => slice(x, axis, start, end)),

  matmul: broadcastMatmul,
  linear: ({ inputs: { x, w, b } }) => affine(x, transpose(w), b),
  conv2d: ({ inputs: { x, w, b }, params: { stride = 1, padding = 0 } }) =>
    channelsFirst(conv2d(channelsLast(x), transpose(w, [2, 3, 1, 0]), b, { stride, padding })),
  maxpool2d: unary((x, { kernel = 1, stride = 1, padding = 0 }) => channelsFirst(maxPool(channelsLast(x), { kernel, stride, padding }))),

  layernorm: ({ inputs: { x, w, b }, params: { eps } }) => {
    const n = x.shape.slice(-1);
    return layerNorm(x, w ?? expand(scalar(1), n), b ?? expand(scalar(0), n), eps);
  },
  rmsnorm: ({ inputs: { x, w }, params: { eps = 0 } }) => {
    const meanSquare = mean(square(x), -1, { keepAxes: true });
    return mul(mul(x, expand(power(add(meanSquare, filled(meanSquare, eps)), -0.5), x.shape)), expand(w, x.shape));
  },
  softmax: unary((x) => softmax(x)),
  log_softmax: unary((x) => logSoftmax(x)),

  cross_entropy: labelled,
  cross_entropy_soft: ({ inputs: { x, p }, params }) => reduced(crossEntropy(x, p), params),
  mse: loss((x, y) => squared(x, y)),
  huber1: loss((x, y, { delta }) => huber(x, y, delta)),
  huber0: loss((x, y, { delta }) => huber(x, y, delta)),
  smooth_l1: loss((x, y, { beta = 1 }) => scale(huber(x, y, beta), 1 / beta)),

  dueling: ({ inputs: { v, a } }) => add(expand(v, a.shape), sub(a, expand(mean(a, 1, { keepAxes: true }), a.shape))),
  noisy_linear: noisyLinear,
  multi_head_attention: ({ inputs, params }) => attention(inputs['x'], inputs, params),
  pre_norm_transformer_block: ({ inputs, params }) => transformerBlock(inputs, params),
};
