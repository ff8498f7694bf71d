// The emitted convolutions against the JavaScript ones, on sizes around every blocking: vectors of 4, panels of 16 channels, tiles
// of 2, 4 and 8 pixels, stretches of 128 pixels of a weight gradient, 512 pixels of a block, several images to a block.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Backend } from '../../../../src/tensor/backend.ts';
import { jsKernels } from '../../../../src/tensor/kernels/js/index.ts';
import type { Activation, Kernels, Window } from '../../../../src/tensor/kernels/kernels.ts';
import { createWasmBackend } from '../../../../src/tensor/kernels/wasm/backend.ts';
import { windowOf } from '../../../../src/tensor/ops/window.ts';
import { expectClose, largestMagnitude } from '../../../support/tolerance.ts';
import { type Place, Places } from './places.ts';

const created = createWasmBackend({ memoryBytes: 2 ** 25, stagingBytes: 2 ** 23 });
if (created === null) throw new Error('these tests need WebAssembly with SIMD');
const wasm: Backend = created;
const places = new Places(wasm);

interface Layer {
  readonly window: Window;
  readonly O: number;
  readonly activation: Activation;
}

/** Square or not: [rows, columns] where two numbers are given. */
function layer(
  [B, H, W, C]: readonly [number, number, number, number],
  kernel: readonly [number, number],
  O: number,
  stride: readonly [number, number] = [1, 1],
  padding: readonly [number, number] = [0, 0],
): Layer {
  return { window: windowOf('test', [B, H, W, C], kernel, { stride, padding }), O, activation: 'none' };
}

interface Numbers {
  readonly x: Float32Array;
  readonly w: Float32Array;
  readonly bias: Float32Array;
  readonly dOut: Float32Array;
  /** What the gradients are added to. */
  readonly dx: Float32Array;
  readonly dw: Float32Array;
}

function numbersFor({ window, O }: Layer, fill: (length: number, salt: number) => Float32Array): Numbers {
  const { B, H, W, C, kernelH, kernelW, outH, outW } = window;
  const [image, kernel, output] = [B * H * W * C, kernelH * kernelW * C * O, B * outH * outW * O];
  return { x: fill(image, 1), w: fill(kernel, 2), bias: fill(O, 3), dOut: fill(output, 4), dx: fill(image, 5), dw: fill(kernel, 6) };
}

interface Results {
  readonly out: Float32Array;
  readonly dx: Float32Array;
  readonly dw: Float32Array;
}

/** All three kernels, with buffers at places taken in turn. */
function convolve(kernels: Kernels, { window, O, activation }: Layer, numbers: Numbers, turn: readonly Place[]): Results {
  let next = 0;
  const place: Place = (values) => turn[next++ % turn.length](values);
  const out = place(new Float32Array(numbers.dOut.length).fill(Number.NaN));
  const [x, w, bias] = [numbers.x, numbers.w, numbers.bias].map(place);
  kernels.conv2d(out, x, w, bias, window, O, activation);
  const [dx, dw, dOut] = [numbers.dx, numbers.dw, numbers.dOut].map(place);
  kernels.conv2dBackwardInput(dx, w, dOut, window, O);
  kernels.conv2dBackwardWeight(dw, x, dOut, window, O);
  return { out, dx, dw };
}

/**
 * A sum of n products may round at each addition, by half a unit of a partial sum: |error| ≤ n · 2⁻²⁴ · Σ|products|. The JavaScript
 * set keeps sums in float32 too, at least in part, and what is added to counts as one more: 2 (n + 1)² · 2⁻²⁴ · largest product.
 */
const tolerance = (n: number, largest: number): number => 2 * (n + 1) ** 2 * 2 ** -24 * Math.max(1, largest) ** 2;

