// The emitted pooling kernels against the JavaScript ones: windows that overlap, tile or leave gaps, with borders, on channels around
// vectors of 4.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsKernels } from '../../../../src/tensor/kernels/js/index.ts';
import type { Kernels, Window } from '../../../../src/tensor/kernels/kernels.ts';
import { createWasmBackend } from '../../../../src/tensor/kernels/wasm/backend.ts';
import { windowOf } from '../../../../src/tensor/ops/window.ts';
import { expectClose } from '../../../support/tolerance.ts';
import { numbers } from './kernel-call.ts';
import { type Place, Places } from './places.ts';

const wasm = createWasmBackend({ memoryBytes: 2 ** 24, stagingBytes: 2 ** 20 });
if (wasm === null) throw new Error('these tests need WebAssembly with SIMD');
const places = new Places(wasm);

const pair = (min: number, max: number): fc.Arbitrary<[number, number]> => fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }));

/** Windows each of which holds a pixel, as the ops demand. */
const windows: fc.Arbitrary<Window> = fc
  .record({
    B: fc.integer({ min: 1, max: 2 }),
    C: fc.constantFrom(1, 2, 3, 4, 5, 7, 8, 9, 16, 17),
    image: pair(3, 7),
    kernel: pair(1, 3),
    stride: pair(1, 4),
    padding: pair(0, 2),
  })
  .map(({ B, C, image: [H, W], kernel, stride, padding }) => {
    const inside = padding.map((width, axis) => Math.min(width, kernel[axis] - 1)) as [number, number];
    return windowOf('test', [B, H, W, C], kernel, { stride, padding: inside });
  });

interface Case {
  readonly window: Window;
  readonly x: Float32Array;
  readonly dOut: Float32Array;
  readonly dx: Float32Array;
}

const cases: fc.Arbitrary<Case> = windows.chain((window) => {
  const { B, H, W, C, outH, outW } = window;
  const few = numbers(B * H * W * C).map((x) => x.map((value) => Math.round(2 * value) / 2)); // so that there are ties
  return fc.record({ window: fc.constant(window), x: few, dOut: numbers(B * outH * outW * C), dx: numbers(B * H * W * C) });
});

/** What the four kernels write, with buffers at places taken in turn. */
function pool(kernels: Kernels, { window, x, dOut, dx }: Case, turn: readonly Place[]): readonly Float32Array[] {
  let next = 0;
  const place: Place = (values) => turn[next++ % turn.length](values);
  const [image, gradient] = [place(x), place(dOut)];
  const [largest, index, mean] = [dOut, dOut, dOut].map((like) => place(new Float32Array(like.length).fill(Number.NaN)));
  kernels.maxPool(largest, index, image, window);
  kernels.averagePool(mean, image, window);
  const [dLargest, dMean] = [place(dx), place(dx)];
  kernels.maxPoolBackward(dLargest, index, gradient, window);
  kernels.averagePoolBackward(dMean, gradient, window);
  return [largest, index, mean, dLargest, dMean].map((buffer) => buffer.slice());
}

const somePlaces = fc.array(fc.constantFrom(...places.all), { minLength: 7, maxLength: 7 });
const names = ['maxPool', 'places of maxPool', 'averagePool', 'maxPoolBackward', 'averagePoolBackward'];

test('are the JavaScript kernels within rounding, wherever buffers live, and write nothing beside them', () => {
  fc.assert(
    fc.property(cases, somePlaces, (given, placing) => {
      const expected = pool(jsKernels, given, [places.onHeap]);
      const actual = pool(wasm.kernels, given, placing);
      // A sum of at most 9 windows' gradients or pixels, none above 2.
      names.forEach((name, i) => void expectClose(name, actual[i], expected[i], 9 * 2 * 9 * 2 ** -24));
      expect([actual[0], actual[1]]).toEqual([expected[0], expected[1]]);
      places.expectGuardsToHold();
      expect(pool(wasm.kernels, given, [places.inMemory])).toEqual(actual); // the same bits wherever they live
    }),
    { numRuns: 200 },
  );
});

test('NaN wins and stays, the first of several; ∞ and the sign of zero go where they go in JavaScript', () => {
  const special = fc.constantFrom(Number.NaN, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0);
  fc.assert(
    fc.property(cases, fc.array(fc.tuple(fc.nat(), special), { minLength: 1, maxLength: 4 }), (given, changes) => {
      const x = given.x.slice();
      const dOut = given.dOut.slice();
      for (const [at, value] of changes) {
        x[at % x.length] = value;
        if (dOut.length > 0) dOut[at % dOut.length] = value;
      }
      const changed = { ...given, x, dOut };
      const expected = pool(jsKernels, changed, [places.onHeap]);
      const actual = pool(wasm.kernels, changed, [places.inMemory]);
      names.forEach((name, i) => void expectClose(name, actual[i], expected[i], 1e-4));
    }),
    { numRuns: 200 },
  );
});
