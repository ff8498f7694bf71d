// Step 3. The run is taken four numbers at a time, which reads and writes each output a quarter as often. This is the JavaScript
// set's own kernel, src/tensor/kernels/js/conv.ts.

import { jsKernels } from '../../../src/tensor/kernels/js/index.ts';
import { plain, type Step } from '../step.ts';
import type { Convolve } from './convolve.ts';

export const javascriptSet: Step<Convolve> = plain('runs of four', (out, x, w, window, O) =>
  jsKernels.conv2d(out, x, w, new Float32Array(O), window, O, 'none'),
);
