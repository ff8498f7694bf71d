// Matrix product and convolution as sums of products, one product at a time, in 64-bit numbers. Slow, and shares nothing with
// the kernels it judges. All three derivatives of a bilinear sum Σ x · w · d are the same walk with another buffer receiving.

import type { Window } from '../src/index.ts';

/** Names one product: x[xAt] · w[wAt] belongs to out[outAt]. */
export type VisitProduct = (xAt: number, wAt: number, outAt: number) => void;

/** Every product of out[M,N] = x[M,K] · w[K,N]. */
export function overMatrixProducts(M: number, N: number, K: number, visit: VisitProduct): void {
  for (let i = 0; i < M; i++) for (let k = 0; k < K; k++) for (let j = 0; j < N; j++) visit(i * K + k, k * N + j, i * N + j);
}

/** Every product of out[B,outH,outW,O] = x[B,H,W,C] ⋆ w[kernelH,kernelW,C,O]. */
export function overConvolutionProducts(window: Window, O: number, visit: VisitProduct): void {
  const { B, H, W, C, kernelH, kernelW, strideH, strideW, padH, padW, outH, outW } = window;
  for (let b = 0; b < B; b++) {
    for (let outY = 0; outY < outH; outY++) {
      for (let outX = 0; outX < outW; outX++) {
        for (let ky = 0; ky < kernelH; ky++) {
          for (let kx = 0; kx < kernelW; kx++) {
            const y = outY * strideH - padH + ky;
            const x = outX * strideW - padW + kx;
            if (y < 0 || y >= H || x < 0 || x >= W) continue;
            for (let c = 0; c < C; c++) {
              const xAt = ((b * H + y) * W + x) * C + c;
              const wAt = ((ky * kernelW + kx) * C + c) * O;
              const outAt = ((b * outH + outY) * outW + outX) * O;
              for (let o = 0; o < O; o++) visit(xAt, wAt + o, outAt + o);
            }
          }
        }
      }
    }
  }
}

/**
 * Fills a buffer with whole numbers in −5…5, without a visible pattern, and returns it. Sums of fewer than 600,000 products of
 * such numbers are exact in float32 whatever their order, so results can be required to be equal.
 */
export function fillWithIntegers(buffer: Float32Array, salt: number): Float32Array {
  let state = salt + 1;
  for (let i = 0; i < buffer.length; i++) {
    state = (state * 48271) % 2147483647; // the minimal standard generator [Park & Miller 1988, revised 1993]
    buffer[i] = (state % 11) - 5;
  }
  return buffer;
}
