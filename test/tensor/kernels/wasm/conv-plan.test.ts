// A plan must lead every pixel to exactly the products that a convolution is made of, and the cache must find and forget plans.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Window } from '../../../../src/tensor/kernels/kernels.ts';
import {
  blockLayout,
  entryBytes,
  forwardPlan,
  inputPlan,
  planLayout,
  turnedPlaces,
} from '../../../../src/tensor/kernels/wasm/conv-plan.ts';
import { ConvolutionPlans } from '../../../../src/tensor/kernels/wasm/conv-plans.ts';
import { windowOf } from '../../../../src/tensor/ops/window.ts';

const O = 3;
const pair = (min: number, max: number): fc.Arbitrary<[number, number]> => fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }));
const someWindow: fc.Arbitrary<Window> = fc
  .record({ size: pair(1, 9), C: fc.integer({ min: 1, max: 3 }), kernel: pair(1, 5), stride: pair(1, 4), padding: pair(0, 3) })
  .filter(({ size, kernel, padding }) => [0, 1].every((axis) => size[axis] + 2 * padding[axis] >= kernel[axis]))
  .map(({ size, C, kernel, stride, padding }) => windowOf('test', [1, ...size, C], kernel, { stride, padding }));

/** A product as [first number read, first number computed, row of the weights], all for one image and without the inner channels. */
type Product = string;

/** What the emitted loops do with a plan, for one of its images: numbers that are read and rows of weights they meet. */
function productsOf(plan: Int32Array, image: number): Product[] {
  const header = (at: number): number => plan[at / 4];
  const products: Product[] = [];
  let block = planLayout.firstBlock / 4;
  for (let n = 0; n < header(planLayout.blocks); n++) {
    const field = (at: number): number => plan[block + at / 4];
    const pixels = field(blockLayout.pixels);
    for (let pixel = 0; pixel < pixels; pixel++) {
      const entry = block + blockLayout.table / 4 + (image * pixels + pixel) * (entryBytes / 4);
      const read = (plan[entry] - image * header(planLayout.readImage)) / 4;
      const computed = (plan[entry + 1] - image * header(planLayout.computedImage)) / 4;
      for (let row = 0; row < field(blockLayout.tapRows); row++) {
        for (let k = 0; k < field(blockLayout.run); k++) {
          const at = read + (row * header(planLayout.readRow)) / 4 + k;
          products.push(`${at} ${computed} ${field(blockLayout.weight) + row * header(planLayout.weightRows) + k}`);
        }
      }
    }
    block += blockLayout.table / 4 + pixels * header(planLayout.images) * (entryBytes / 4);
  }
  expect(block).toBe(plan.length);
  return products.sort();
}

/** The products of a forward pass and of the input's gradient, by definition. */
function definition({ H, W, C, kernelH, kernelW, strideH, strideW, padH, padW, outH, outW }: Window, places: Int32Array) {
  const forward: Product[] = [];
  const input: Product[] = [];
  for (let v = 0; v < outH; v++) {
    for (let u = 0; u < outW; u++) {
      for (let ky = 0; ky < kernelH; ky++) {
        for (let kx = 0; kx < kernelW; kx++) {
          const [y, x] = [v * strideH - padH + ky, u * strideW - padW + kx];
          if (y < 0 || y >= H || x < 0 || x >= W) continue;
          const [pixel, output, tap] = [(y * W + x) * C, (v * outW + u) * O, ky * kernelW + kx];
          for (let c = 0; c < C; c++) forward.push(`${pixel + c} ${output} ${tap * C + c}`);
          for (let o = 0; o < O; o++) input.push(`${output + o} ${pixel} ${places[tap] * O + o}`);
        }
      }
    }
  }
  return { forward: forward.sort(), input: input.sort() };
}

describe('plans', () => {
  test('hold every product once, for the first image and for the last', () => {
    fc.assert(
      fc.property(someWindow, (window) => {
        const expected = definition(window, turnedPlaces(window));
        const [forward, input] = [forwardPlan(window, O), inputPlan(window, O)];
        for (const image of [0, forward[planLayout.images / 4] - 1]) expect(productsOf(forward, image)).toEqual(expected.forward);
        for (const image of [0, input[planLayout.images / 4] - 1]) expect(productsOf(input, image)).toEqual(expected.input);
      }),
    );
  });

  test('give each tap a place of its own', () => {
    fc.assert(
      fc.property(someWindow, (window) => {
        const places = [...turnedPlaces(window)];
        expect(places.sort((a, b) => a - b)).toEqual(places.map((_, i) => i));
      }),
    );
  });

  test('without padding are one block; a border makes blocks of its own', () => {
    const blocks = (padding: number, stride: number): number =>
      forwardPlan(windowOf('test', [1, 9, 9, 1], [3, 3], { stride, padding }), O)[planLayout.blocks / 4];
    expect([blocks(0, 1), blocks(0, 2), blocks(1, 1)]).toEqual([1, 1, 9]);
  });
});

describe('plans in use', () => {
  const windowOfSide = (side: number, B = 1): Window => windowOf('test', [B, side, side, 2], [1, 1], { stride: 1, padding: 0 });

  test('are found again, whatever the batch and wherever the sizes come from', () => {
    const plans = new ConvolutionPlans((length) => new Float32Array(length));
    const first = plans.forward.find(windowOfSide(3), O);
    expect(plans.forward.find(windowOfSide(3, 7), O)).toBe(first);
    expect(plans.forward.find(windowOfSide(4), O)).not.toBe(first);
    expect(plans.forward.find(windowOfSide(3), O + 1)).not.toBe(first);
    expect(plans.forward.find(windowOfSide(3), O)).toBe(first);
    expect(new Int32Array(first.buffer)).toEqual(forwardPlan(windowOfSide(3), O));
  });

  test('are at most 64: the one not asked for longest is forgotten', () => {
    let created = 0;
    const plans = new ConvolutionPlans((length) => {
      created++;
      return new Float32Array(length);
    });
    for (let side = 1; side <= 64; side++) plans.forward.find(windowOfSide(side), O);
    plans.forward.find(windowOfSide(1), O);
    plans.forward.find(windowOfSide(65), O); // instead of 2
    plans.forward.find(windowOfSide(1), O);
    expect(created).toBe(65);
    plans.forward.find(windowOfSide(2), O);
    expect(created).toBe(66);
  });
});
