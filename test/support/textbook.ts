// Matrix product and convolution exactly as a textbook states them, on plain lists of 64-bit numbers: nothing is shared with the
// kernels that are compared with these.

/** cᵢⱼ = Σₖ aᵢₖ bₖⱼ for a[M,K] and b[K,N], row-major. */
export function textbookProduct(a: ArrayLike<number>, b: ArrayLike<number>, M: number, N: number, K: number): number[] {
  const c: number[] = [];
  for (let i = 0; i < M; i++) {
    for (let j = 0; j < N; j++) {
      let sum = 0;
      for (let k = 0; k < K; k++) sum += a[i * K + k] * b[k * N + j];
      c.push(sum);
    }
  }
  return c;
}

/** The rows of a[M,N] as columns: [N,M]. */
export function textbookTranspose(a: ArrayLike<number>, M: number, N: number): number[] {
  const transposed: number[] = [];
  for (let j = 0; j < N; j++) for (let i = 0; i < M; i++) transposed.push(a[i * N + j]);
  return transposed;
}

/** A convolution problem: x[B,H,W,C], w[kernelH,kernelW,C,O], bias[O]. */
export interface Convolution {
  readonly x: readonly number[];
  readonly w: readonly number[];
  readonly bias: readonly number[];
  readonly image: readonly [B: number, H: number, W: number, C: number];
  readonly kernel: readonly [kernelH: number, kernelW: number];
  readonly O: number;
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
}

/** [B, outH, outW, O], one row or column for each place where the kernel fits inside the padded image. */
export function convolvedShape({ image: [B, H, W], kernel, O, stride, padding }: Convolution): number[] {
  const places = (length: number, axis: 0 | 1): number => {
    let count = 0;
    for (let at = -padding[axis]; at + kernel[axis] <= length + padding[axis]; at += stride[axis]) count++;
    return count;
  };
  return [B, places(H, 0), places(W, 1), O];
}

/** out[b,i,j,o] = bias[o] + Σ x[b, i·sH + u − pH, j·sW + v − pW, c] · w[u,v,c,o]; outside the image x is 0. */
export function textbookConvolution(problem: Convolution): number[] {
  const { x, w, bias, image, kernel, O, stride, padding } = problem;
  const [B, H, W, C] = image;
  const [, outH, outW] = convolvedShape(problem);
  const pixel = (b: number, row: number, column: number, c: number): number =>
    row < 0 || row >= H || column < 0 || column >= W ? 0 : x[((b * H + row) * W + column) * C + c];
  const out: number[] = [];
  for (let b = 0; b < B; b++) {
    for (let i = 0; i < outH; i++) {
      for (let j = 0; j < outW; j++) {
        for (let o = 0; o < O; o++) {
          let sum = bias[o];
          for (let u = 0; u < kernel[0]; u++) {
            for (let v = 0; v < kernel[1]; v++) {
              for (let c = 0; c < C; c++) {
                sum +=
                  pixel(b, i * stride[0] + u - padding[0], j * stride[1] + v - padding[1], c) * w[((u * kernel[1] + v) * C + c) * O + o];
              }
            }
          }
          out.push(sum);
        }
      }
    }
  }
  return out;
}

/** Every index of a shape in row-major order: [2, 2] → [0,0], [0,1], [1,0], [1,1]. */
export const placesOf = (shape: readonly number[]): number[][] =>
  shape.reduce<number[][]>((places, length) => places.flatMap((place) => Array.from({ length }, (_, i) => [...place, i])), [[]]);

/** Where the element with this index sits in a row-major list. */
export const flatPlace = (place: readonly number[], shape: readonly number[]): number =>
  place.reduce((flat, i, axis) => flat * shape[axis] + i, 0);
