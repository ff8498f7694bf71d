// Step 2. The window is clipped to the image before the inner loops, which then ask nothing. In NHWC a row of the clipped window is
// one run of neighbouring numbers, so (v, c) is a single loop; and o is the innermost, along rows of w and of out.

import { overWindowRows } from '../../../src/tensor/kernels/js/windows.ts';
import { plain, type Step } from '../step.ts';
import type { Convolve } from './convolve.ts';

export const clipped: Step<Convolve> = plain('clipped windows', (out, x, w, window, O) => {
  out.fill(0);
  overWindowRows(window, (imageAt, outPixel, tap, taps) => {
    const outAt = outPixel * O;
    const wAt = tap * window.C * O;
    for (let r = 0; r < taps * window.C; r++) {
      const xr = x[imageAt + r];
      for (let o = 0; o < O; o++) out[outAt + o] += xr * w[wAt + r * O + o];
    }
  });
});
