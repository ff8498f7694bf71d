// The contract between ops and arithmetic: every kernel, with the shape of every argument. Kernels know nothing of tensors,
// tapes or names, and assume valid sizes, because the op has checked them. Arguments run destination, inputs, sizes, options.
//
// Forward kernels overwrite their destination; backward kernels, whose destinations are called d…, add to it.
// A destination never overlaps an input. The JavaScript set (js/) defines the meaning; any other set must agree with it.

/** How gemm reads its inputs and what it does with what `out` holds already. */
export interface GemmOptions {
  /** `a` is stored [K, M] instead of [M, K]. */
  readonly transposeA: boolean;
  /** `b` is stored [N, K] instead of [K, N]. */
  readonly transposeB: boolean;
  /** Add to `out` instead of overwriting it. */
  readonly accumulate: boolean;
  /** How many products of this size lie one after another in all three buffers; 1 when absent. */
  readonly batch?: number;
}

/** What affine and conv2d may apply to each output before storing it. The derivative of each is a function of its output. */
export type Activation = 'none' | 'relu' | 'tanh' | 'sigmoid';

/** The sizes of a windowed image operation. Images are NHWC: [B, H, W, C]; output images are [B, outH, outW, …]. */
export interface Window {
  readonly B: number;
  readonly H: number;
  readonly W: number;
  readonly C: number;
  readonly kernelH: number;
  readonly kernelW: number;
  readonly strideH: number;
  readonly strideW: number;
  readonly padH: number;
  readonly padW: number;
  readonly outH: number;
  readonly outW: number;
}

/** One optimizer step's constants, with the bias corrections of this step already worked out. */
export interface AdamStep {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** 1 − β₁ᵗ and 1 − β₂ᵗ, where t counts steps from 1. */
  readonly correction1: number;
  readonly correction2: number;
  /** Added to the gradient as l2 · p. */
  readonly l2: number;
  /** Multiplies p before the step (AdamW: 1 − learningRate · weightDecay; otherwise 1). */
  readonly shrink: number;
}

export interface RmsPropStep {
  readonly learningRate: number;
  readonly decay: number;
  readonly epsilon: number;
  /** ε inside the square root [Mnih 2015, code] or after it [Tieleman & Hinton 2012]. */
  readonly epsilonInside: boolean;
  readonly momentum: number;
}

export interface SgdStep {
  readonly learningRate: number;
  readonly momentum: number;
  readonly nesterov: boolean;
  /** Added to the gradient as l2 · p. */
  readonly l2: number;
}

export interface Kernels {
  // ---- matrix products ----------------------------------------------------------------------------------------------------
  /** out[M,N] ← a[M,K] · b[K,N], or out += when accumulating. */
  gemm(out: Float32Array, a: Float32Array, b: Float32Array, M: number, N: number, K: number, options: GemmOptions): void;
  /** out[M,N] ← activation(x[M,K] · w[K,N] + bias[N]). */
  affine(
    out: Float32Array,
    x: Float32Array,
    w: Float32Array,
    bias: Float32Array,
    M: number,
    N: number,
    K: number,
    activation: Activation,
  ): void;

  // ---- images -------------------------------------------------------------------------------------------------------------
  /** out[B,outH,outW,O] ← activation(x[B,H,W,C] ⋆ w[kernelH,kernelW,C,O] + bias[O]), cross-correlation, zero padding. */
  conv2d(out: Float32Array, x: Float32Array, w: Float32Array, bias: Float32Array, window: Window, O: number, activation: Activation): void;
  /** dx[B,H,W,C] += the adjoint of conv2d in x. */
  conv2dBackwardInput(dx: Float32Array, w: Float32Array, dOut: Float32Array, window: Window, O: number): void;
  /** dw[kernelH,kernelW,C,O] += the adjoint of conv2d in w. */
  conv2dBackwardWeight(dw: Float32Array, x: Float32Array, dOut: Float32Array, window: Window, O: number): void;
  /**
   * out[B,outH,outW,C] ← the largest of each window; index[…same] ← the first place in the window where it stands, counted row
   * by row. Padding never wins; NaN does. Every window must hold a pixel.
   */
  maxPool(out: Float32Array, index: Float32Array, x: Float32Array, window: Window): void;
  /** dx[B,H,W,C] += dOut at the place that won. */
  maxPoolBackward(dx: Float32Array, index: Float32Array, dOut: Float32Array, window: Window): void;
  /** out[B,outH,outW,C] ← the mean of each window; padding counts as zeros. */
  averagePool(out: Float32Array, x: Float32Array, window: Window): void;
  averagePoolBackward(dx: Float32Array, dOut: Float32Array, window: Window): void;

