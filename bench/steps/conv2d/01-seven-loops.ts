// Step 1. The definition: seven loops, and a question in the middle of them, whether the pixel lies inside the image.
//
//   out[b,i,j,o] = Σ x[b, i·sH + u − pH, j·sW + v − pW, c] · w[u,v,c,o]   over u, v, c

import { plain, type Step } from '../step.ts';
import type { Convolve } from './convolve.ts';

export const sevenLoops: Step<Convolve> = plain('seven loops', (out, x, w, window, O) => {
  const { B, H, W, C, kernelH, kernelW, strideH, strideW, padH, padW, outH, outW } = window;
  for (let b = 0; b < B; b++) {
    for (let i = 0; i < outH; i++) {
      for (let j = 0; j < outW; j++) {
        for (let o = 0; o < O; o++) {
          let sum = 0;
          for (let u = 0; u < kernelH; u++) {
            for (let v = 0; v < kernelW; v++) {
              const row = i * strideH + u - padH;
              const column = j * strideW + v - padW;
              for (let c = 0; c < C; c++) {
                if (row < 0 || row >= H || column < 0 || column >= W) continue;
                sum += x[((b * H + row) * W + column) * C + c] * w[((u * kernelW + v) * C + c) * O + o];
              }
            }
          }
          out[((b * outH + i) * outW + j) * O + o] = sum;
        }
      }
    }
  }
});
