// The walk that convolution and pooling share. In NHWC one row of a window is one run of neighbouring numbers, so the walk
// visits rows of windows, clipped to the image: padding costs nothing, because it is never visited.

import type { Window } from '../kernels.ts';

/**
 * One row of one window: `taps` pixels starting at x[imageAt]; they stand at places `tap`, `tap + 1`, … of the window, counted
 * row by row, and contribute to pixel `outPixel` of the output image, counted through the whole batch.
 */
export type VisitRow = (imageAt: number, outPixel: number, tap: number, taps: number) => void;

/** Visits each row of each window that meets the image, windows in the order of the output, rows from the top. */
export function overWindowRows(window: Window, visit: VisitRow): void {
  const { B, H, W, C, kernelH, kernelW, strideH, strideW, padH, padW, outH, outW } = window;
  for (let b = 0; b < B; b++) {
    for (let outY = 0; outY < outH; outY++) {
      const top = outY * strideH - padH;
      for (let outX = 0; outX < outW; outX++) {
        const left = outX * strideW - padW;
        const from = Math.max(0, -left);
        const taps = Math.min(kernelW, W - left) - from;
        if (taps <= 0) continue; // this window lies in the padding
        for (let ky = Math.max(0, -top); ky < Math.min(kernelH, H - top); ky++) {
          visit(((b * H + top + ky) * W + left + from) * C, (b * outH + outY) * outW + outX, ky * kernelW + from, taps);
        }
      }
    }
  }
}
