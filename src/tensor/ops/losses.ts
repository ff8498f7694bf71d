// Losses. Each gives one number for each sample and averages nothing, so that samples can be weighted before the mean.
// Gradients flow into both inputs; a target computed without recording stays a constant by itself.

import { apply } from '../autograd.ts';
import { backend } from '../current-backend.ts';
import type { Op } from '../op.ts';
import { ShapeError, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { sameShape } from './arithmetic.ts';

/** (a − b)², element by element.   da = 2(a − b) · dOut,   db = −da. */
export const squaredOp: Op<void> = {
  name: 'squared',
  outputShape: (inputs) => sameShape('squared', inputs),
  forward: (k, out, [a, b]) => k.squared(out.data, a.data, b.data),
  backward(k, [da, db], dOut, { inputs: [a, b] }) {
    if (da) k.squaredBackward(da, a.data, b.data, dOut);
    if (db) k.squaredBackward(db, b.data, a.data, dOut);
  },
};
export const squared = (a: Tensor, b: Tensor): Tensor => apply(squaredOp, undefined, a, b);

/**
 * With d = a − b, element by element: ½d² where |d| ≤ δ, δ(|d| − ½δ) elsewhere [Huber 1964].
 * da = clamp(d, −δ, δ) · dOut,   db = −da. Throws RangeError when δ is not positive.
 */
export const huberOp: Op<number> = {
  name: 'huber',
  outputShape(inputs, delta) {
    requirePositive('huber', delta);
    return sameShape('huber', inputs);
  },
  forward: (k, out, [a, b], delta) => k.huber(out.data, a.data, b.data, delta),
  backward(k, [da, db], dOut, { inputs: [a, b], params: delta }) {
    if (da) k.huberBackward(da, a.data, b.data, dOut, delta);
    if (db) k.huberBackward(db, b.data, a.data, dOut, delta);
  },
};
export const huber = (a: Tensor, b: Tensor, delta = 1): Tensor => apply(huberOp, delta, a, b);

/** What tdHuber takes besides its inputs, which is not differentiated: for each sample a reward and a discount. */
export interface TdHuberParams {
  readonly reward: Float32Array;
  readonly discount: Float32Array;
  readonly delta: number;
}

/**
 * Huber's loss of the temporal difference d = predicted − (reward + discount · next), sample by sample, in one pass: for update loops
 * of your own. The agent computes goals and losses apart (docs/architecture.md, One update).
 * dPredicted = clamp(d, −δ, δ) · dOut,   dNext = −discount · dPredicted. Throws RangeError when δ is not positive.
 */
export const tdHuberOp: Op<TdHuberParams> = {
  name: 'tdHuber',
  outputShape(inputs, { reward, discount, delta }) {
    requirePositive('tdHuber', delta);
    const shape = sameShape('tdHuber', inputs);
    if (reward.length !== sizeOf(shape) || discount.length !== sizeOf(shape)) {
      const hint = ` with ${reward.length} and ${discount.length}`;
      throw new ShapeError('tdHuber', 'there must be a reward and a discount for each sample', inputs, hint);
    }
    return shape;
  },
  forward(k, out, [predicted, next], { reward, discount, delta }) {
    const slope = backend().scratch(out.data.length);
    k.tdHuber(out.data, slope, predicted.data, next.data, reward, discount, delta);
    return slope;
  },
  backward(k, [dPredicted, dNext], dOut, { params: { discount }, saved }) {
    const slope = saved!; // forward keeps it
    if (dPredicted) k.addProduct(dPredicted, slope, dOut);
    if (!dNext) return;
    const step = backend().scratch(dOut.length);
    k.mul(step, slope, dOut);
    k.scaleInPlace(step, -1);
    k.addProduct(dNext, discount, step);
  },
};
export const tdHuber = (predicted: Tensor, next: Tensor, reward: Float32Array, discount: Float32Array, delta = 1): Tensor =>
  apply(tdHuberOp, { reward, discount, delta }, predicted, next);

/**
 * −Σ p · log softmax(x) over each row: logits x[B,Z], probabilities p[B,Z] → [B].
 * dx = (softmax(x) · Σp − p) · dOut,   dp = −log softmax(x) · dOut.
 */
export const crossEntropyOp: Op<void> = {
  name: 'crossEntropy',
  outputShape([x, p]) {
    const hint = '. Both are [B, Z]: logits, and the probabilities they should give';
    if (x.length !== 2) throw new ShapeError('crossEntropy', 'inputs must be matrices', [x, p], hint);
    if (x[1] === 0) throw new ShapeError('crossEntropy', 'rows must not be empty', [x, p]);
    sameShape('crossEntropy', [x, p]);
    return [x[0]];
  },
  forward(k, out, [x, p]) {
    const logp = backend().scratch(x.data.length);
    k.crossEntropy(out.data, logp, x.data, p.data, x.shape[0], x.shape[1]);
    return logp;
  },
  backward(k, [dx, dp], dOut, { inputs: [x, p], saved }) {
    const [rows, n] = x.shape;
    const logp = saved!; // forward keeps it
    if (dx) k.crossEntropyBackward(dx, logp, p.data, dOut, rows, n);
    if (dp) k.crossEntropyBackwardTarget(dp, logp, dOut, rows, n);
  },
};
export const crossEntropy = (logits: Tensor, probabilities: Tensor): Tensor => apply(crossEntropyOp, undefined, logits, probabilities);

/**
 * Quantile regression [Dabney 2018, §4]: N predicted quantiles x[B,N] against G samples of the goal y[B,G] → [B],
 * Σᵢ meanⱼ |τᵢ − 1[u < 0]| · huber(u) with u = yⱼ − xᵢ and τᵢ = (i + ½)/N.
 * dxᵢ = −meanⱼ |τᵢ − 1[u < 0]| · clamp(u, −δ, δ) · dOut;   dyⱼ = (1/G) Σᵢ of the same, positive.
 * Throws RangeError when δ is not positive.
 */
export const quantileHuberOp: Op<number> = {
  name: 'quantileHuber',
  outputShape([x, goal], delta) {
    requirePositive('quantileHuber', delta);
    if (x.length !== 2 || goal.length !== 2 || x[0] !== goal[0]) {
      throw new ShapeError('quantileHuber', 'inputs must be [B, N] and [B, G]', [x, goal]);
    }
    if (x[1] === 0 || goal[1] === 0) throw new ShapeError('quantileHuber', 'rows must not be empty', [x, goal]);
    return [x[0]];
  },
  forward(k, out, [x, goal], delta) {
    k.quantileHuber(out.data, x.data, goal.data, x.shape[0], x.shape[1], goal.shape[1], delta);
  },
  backward(k, [dx, dGoal], dOut, { inputs: [x, goal], params: delta }) {
    const apart = dx === dGoal; // x is its own goal, and kernels must not be given one buffer to write twice
    k.quantileHuberBackward(dx, apart ? null : dGoal, x.data, goal.data, dOut, x.shape[0], x.shape[1], goal.shape[1], delta);
    if (apart) k.quantileHuberBackward(null, dGoal, x.data, goal.data, dOut, x.shape[0], x.shape[1], goal.shape[1], delta);
  },
};
export const quantileHuber = (predicted: Tensor, goal: Tensor, delta = 1): Tensor => apply(quantileHuberOp, delta, predicted, goal);

function requirePositive(who: string, delta: number): void {
  if (!(delta > 0)) throw new RangeError(`${who}: delta must be positive; got ${delta}`);
}