function expectAgreement(given: Layer, numbers: Numbers, turn: readonly Place[], exact: boolean): void {
  const { B, C, kernelH, kernelW, outH, outW } = given.window;
  const who = JSON.stringify(given);
  const expected = convolve(jsKernels, given, numbers, [places.onHeap]);
  const actual = convolve(wasm.kernels, given, numbers, turn);
  const largest = exact ? 0 : largestMagnitude([...Object.values(numbers)].flatMap((values) => [...values.filter(Number.isFinite)]));
  const within = (n: number): number => (exact ? 0 : tolerance(n, largest));
  expectClose(`out of ${who}`, actual.out, expected.out, within(kernelH * kernelW * C));
  expectClose(`dx of ${who}`, actual.dx, expected.dx, within(kernelH * kernelW * given.O));
  expectClose(`dw of ${who}`, actual.dw, expected.dw, within(B * outH * outW));
  places.expectGuardsToHold();
}

/** Small whole numbers, so that every sum is exact in float32 and results can be compared for equality. */
const integers = (length: number, salt: number): Float32Array => Float32Array.from({ length }, (_, i) => ((i * 7 + salt * 5) % 11) - 5);

const expectEquality = (given: Layer, turn: readonly Place[] = [places.inMemory]): void =>
  expectAgreement(given, numbersFor(given, integers), turn, true);

describe('convolution is the JavaScript one, exactly where sums are exact', () => {
  const counts = [1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 13, 15, 16, 17, 19, 20, 31, 32, 33];

  test('for every number of channels in and out', () => {
    for (const C of counts) for (const O of counts) expectEquality(layer([2, 4, 5, C], [2, 3], O), places.all.slice(0, 1 + ((C + O) % 2)));
  });

  test('for pixels around tiles, stretches and blocks', () => {
    for (const columns of [1, 2, 3, 7, 8, 9, 15, 16, 17, 127, 128, 129, 255, 256, 257, 511, 512, 513, 1030]) {
      expectEquality(layer([1, 1, columns, 2], [1, 1], 5));
      expectEquality(layer([3, 1, columns, 1], [1, 3], 17, [1, 1], [0, 1]));
    }
    expectEquality(layer([2, 25, 23, 1], [3, 3], 3, [1, 1], [1, 1]));
  });

  test('for images around those of a block', () => {
    for (const B of [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33]) expectEquality(layer([B, 10, 10, 3], [3, 3], 6)); // 8 to a block
    for (const B of [511, 512, 513]) expectEquality(layer([B, 2, 2, 3], [2, 2], 4)); // 512 to a block of the output
  });

  test('for strides and paddings of every relation to the kernel', () => {
    for (const kernel of [1, 2, 3, 4, 5]) {
      for (const stride of [1, 2, 3, 5, 7]) {
        for (const padding of [0, 1, 2, 4, 6]) {
          for (const side of [5, 8]) {
            expectEquality(layer([2, side, side + 2, 3], [kernel, kernel], 5, [stride, stride], [padding, padding]), [places.unaligned]);
            expectEquality(layer([1, side, side, 2], [kernel, 6 - kernel], 4, [1, stride], [padding, 1]));
          }
        }
      }
    }
  });

  test('for images without a pixel, and outputs without a channel', () => {
    expectEquality(layer([2, 0, 3, 2], [2, 2], 3, [1, 1], [1, 0]));
    expectEquality(layer([2, 3, 3, 0], [2, 2], 3));
    expectEquality(layer([2, 3, 3, 2], [2, 2], 0));
  });

  test('at the layers of the reference networks', () => {
    const turn = [places.inMemory, places.onHeap];
    expectEquality(layer([2, 84, 84, 4], [8, 8], 32, [4, 4]), turn);
    expectEquality(layer([3, 20, 20, 32], [4, 4], 64, [2, 2]), turn);
    expectEquality(layer([3, 9, 9, 64], [3, 3], 64), turn);
    expectEquality(layer([9, 10, 10, 4], [3, 3], 16), turn);
  });
});

