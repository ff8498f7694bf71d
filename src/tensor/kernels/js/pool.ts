// Pooling of NHWC images, channel by channel, each followed by its derivative.

import type { Window } from '../kernels.ts';
import { exceeds } from './reduce.ts';
import { overWindowRows } from './windows.ts';

/** out ← the largest of each window, index ← the first place in the window where it stands. Padding never wins; NaN does. */
export function maxPool(out: Float32Array, index: Float32Array, x: Float32Array, window: Window): void {
  const { C } = window;
  index.fill(-1); // nothing seen yet
  overWindowRows(window, (imageAt, outPixel, tap, taps) => {
    for (let t = 0; t < taps; t++) {
      for (let c = 0; c < C; c++) {
        const value = x[imageAt + t * C + c];
        const at = outPixel * C + c;
        if (index[at] >= 0 && !exceeds(value, out[at])) continue;
        out[at] = value;
        index[at] = tap + t;
      }
    }
  });
}

/** dx += dOut at the place that won: only there does the output move. */
export function maxPoolBackward(dx: Float32Array, index: Float32Array, dOut: Float32Array, window: Window): void {
  const { C } = window;
  overWindowRows(window, (imageAt, outPixel, tap, taps) => {
    for (let t = 0; t < taps; t++) {
      for (let c = 0; c < C; c++) {
        const at = outPixel * C + c;
        if (index[at] === tap + t) dx[imageAt + t * C + c] += dOut[at];
      }
    }
  });
}

/** out ← Σ of each window / (kernelH · kernelW), so padding counts as zeros. */
export function averagePool(out: Float32Array, x: Float32Array, window: Window): void {
  const { C, kernelH, kernelW } = window;
  const share = 1 / (kernelH * kernelW);
  out.fill(0);
  overWindowRows(window, (imageAt, outPixel, _tap, taps) => {
    for (let t = 0; t < taps; t++) {
      for (let c = 0; c < C; c++) out[outPixel * C + c] += x[imageAt + t * C + c] * share;
    }
  });
}

/** dx += dOut / (kernelH · kernelW), for every window that holds the pixel. */
export function averagePoolBackward(dx: Float32Array, dOut: Float32Array, window: Window): void {
  const { C, kernelH, kernelW } = window;
  const share = 1 / (kernelH * kernelW);
  overWindowRows(window, (imageAt, outPixel, _tap, taps) => {
    for (let t = 0; t < taps; t++) {
      for (let c = 0; c < C; c++) dx[imageAt + t * C + c] += dOut[outPixel * C + c] * share;
    }
  });
}
