// Activation functions, each with its derivative. Where the derivative is a function of the output y, the input is not needed.

import { apply } from '../autograd.ts';
import type { Op } from '../op.ts';
import type { Tensor } from '../tensor.ts';

/** max(0, x).   dx = dOut where y > 0. */
export const reluOp: Op<void> = {
  name: 'relu',
  outputShape: ([x]) => x,
  forward: (k, out, [x]) => k.relu(out.data, x.data),
  backward(k, [dx], dOut, { output }) {
    if (dx) k.reluBackward(dx, output.data, dOut);
  },
};
export const relu = (x: Tensor): Tensor => apply(reluOp, undefined, x);

/** x where x > 0, slope · x elsewhere.   dx = dOut or slope · dOut. */
export const leakyReluOp: Op<number> = {
  name: 'leakyRelu',
  outputShape: ([x]) => x,
  forward: (k, out, [x], slope) => k.leakyRelu(out.data, x.data, slope),
  backward(k, [dx], dOut, { inputs: [x], params: slope }) {
    if (dx) k.leakyReluBackward(dx, x.data, dOut, slope);
  },
};
export const leakyRelu = (x: Tensor, slope = 0.01): Tensor => apply(leakyReluOp, slope, x);

/** tanh(x).   dx = (1 − y²) · dOut. */
export const tanhOp: Op<void> = {
  name: 'tanh',
  outputShape: ([x]) => x,
  forward: (k, out, [x]) => k.tanh(out.data, x.data),
  backward(k, [dx], dOut, { output }) {
    if (dx) k.tanhBackward(dx, output.data, dOut);
  },
};
export const tanh = (x: Tensor): Tensor => apply(tanhOp, undefined, x);

/** 1 / (1 + e⁻ˣ).   dx = y(1 − y) · dOut. */
export const sigmoidOp: Op<void> = {
  name: 'sigmoid',
  outputShape: ([x]) => x,
  forward: (k, out, [x]) => k.sigmoid(out.data, x.data),
  backward(k, [dx], dOut, { output }) {
    if (dx) k.sigmoidBackward(dx, output.data, dOut);
  },
};
export const sigmoid = (x: Tensor): Tensor => apply(sigmoidOp, undefined, x);

/** Exact by the normal distribution function, or its usual tanh approximation. */
export type GeluForm = 'exact' | 'tanh';

/** xΦ(x).   dx = (Φ(x) + xφ(x)) · dOut; the tanh form has its own derivative beside its kernel. */
export const geluOp: Op<GeluForm> = {
  name: 'gelu',
  outputShape: ([x]) => x,
  forward: (k, out, [x], form) => (form === 'exact' ? k.gelu(out.data, x.data) : k.geluTanh(out.data, x.data)),
  backward(k, [dx], dOut, { inputs: [x], params: form }) {
    if (!dx) return;
    if (form === 'exact') k.geluBackward(dx, x.data, dOut);
    else k.geluTanhBackward(dx, x.data, dOut);
  },
};
export const gelu = (x: Tensor, form: GeluForm = 'exact'): Tensor => apply(geluOp, form, x);