  // ---- elementwise: all buffers have the same length ----------------------------------------------------------------------
  add(out: Float32Array, a: Float32Array, b: Float32Array): void;
  sub(out: Float32Array, a: Float32Array, b: Float32Array): void;
  mul(out: Float32Array, a: Float32Array, b: Float32Array): void;
  div(out: Float32Array, a: Float32Array, b: Float32Array): void;
  scale(out: Float32Array, x: Float32Array, factor: number): void;
  square(out: Float32Array, x: Float32Array): void;
  exp(out: Float32Array, x: Float32Array): void;
  log(out: Float32Array, x: Float32Array): void;
  abs(out: Float32Array, x: Float32Array): void;
  clamp(out: Float32Array, x: Float32Array, low: number, high: number): void;
  relu(out: Float32Array, x: Float32Array): void;
  leakyRelu(out: Float32Array, x: Float32Array, slope: number): void;
  tanh(out: Float32Array, x: Float32Array): void;
  sigmoid(out: Float32Array, x: Float32Array): void;
  /** x · Φ(x), with the exact normal distribution function Φ [Hendrycks & Gimpel 2016]. */
  gelu(out: Float32Array, x: Float32Array): void;
  /** ½x(1 + tanh(√(2/π)(x + 0.044715x³))), the usual approximation of gelu. */
  geluTanh(out: Float32Array, x: Float32Array): void;

  /** dx += factor · x. */
  addScaled(dx: Float32Array, x: Float32Array, factor: number): void;
  /** dx += x · y. */
  addProduct(dx: Float32Array, x: Float32Array, y: Float32Array): void;
  /** dx += x / y. */
  addQuotient(dx: Float32Array, x: Float32Array, y: Float32Array): void;
  /** db −= dOut · a / b², the derivative of a/b in b. */
  divBackwardDivisor(db: Float32Array, a: Float32Array, b: Float32Array, dOut: Float32Array): void;
  squareBackward(dx: Float32Array, x: Float32Array, dOut: Float32Array): void;
  absBackward(dx: Float32Array, x: Float32Array, dOut: Float32Array): void;
  clampBackward(dx: Float32Array, x: Float32Array, dOut: Float32Array, low: number, high: number): void;
  /** y is relu's output. */
  reluBackward(dx: Float32Array, y: Float32Array, dOut: Float32Array): void;
  leakyReluBackward(dx: Float32Array, x: Float32Array, dOut: Float32Array, slope: number): void;
  /** y is tanh's output. */
  tanhBackward(dx: Float32Array, y: Float32Array, dOut: Float32Array): void;
  /** y is sigmoid's output. */
  sigmoidBackward(dx: Float32Array, y: Float32Array, dOut: Float32Array): void;
  geluBackward(dx: Float32Array, x: Float32Array, dOut: Float32Array): void;
  geluTanhBackward(dx: Float32Array, x: Float32Array, dOut: Float32Array): void;