const someLayer: fc.Arbitrary<Layer> = fc
  .record({
    image: fc.tuple(fc.nat({ max: 4 }), fc.integer({ min: 1, max: 11 }), fc.integer({ min: 1, max: 11 }), fc.integer({ min: 1, max: 9 })),
    kernel: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
    stride: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    padding: fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 })),
    O: fc.integer({ min: 1, max: 21 }),
    activation: fc.constantFrom<Activation>('none', 'relu', 'tanh', 'sigmoid'),
  })
  .filter(({ image: [, H, W], kernel, padding }) => H + 2 * padding[0] >= kernel[0] && W + 2 * padding[1] >= kernel[1])
  .map(({ image, kernel, stride, padding, O, activation }) => ({ ...layer(image, kernel, O, stride, padding), activation }));

const problem = fc.record({
  given: someLayer,
  turn: fc.array(fc.constantFrom(...places.all), { minLength: 1, maxLength: 7 }),
  seed: fc.double({ min: 0, max: 6, noNaN: true }),
});
const waves =
  (seed: number) =>
  (length: number, salt: number): Float32Array =>
    Float32Array.from({ length }, (_, i) => 2 * Math.sin(i * (salt + 0.3) + seed));

describe('convolution is the JavaScript one within rounding', () => {
  test('wherever each buffer lives, with every activation', () => {
    fc.assert(
      fc.property(problem, ({ given, turn, seed }) => expectAgreement(given, numbersFor(given, waves(seed)), turn, false)),
      { numRuns: 300 },
    );
  });

  test('NaN and ∞ go where they go in JavaScript', () => {
    const special = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
    const position = fc.record({
      value: special,
      at: fc.nat(),
      name: fc.constantFrom<keyof Numbers>('x', 'w', 'bias', 'dOut', 'dx', 'dw'),
    });
    fc.assert(
      fc.property(problem, fc.array(position, { minLength: 1, maxLength: 3 }), ({ given, seed }, positions) => {
        const numbers = numbersFor(given, waves(seed));
        for (const { value, at, name } of positions) if (numbers[name].length > 0) numbers[name][at % numbers[name].length] = value;
        expectAgreement(given, numbers, [places.inMemory], false);
      }),
      { numRuns: 200 },
    );
  });

  test('the same convolution has the same bits, wherever it lives, alone or in a scope', () => {
    fc.assert(
      fc.property(problem, ({ given, turn, seed }) => {
        const numbers = numbersFor(given, waves(seed));
        const expected = convolve(wasm.kernels, given, numbers, [places.inMemory]);
        const staged = convolve(wasm.kernels, given, numbers, turn);
        wasm.scope(() => {
          const scoped = convolve(wasm.kernels, given, numbers, [places.inMemory]);
          for (const { out, dx, dw } of [staged, scoped]) {
            expect([...out, ...dx, ...dw]).toEqual([...expected.out, ...expected.dx, ...expected.dw]);
          }
        });
      }),
    );
  });
});

test('relu keeps NaN', () => {
  const given: Layer = { ...layer([1, 3, 3, 1], [1, 1], 6), activation: 'relu' };
  const numbers = numbersFor(given, (length) => new Float32Array(length).fill(Number.NaN));
  expect([...convolve(wasm.kernels, given, numbers, [places.inMemory]).out].every(Number.isNaN)).toBe(true);
});

test('with fast mathematics sums of small whole numbers stay exact', () => {
  const fast = createWasmBackend({ memoryBytes: 2 ** 23, fastMath: true });
  if (fast === null) throw new Error('these tests need WebAssembly with SIMD');
  const given = layer([3, 7, 6, 5], [3, 2], 21, [2, 1], [1, 1]);
  const numbers = numbersFor(given, integers);
  const [actual, expected] = [fast.kernels, jsKernels].map((kernels) => convolve(kernels, given, numbers, [places.onHeap]));
  expectClose('out', actual.out, expected.out, 0);
  expectClose('dx', actual.dx, expected.dx, 0);
  expectClose('dw', actual.dw, expected.dw, 0);
});
