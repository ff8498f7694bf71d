// Matrix products, and the layer built on them: affine = x·w + b with the activation fused into the store.

import { apply } from '../autograd.ts';
import type { Activation, GemmOptions } from '../kernels/kernels.ts';
import type { Op } from '../op.ts';
import { type Shape, ShapeError } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { beforeActivation, requireActivation } from './fused-activation.ts';

const plain: GemmOptions = { transposeA: false, transposeB: false, accumulate: false };
const addTransposedB: GemmOptions = { transposeA: false, transposeB: true, accumulate: true };
const addTransposedA: GemmOptions = { transposeA: true, transposeB: false, accumulate: true };

/** a[M,K] · b[K,N] → [M,N], or a batch of them, [B,M,K] · [B,K,N] → [B,M,N].   da = dOut · bᵀ,   db = aᵀ · dOut. */
export const matmulOp: Op<void> = {
  name: 'matmul',
  outputShape([a, b]) {
    if (a.length !== b.length || (a.length !== 2 && a.length !== 3)) {
      throw new ShapeError('matmul', 'both must be matrices, or both batches of matrices', [a, b]);
    }
    if (a.length === 3 && a[0] !== b[0]) throw new ShapeError('matmul', 'batches must have the same size', [a, b]);
    if (a[a.length - 1] !== b[b.length - 2]) throw new ShapeError('matmul', 'inner sizes must agree', [a, b]);
    return [...a.slice(0, -1), b[b.length - 1]];
  },
  forward(k, out, [a, b]) {
    const { batch, M, N, K } = productSizes(a.shape, b.shape);
    k.gemm(out.data, a.data, b.data, M, N, K, batch === 1 ? plain : { ...plain, batch });
  },
  backward(k, [da, db], dOut, { inputs: [a, b] }) {
    const { batch, M, N, K } = productSizes(a.shape, b.shape);
    if (da) k.gemm(da, dOut, b.data, M, K, N, batch === 1 ? addTransposedB : { ...addTransposedB, batch });
    if (db) k.gemm(db, a.data, dOut, K, N, M, batch === 1 ? addTransposedA : { ...addTransposedA, batch });
  },
};
export const matmul = (a: Tensor, b: Tensor): Tensor => apply(matmulOp, undefined, a, b);

function productSizes(a: Shape, b: Shape): { batch: number; M: number; N: number; K: number } {
  return { batch: a.length === 3 ? a[0] : 1, M: a[a.length - 2], N: b[b.length - 1], K: b[b.length - 2] };
}

/**
 * activation(x[M,K] · w[K,N] + bias[N]) → [M,N].
 * With d = dOut · activation′:   dx = d · wᵀ,   dw = xᵀ · d,   dbias = Σ rows of d.
 */
export const affineOp: Op<Activation> = {
  name: 'affine',
  outputShape([x, w, bias], activation) {
    requireActivation('affine', activation);
    if (x.length !== 2 || w.length !== 2 || x[1] !== w[0]) throw new ShapeError('affine', 'x must be [M, K] and w [K, N]', [x, w]);
    if (bias.length !== 1 || bias[0] !== w[1]) throw new ShapeError('affine', 'w must be [K, N] and bias [N]', [w, bias]);
    return [x[0], w[1]];
  },
  forward(k, out, [x, w, bias], activation) {
    const [K, N] = w.shape;
    k.affine(out.data, x.data, w.data, bias.data, x.shape[0], N, K, activation);
  },
  backward(k, [dx, dw, dBias], dOut, { inputs: [x, w], output, params: activation }) {
    const [K, N] = w.shape;
    const M = x.shape[0];
    const d = beforeActivation(k, output, dOut, activation);
    if (dx) k.gemm(dx, d, w.data, M, K, N, addTransposedB);
    if (dw) k.gemm(dw, x.data, d, K, N, M, addTransposedA);
    if (dBias) k.addColumnSums(dBias, d, M, N);
  },
};
export const affine = (x: Tensor, w: Tensor, bias: Tensor, activation: Activation = 'none'): Tensor =>
  apply(affineOp, activation, x, w, bias);