  // ---- layout: one reading order serves transpose, expand and slice ----------------------------------------------------------
  /** out[i₀,i₁,…] ← x[offset + Σ iₖ·strides[k]], with out of shape `sizes`. */
  gatherStrided(out: Float32Array, x: Float32Array, sizes: readonly number[], strides: readonly number[], offset: number): void;
  /** dx[offset + Σ iₖ·strides[k]] += dOut[i₀,i₁,…], the adjoint of gatherStrided. */
  scatterStrided(dx: Float32Array, dOut: Float32Array, sizes: readonly number[], strides: readonly number[], offset: number): void;
  /** out[o·outStride + outOffset + i] ← x[o·xStride + xOffset + i] for o < count, i < length: copies of blocks. */
  copyBlocks(
    out: Float32Array,
    x: Float32Array,
    count: number,
    length: number,
    outOffset: number,
    outStride: number,
    xOffset: number,
    xStride: number,
  ): void;
  /** The same walk, adding. */
  addBlocks(
    dx: Float32Array,
    dOut: Float32Array,
    count: number,
    length: number,
    dxOffset: number,
    dxStride: number,
    dOutOffset: number,
    dOutStride: number,
  ): void;

  // ---- reductions over the middle of [outer, length, inner] -------------------------------------------------------------------
  /** out[outer,inner] ← factor · Σ over length of x[outer,length,inner]. */
  sumAxis(out: Float32Array, x: Float32Array, outer: number, length: number, inner: number, factor: number): void;
  /** dx[outer,length,inner] += factor · dOut[outer,inner]. */
  sumAxisBackward(dx: Float32Array, dOut: Float32Array, outer: number, length: number, inner: number, factor: number): void;
  /** out[outer,inner] ← the largest along length; index[outer,inner] ← the first place where it stands. NaN wins. */
  maxAxis(out: Float32Array, index: Float32Array, x: Float32Array, outer: number, length: number, inner: number): void;
  maxAxisBackward(dx: Float32Array, index: Float32Array, dOut: Float32Array, outer: number, length: number, inner: number): void;
  /** dBias[N] += Σ over rows of dOut[M,N]. */
  addColumnSums(dBias: Float32Array, dOut: Float32Array, M: number, N: number): void;

  // ---- rows of a matrix [rows, n] -----------------------------------------------------------------------------------------
  softmax(out: Float32Array, x: Float32Array, rows: number, n: number): void;
  /** y is softmax's output. */
  softmaxBackward(dx: Float32Array, y: Float32Array, dOut: Float32Array, rows: number, n: number): void;
  logSoftmax(out: Float32Array, x: Float32Array, rows: number, n: number): void;
  /** y is logSoftmax's output. */
  logSoftmaxBackward(dx: Float32Array, y: Float32Array, dOut: Float32Array, rows: number, n: number): void;
  /** out[rows,n] ← gain[n] · (x − mean)/√(variance + ε) + bias[n]; stats[rows,2] ← mean and 1/√(variance + ε). */
  layerNorm(
    out: Float32Array,
    stats: Float32Array,
    x: Float32Array,
    gain: Float32Array,
    bias: Float32Array,
    rows: number,
    n: number,
    epsilon: number,
  ): void;
  /** dx[rows,n] += the derivative in x. */
  layerNormBackwardInput(
    dx: Float32Array,
    stats: Float32Array,
    x: Float32Array,
    gain: Float32Array,
    dOut: Float32Array,
    rows: number,
    n: number,
  ): void;
  /** dGain[n] += Σ over rows of dOut · (x − mean)/√(variance + ε). */
  layerNormBackwardGain(dGain: Float32Array, stats: Float32Array, x: Float32Array, dOut: Float32Array, rows: number, n: number): void;
  /** out[rows,Z] ← x[rows,A,Z] at index[rows] along A. */
  select(out: Float32Array, x: Float32Array, index: Int32Array, rows: number, A: number, Z: number): void;
  selectBackward(dx: Float32Array, index: Int32Array, dOut: Float32Array, rows: number, A: number, Z: number): void;
  /** out[count,width] ← table[·,width] at index[count]. */
  embed(out: Float32Array, table: Float32Array, index: Int32Array, count: number, width: number): void;
  /** dTable[index] += dOut; a row that is used twice receives both. */
  embedBackward(dTable: Float32Array, index: Int32Array, dOut: Float32Array, count: number, width: number): void;
  /** out[count,width] ← factor · bytes[·,width] at index[count]: observations, out of a memory that keeps them as bytes. */
  gatherBytes(out: Float32Array, bytes: Uint8Array, index: Int32Array, count: number, width: number, factor: number): void;
  /** out[rows] ← the first place of the largest of each row of x[rows,n]. NaN wins. */
  argmax(out: Int32Array, x: Float32Array, rows: number, n: number): void;

