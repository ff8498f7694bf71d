// What equal numbers do not show about copies: the sign of a zero, walks with many axes, and that buffers elsewhere are not changed.
// That they reach the right places: equivalence.test.ts.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsKernels } from '../../../../src/tensor/kernels/js/index.ts';
import { createWasmBackend } from '../../../../src/tensor/kernels/wasm/backend.ts';
import { gathers } from './layout-cases.ts';

const on = createWasmBackend({ memoryBytes: 2 ** 24 });
if (on === null) throw new Error('these tests need WebAssembly with SIMD');
const { kernels, alloc } = on;

const inMemory = (numbers: Float32Array): Float32Array => {
  const buffer = alloc(numbers.length);
  buffer.set(numbers);
  return buffer;
};

test('copies keep every bit: −0 is not 0', () => {
  fc.assert(
    fc.property(gathers.call, ({ buffers: [out, x], rest: [sizes, strides, offset] }) => {
      if (!(out instanceof Float32Array && x instanceof Float32Array)) expect.fail();
      for (let i = 0; i < x.length; i += 2) x[i] = -0;
      const [copy, wanted] = [inMemory(out), out.slice()];
      kernels.gatherStrided(copy, inMemory(x), sizes as number[], strides as number[], offset as number);
      jsKernels.gatherStrided(wanted, x, sizes as number[], strides as number[], offset as number);
      expect(new Int32Array(copy.slice().buffer)).toEqual(new Int32Array(wanted.buffer));
    }),
  );
});

test('as many axes as a buffer can have', () => {
  const sizes = new Array<number>(18).fill(2);
  const strides = sizes.map((_, k) => 2 ** k); // the order of all axes turned round
  const x = Float32Array.from({ length: 2 ** 18 }, (_, i) => i);
  const [copy, wanted] = [alloc(x.length), new Float32Array(x.length)];
  kernels.gatherStrided(copy, inMemory(x), sizes, strides, 0);
  jsKernels.gatherStrided(wanted, x, sizes, strides, 0);
  expect(copy.every((value, i) => value === wanted[i])).toBe(true);
});

test('a derivative is added to what is there, also where a row is read many times', () => {
  const dx = inMemory(Float32Array.of(10, 20, 30));
  const dOut = inMemory(Float32Array.from({ length: 15 }, () => 1));
  kernels.scatterStrided(dx, dOut, [3, 5], [1, 0], 0); // expand [3, 1] → [3, 5]
  expect([...dx]).toEqual([15, 25, 35]);
  kernels.scatterStrided(dx, dOut, [5, 3], [0, 1], 0); // expand [3] → [5, 3]
  expect([...dx]).toEqual([20, 30, 40]);
});
