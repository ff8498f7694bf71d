// Convolution of NHWC images. With the output's gradient dOut, everything is in the sum Σ x · w · dOut over all places where a
// weight meets a pixel: its derivative in dOut is the output, in x and in w the two gradients. So the three kernels make the
// same walk and differ only in which of the three buffers receives.
//
// The walk visits rows of windows: `run` = taps · C neighbouring numbers of x, against [run, O] weights and O outputs. The only
// blocking takes the run four numbers at a time, which reads the outputs a quarter as often (about twice the speed).

import type { Activation, Window } from '../kernels.ts';
import { activate } from './elementwise.ts';
import { overWindowRows } from './windows.ts';

/** out ← activation(bias + Σ x · w), summed over each output pixel's window and all C channels. */
export function conv2d(
  out: Float32Array,
  x: Float32Array,
  w: Float32Array,
  bias: Float32Array,
  window: Window,
  O: number,
  activation: Activation,
): void {
  for (let i = 0; i < out.length; i += O) for (let o = 0; o < O; o++) out[i + o] = bias[o];
  overWindowRows(window, (imageAt, outPixel, tap, taps) => {
    multiplyRun(out, outPixel * O, x, imageAt, w, tap * window.C * O, taps * window.C, O);
  });
  activate(out, activation);
}

/** dx += Σ w · dOut, summed over the output pixels whose windows hold this one, and all O channels. */
export function conv2dBackwardInput(dx: Float32Array, w: Float32Array, dOut: Float32Array, window: Window, O: number): void {
  overWindowRows(window, (imageAt, outPixel, tap, taps) => {
    multiplyRunBackwardInput(dx, imageAt, w, tap * window.C * O, dOut, outPixel * O, taps * window.C, O);
  });
}

/** dw += Σ x · dOut, summed over the output pixels of the whole batch. */
export function conv2dBackwardWeight(dw: Float32Array, x: Float32Array, dOut: Float32Array, window: Window, O: number): void {
  overWindowRows(window, (imageAt, outPixel, tap, taps) => {
    multiplyRunBackwardWeight(dw, tap * window.C * O, x, imageAt, dOut, outPixel * O, taps * window.C, O);
  });
}

/** out[O] += x[run] · w[run,O], each buffer from its own start. */
function multiplyRun(
  out: Float32Array,
  outAt: number,
  x: Float32Array,
  xAt: number,
  w: Float32Array,
  wAt: number,
  run: number,
  O: number,
): void {
  let i = 0;
  for (; i + 3 < run; i += 4) {
    const p = xAt + i;
    const q = wAt + i * O;
    const x0 = x[p];
    const x1 = x[p + 1];
    const x2 = x[p + 2];
    const x3 = x[p + 3];
    const q1 = q + O;
    const q2 = q1 + O;
    const q3 = q2 + O;
    for (let o = 0; o < O; o++) out[outAt + o] += x0 * w[q + o] + x1 * w[q1 + o] + x2 * w[q2 + o] + x3 * w[q3 + o];
  }
  for (; i < run; i++) for (let o = 0; o < O; o++) out[outAt + o] += x[xAt + i] * w[wAt + i * O + o];
}

/** dx[run] += w[run,O] · dOut[O]. */
function multiplyRunBackwardInput(
  dx: Float32Array,
  xAt: number,
  w: Float32Array,
  wAt: number,
  dOut: Float32Array,
  outAt: number,
  run: number,
  O: number,
): void {
  let i = 0;
  for (; i + 3 < run; i += 4) {
    const p = xAt + i;
    const q = wAt + i * O;
    const q1 = q + O;
    const q2 = q1 + O;
    const q3 = q2 + O;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let o = 0; o < O; o++) {
      const d = dOut[outAt + o];
      s0 += w[q + o] * d;
      s1 += w[q1 + o] * d;
      s2 += w[q2 + o] * d;
      s3 += w[q3 + o] * d;
    }
    dx[p] += s0;
    dx[p + 1] += s1;
    dx[p + 2] += s2;
    dx[p + 3] += s3;
  }
  for (; i < run; i++) for (let o = 0; o < O; o++) dx[xAt + i] += w[wAt + i * O + o] * dOut[outAt + o];
}

/** dw[run,O] += x[run] · dOut[O], every product once. */
function multiplyRunBackwardWeight(
  dw: Float32Array,
  wAt: number,
  x: Float32Array,
  xAt: number,
  dOut: Float32Array,
  outAt: number,
  run: number,
  O: number,
): void {
  let i = 0;
  for (; i + 3 < run; i += 4) {
    const p = xAt + i;
    const q = wAt + i * O;
    const x0 = x[p];
    const x1 = x[p + 1];
    const x2 = x[p + 2];
    const x3 = x[p + 3];
    const q1 = q + O;
    const q2 = q1 + O;
    const q3 = q2 + O;
    for (let o = 0; o < O; o++) {
      const d = dOut[outAt + o];
      dw[q + o] += x0 * d;
      dw[q1 + o] += x1 * d;
      dw[q2 + o] += x2 * d;
      dw[q3 + o] += x3 * d;
    }
  }
  for (; i < run; i++) for (let o = 0; o < O; o++) dw[wAt + i * O + o] += x[xAt + i] * dOut[outAt + o];
}
