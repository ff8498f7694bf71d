// How each kernel that is not a matrix product or a convolution is called, by its name: buffers with their lengths, then numbers.
// The sizes are drawn around vectors of 4 and runs of several vectors. How far a result may lie from the JavaScript set's, which
// computes in 64 bits and rounds once, is `roundings` units of 2⁻²⁴ times the square of the largest magnitude, and for a sum of n
// terms, each as large as that, n + `roundings` units for each term.

import fc from 'fast-check';
import type { AdamStep, Kernels, RmsPropStep, SgdStep } from '../../../../src/tensor/kernels/kernels.ts';
import { type Buffer, type KernelCase, numbers } from './kernel-call.ts';
import { blocks, gathers, scatters } from './layout-cases.ts';

type KernelName = keyof Kernels;

const lengths = [0, 1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 13, 16, 17, 31, 33, 64, 67];
const length = fc.constantFrom(...lengths);
const positiveLength = fc.constantFrom(...lengths.slice(1));
const few = fc.integer({ min: 0, max: 5 });
const someFew = fc.integer({ min: 1, max: 5 });

const positive = (count: number): fc.Arbitrary<Float32Array> => numbers(count, 0.25, 2);
const indices = (count: number, below: number): fc.Arbitrary<Int32Array> =>
  numbers(count, 0, below).map((drawn) => Int32Array.from(drawn, (x) => Math.min(Math.floor(x), below - 1)));

const bytes = (count: number): fc.Arbitrary<Uint8Array> => indices(count, 256).map((drawn) => Uint8Array.from(drawn));

type Draw = (count: number) => fc.Arbitrary<Buffer>;

/** Buffers of one length, then constants. */
function sameLength(draws: readonly Draw[], rest: readonly fc.Arbitrary<unknown>[] = [], roundings = 4): KernelCase {
  const call = length.chain((n) => fc.record({ buffers: fc.tuple(...draws.map((draw) => draw(n))), rest: fc.tuple(...rest) }));
  return { call, roundings };
}

/** Buffers whose lengths follow from sizes; the sizes are the numbers of the call, then come the constants. */
function sized(
  sizes: readonly fc.Arbitrary<number>[],
  buffersOf: (...sizes: number[]) => readonly fc.Arbitrary<Buffer>[],
  rest: readonly fc.Arbitrary<unknown>[] = [],
  roundings = 8,
): KernelCase {
  const call = fc.tuple(...sizes).chain((drawn) =>
    fc.record({
      buffers: fc.tuple(...buffersOf(...drawn)),
      rest: fc.tuple(...rest).map((constants) => [...drawn, ...constants]),
      terms: fc.constant(Math.max(...drawn)),
    }),
  );
  return { call, roundings };
}

const x: Draw = (n) => numbers(n);
const y = positive;
const orNull =
  (draw: Draw): Draw =>
  (n) =>
    fc.option(draw(n));
const factor = fc.constantFrom(0, 1, -0.75, 0.1);
const bounds = [fc.constantFrom(-1, -0.25, 0), fc.constantFrom(0.5, 1)];
const delta = fc.constantFrom(0.25, 1);

const adamStep: fc.Arbitrary<AdamStep> = fc.record({
  learningRate: fc.constantFrom(1e-3, 0.1),
  beta1: fc.constantFrom(0, 0.9),
  beta2: fc.constantFrom(0.95, 0.999),
  epsilon: fc.constantFrom(1e-8, 1e-3),
  correction1: fc.constantFrom(0.1, 1),
  correction2: fc.constantFrom(0.001, 1),
  l2: fc.constantFrom(0, 0.1),
  shrink: fc.constantFrom(1, 0.999),
});
const rmsPropStep: fc.Arbitrary<RmsPropStep> = fc.record({
  learningRate: fc.constantFrom(1e-3, 0.1),
  decay: fc.constantFrom(0.9, 0.95),
  epsilon: fc.constantFrom(0.01, 1),
  epsilonInside: fc.boolean(),
  momentum: fc.constantFrom(0, 0.9),
});
const sgdStep: fc.Arbitrary<SgdStep> = fc.record({
  learningRate: fc.constantFrom(1e-3, 0.1),
  momentum: fc.constantFrom(0, 0.9),
  nesterov: fc.boolean(),
  l2: fc.constantFrom(0, 0.1),
});

const rowsOf = (...draws: Draw[]): KernelCase => sized([few, positiveLength], (rows, n) => draws.map((draw) => draw(rows * n)));
const reduction = (backward: boolean): KernelCase =>
  sized(
    [few, positiveLength, fc.constantFrom(1, 1, 2, 4, 7)],
    (outer, n, inner) => (backward ? [x(outer * n * inner), x(outer * inner)] : [x(outer * inner), x(outer * n * inner)]),
    [factor],
  );

const winners: KernelCase = {
  roundings: 1,
  call: fc.tuple(few, positiveLength, fc.constantFrom(1, 1, 2, 4, 7)).chain(([outer, n, inner]) =>
    fc.record({
      buffers: fc.tuple(
        numbers(outer * n * inner),
        indices(outer * inner, n).map((places) => Float32Array.from(places)),
        numbers(outer * inner),
      ),
      rest: fc.constant([outer, n, inner]),
      places: fc.constant([1]),
    }),
  ),
};

