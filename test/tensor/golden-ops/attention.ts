// Multi-head attention [Vaswani 2017, §3.2] and a pre-norm transformer block, composed of plain ops.

import { gelu } from '../../../src/tensor/ops/activations.ts';
import { affine, matmul } from '../../../src/tensor/ops/affine.ts';
import { add, scale } from '../../../src/tensor/ops/arithmetic.ts';
import { expand, reshape, transpose } from '../../../src/tensor/ops/layout.ts';
import { layerNorm, softmax } from '../../../src/tensor/ops/rows.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';
import type { CaseParams, Inputs } from './formula.ts';

/** x[…, in] · wᵀ + b with w stored [out, in] → […, out]. */
export function linear(x: Tensor, w: Tensor, b: Tensor): Tensor {
  const rows = reshape(x, [-1, w.shape[1]]);
  return reshape(affine(rows, transpose(w), b), [...x.shape.slice(0, -1), w.shape[0]]);
}

/** x[B, T, D] → [B, T, D]; a causal position sees itself and what came before. */
export function attention(x: Tensor, given: Inputs, { heads = 1, causal = false }: CaseParams): Tensor {
  const [B, T, D] = x.shape;
  const width = D / heads;
  const split = (y: Tensor): Tensor => reshape(transpose(reshape(y, [B, T, heads, width]), [0, 2, 1, 3]), [B * heads, T, width]);
  const query = split(linear(x, given['wq'], given['bq'])); // [B · heads, T, width]
  const key = split(linear(x, given['wk'], given['bk']));
  const value = split(linear(x, given['wv'], given['bv']));

  const scores = scale(matmul(query, transpose(key, [0, 2, 1])), 1 / Math.sqrt(width)); // [B · heads, T, T]
  const weights = softmax(causal ? add(scores, expand(futureMask(T), scores.shape)) : scores);
  const mixed = reshape(matmul(weights, value), [B, heads, T, width]);
  return linear(reshape(transpose(mixed, [0, 2, 1, 3]), [B, T, D]), given['wo'], given['bo']);
}

/** −∞ where the column lies after the row, 0 elsewhere. */
function futureMask(T: number): Tensor {
  return tensor(
    Array.from({ length: T }, (_, row) => Array.from({ length: T }, (_, column) => (column > row ? Number.NEGATIVE_INFINITY : 0))),
  );
}

/** x + attention(norm(x)), then x + mlp(norm(x)). */
export function transformerBlock(given: Inputs, params: CaseParams): Tensor {
  const x = given['x'];
  const attended = add(x, attention(layerNorm(x, given['g1'], given['c1'], params.eps), given, params));
  const hidden = gelu(linear(layerNorm(attended, given['g2'], given['c2'], params.eps), given['w1'], given['b1']));
  return add(attended, linear(hidden, given['w2'], given['b2']));
}