  // ---- losses -----------------------------------------------------------------------------------------------------------------
  /** out ← (a − b)². */
  squared(out: Float32Array, a: Float32Array, b: Float32Array): void;
  /** da += 2(a − b) · dOut. */
  squaredBackward(da: Float32Array, a: Float32Array, b: Float32Array, dOut: Float32Array): void;
  /** out ← ½d² where |d| ≤ δ, δ(|d| − ½δ) elsewhere, with d = a − b. */
  huber(out: Float32Array, a: Float32Array, b: Float32Array, delta: number): void;
  /** da += clamp(a − b, −δ, δ) · dOut. */
  huberBackward(da: Float32Array, a: Float32Array, b: Float32Array, dOut: Float32Array, delta: number): void;
  /** out ← huber(d), slope ← clamp(d, −δ, δ), with d = predicted − (reward + discount · next). */
  tdHuber(
    out: Float32Array,
    slope: Float32Array,
    predicted: Float32Array,
    next: Float32Array,
    reward: Float32Array,
    discount: Float32Array,
    delta: number,
  ): void;
  /** out[rows] ← −Σₙ p · logSoftmax(x), where p = 0 contributes 0; logp[rows,n] ← logSoftmax(x). */
  crossEntropy(out: Float32Array, logp: Float32Array, x: Float32Array, p: Float32Array, rows: number, n: number): void;
  /** dx[rows,n] += (softmax(x)·Σp − p) · dOut[rows]. */
  crossEntropyBackward(dx: Float32Array, logp: Float32Array, p: Float32Array, dOut: Float32Array, rows: number, n: number): void;
  /** dp[rows,n] += −logp · dOut[rows]. */
  crossEntropyBackwardTarget(dp: Float32Array, logp: Float32Array, dOut: Float32Array, rows: number, n: number): void;
  /** out[rows] ← Σᵢ meanⱼ |τᵢ − 1[u<0]| · huber(u), u = goal[rows,G]ⱼ − x[rows,N]ᵢ, τᵢ = (i + ½)/N. */
  quantileHuber(out: Float32Array, x: Float32Array, goal: Float32Array, rows: number, N: number, G: number, delta: number): void;
  quantileHuberBackward(
    dx: Float32Array | null,
    dGoal: Float32Array | null,
    x: Float32Array,
    goal: Float32Array,
    dOut: Float32Array,
    rows: number,
    N: number,
    G: number,
    delta: number,
  ): void;

  // ---- updates of parameters, in place -------------------------------------------------------------------------------------
  /** p ← Adam's step from gradient g, with moments m and v. `largest` is null, or AMSGrad's running maximum of v. */
  adam(p: Float32Array, m: Float32Array, v: Float32Array, largest: Float32Array | null, g: Float32Array, step: AdamStep): void;
  /** p ← RMSprop's step, with v the running mean of g². `mean`, of g, is null unless centred; `velocity` null without momentum. */
  rmsProp(
    p: Float32Array,
    v: Float32Array,
    mean: Float32Array | null,
    velocity: Float32Array | null,
    g: Float32Array,
    step: RmsPropStep,
  ): void;
  /** p ← SGD's step; `velocity` starts as zeros and is null without momentum. */
  sgd(p: Float32Array, velocity: Float32Array | null, g: Float32Array, step: SgdStep): void;
  /** Σ x², for the global gradient norm. */
  sumOfSquares(x: Float32Array): number;
  /** x ← factor · x. */
  scaleInPlace(x: Float32Array, factor: number): void;
  /** target ← target + τ(online − target). */
  blend(target: Float32Array, online: Float32Array, tau: number): void;
}