export const kernelCases: Partial<Record<KernelName, KernelCase>> = {
  add: sameLength([x, x, x]),
  sub: sameLength([x, x, x]),
  mul: sameLength([x, x, x]),
  div: sameLength([x, x, y]),
  square: sameLength([x, x]),
  scale: sameLength([x, x], [factor]),
  exp: sameLength([x, x]),
  log: sameLength([x, y]),
  abs: sameLength([x, x]),
  clamp: sameLength([x, x], bounds),
  relu: sameLength([x, x]),
  leakyRelu: sameLength([x, x], [factor]),
  tanh: sameLength([x, x]),
  sigmoid: sameLength([x, x]),
  gelu: sameLength([x, x]),
  geluTanh: sameLength([x, x]),
  geluBackward: sameLength([x, x, x], [], 8),
  geluTanhBackward: sameLength([x, x, x], [], 8),
  addScaled: sameLength([x, x], [factor]),
  addProduct: sameLength([x, x, x]),
  addQuotient: sameLength([x, x, y]),
  divBackwardDivisor: sameLength([x, x, y, x], [], 8),
  squareBackward: sameLength([x, x, x]),
  absBackward: sameLength([x, x, x]),
  clampBackward: sameLength([x, x, x], bounds),
  reluBackward: sameLength([x, x, x]),
  leakyReluBackward: sameLength([x, x, x], [factor]),
  tanhBackward: sameLength([x, x, x]),
  sigmoidBackward: sameLength([x, x, x]),
  gatherStrided: gathers,
  scatterStrided: scatters,
  copyBlocks: blocks,
  addBlocks: blocks,
  sumAxis: reduction(false),
  sumAxisBackward: reduction(true),
  maxAxis: sized([few, positiveLength, fc.constantFrom(1, 1, 2, 4, 7)], (outer, n, inner) => [
    x(outer * inner),
    x(outer * inner),
    x(outer * n * inner),
  ]),
  maxAxisBackward: winners,
  addColumnSums: sized([length, length], (M, N) => [x(N), x(M * N)]),
  softmax: rowsOf(x, x),
  softmaxBackward: rowsOf(x, y, x),
  logSoftmax: rowsOf(x, x),
  logSoftmaxBackward: rowsOf(x, x, x),
  layerNorm: sized(
    [few, positiveLength],
    (rows, n) => [x(rows * n), x(2 * rows), x(rows * n), x(n), x(n)],
    [fc.constantFrom(1e-2, 1e-3)],
    64,
  ),
  layerNormBackwardInput: sized([few, positiveLength], (rows, n) => [x(rows * n), x(2 * rows), x(rows * n), x(n), x(rows * n)], [], 32),
  layerNormBackwardGain: sized([few, positiveLength], (rows, n) => [x(n), x(2 * rows), x(rows * n), x(rows * n)]),
  select: sized([few, someFew, positiveLength], (rows, A, Z) => [x(rows * Z), x(rows * A * Z), indices(rows, A)]),
  selectBackward: sized([few, someFew, positiveLength], (rows, A, Z) => [x(rows * A * Z), indices(rows, A), x(rows * Z)]),
  embed: sized([few, positiveLength], (count, width) => [x(count * width), x(4 * width), indices(count, 4)]),
  embedBackward: sized([few, positiveLength], (count, width) => [x(4 * width), indices(count, 4), x(count * width)]),
  gatherBytes: sized(
    [few, fc.constantFrom(...lengths.slice(1), 20_000)],
    (count, width) => [x(count * width), bytes(5 * width), indices(count, 5)],
    [fc.constantFrom(1, 1 / 255)],
  ),
  argmax: sized([fc.constantFrom(0, 1, 5, 8, 9), positiveLength], (rows, n) => [indices(rows, 1), x(rows * n)]),
  squared: sameLength([x, x, x]),
  squaredBackward: sameLength([x, x, x, x]),
  huber: sameLength([x, x, x], [delta]),
  huberBackward: sameLength([x, x, x, x], [delta]),
  tdHuber: sameLength([x, x, x, x, x, x], [delta], 8),
  crossEntropy: sized([few, positiveLength], (rows, n) => [x(rows), x(rows * n), x(rows * n), y(rows * n)]),
  crossEntropyBackward: sized([few, positiveLength], (rows, n) => [x(rows * n), x(rows * n), y(rows * n), x(rows)]),
  crossEntropyBackwardTarget: sized([few, positiveLength], (rows, n) => [x(rows * n), x(rows * n), x(rows)]),
  quantileHuber: sized([few, someFew, positiveLength], (rows, N, G) => [x(rows), x(rows * N), x(rows * G)], [delta], 16),
  quantileHuberBackward: sized(
    [few, someFew, positiveLength],
    (rows, N, G) => [orNull(x)(rows * N), orNull(x)(rows * G), x(rows * N), x(rows * G), x(rows)],
    [delta],
    16,
  ),
  adam: sameLength([x, x, y, orNull(y), x], [adamStep], 16),
  rmsProp: sameLength([x, y, orNull((n) => numbers(n, -0.25, 0.25)), orNull(x), x], [rmsPropStep], 64),
  sgd: sameLength([x, orNull(x), x], [sgdStep]),
  sumOfSquares: sameLength([x]),
  scaleInPlace: sameLength([x], [factor]),
  blend: sameLength([x, x], [factor]),
};
