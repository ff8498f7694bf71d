// The table of every op. Tests read it to see that none goes unchecked, and the documentation to list them.

import type { Op } from '../op.ts';
import { geluOp, leakyReluOp, reluOp, sigmoidOp, tanhOp } from './activations.ts';
import { affineOp, matmulOp } from './affine.ts';
import { absOp, addOp, clampOp, divOp, expOp, logOp, mulOp, scaleOp, squareOp, subOp } from './arithmetic.ts';
import { conv2dOp } from './conv2d.ts';
import { concatOp, expandOp, reshapeOp, sliceOp, transposeOp } from './layout.ts';
import { crossEntropyOp, huberOp, quantileHuberOp, squaredOp, tdHuberOp } from './losses.ts';
import { averagePoolOp, maxPoolOp } from './pool.ts';
import { maxOp, meanOp, sumOp } from './reduce.ts';
import { embedOp, layerNormOp, logSoftmaxOp, selectOp, softmaxOp } from './rows.ts';

/** Every op of the floor. Parameters differ from op to op, so none can be given without knowing which op it is: Op<never>. */
export const allOps: readonly Op<never>[] = [
  ...[addOp, subOp, mulOp, divOp, scaleOp, squareOp, expOp, logOp, absOp, clampOp],
  ...[reluOp, leakyReluOp, tanhOp, sigmoidOp, geluOp],
  ...[matmulOp, affineOp],
  ...[conv2dOp, maxPoolOp, averagePoolOp],
  ...[reshapeOp, transposeOp, expandOp, concatOp, sliceOp],
  ...[sumOp, meanOp, maxOp],
  ...[softmaxOp, logSoftmaxOp, layerNormOp, selectOp, embedOp],
  ...[squaredOp, huberOp, crossEntropyOp, quantileHuberOp, tdHuberOp],
];
